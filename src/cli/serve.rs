//! `kho serve`.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use kho::app::{self, Application};
use kho::domain::clock::Clock;
use kho::jobs::Worker;
use tokio::signal::unix::{SignalKind, signal};

use super::{Common, Failure};

#[derive(Args)]
pub struct Serve {
    /// Address and port [default: 127.0.0.1:8080] [env: KHO_LISTEN]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

pub async fn run(common: &Common, command: Serve) -> Result<ExitCode, Failure> {
    let config = common.config(command.listen)?;
    start_log(&config.log_format);
    let kho = app::build(&config, Clock::System).await?;
    let application = Application::bind(&config, kho.clone())?;
    println!("Kho serves on http://{}", application.address);
    let handle = application.handle();
    let worker = Worker::start(kho.clone());
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("stopping: requests under way are finished first");
        handle.stop(true).await;
    });
    application.run().await?;
    worker.stop().await;
    kho.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Whatever `RUST_LOG` asks for: below this level the framework logs raw paths, which may hold the secret of a link.
const QUIET: [&str; 4] = ["actix_web=info", "actix_http=info", "actix_multipart=info", "h2=info"];

fn start_log(format: &str) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,kho=info".into());
    let quiet = QUIET.iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, tracing_subscriber::EnvFilter::add_directive);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if format == "json" { log.json().with_span_list(false).init() } else { log.init() }
}
