//! The composition root: builds the parts from the configuration, serves, drains, stops. Nothing else reads the configuration.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use secrecy::ExposeSecret;
use utoipa_actix_web::AppExt;

use crate::config::Config;
use crate::content::file_type::FileTypes;
use crate::crypto::keyring::Keyring;
use crate::db::Database;
use crate::domain::catalogue::Catalogue;
use crate::domain::clock::Clock;
use crate::domain::problem::Problem;
use crate::mail::{MailError, Mailer};
use crate::services::Kho;
use crate::services::confined::Confined;
use crate::services::evidence::Courier;
use crate::services::mapping::deliveries::Messenger;
use crate::services::mapping::fetches::Collector;
use crate::services::signatures::Turnstile;
use crate::services::trail::Recorder;
use crate::services::trust_files::{TrustFiles, Unusable};
use crate::services::trust_store::Rules;
use crate::{http, storage, telemetry};

/// Why the application could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the data folder {0} could not be made: {1}")]
    DataFolder(String, #[source] std::io::Error),
    #[error("the database could not be opened: {0}")]
    Database(#[from] crate::db::DbError),
    #[error("the object store could not be opened: {0}")]
    Objects(#[from] crate::storage::StorageError),
    #[error("the master key could not be used: {0}")]
    Keyring(#[from] crate::crypto::keyring::KeyringError),
    #[error("the default folders could not be read: {0}")]
    Folders(#[from] toml::de::Error),
    #[error("the catalogue could not be read: {0}")]
    Catalogue(#[from] Problem),
    #[error("the list of file types could not be read: {0}")]
    FileTypes(#[from] crate::content::file_type::CatalogueError),
    #[error("the policy for signatures could not be used: {0}")]
    Policy(Unusable),
    #[error("webhook_allow could not be read: {0}")]
    WebhookPlace(#[source] kho_fetch::PlaceError),
    #[error("push_allow could not be read: {0}")]
    PushPlace(#[source] kho_fetch::PlaceError),
    #[error("fetch_allow could not be read: {0}")]
    FetchAllow(#[from] kho_fetch::PlaceError),
    #[error("the trust store could not be read: {0}")]
    Trust(#[from] Unusable),
    #[error("mail could not be set up: {0}")]
    Mail(#[from] MailError),
    #[error("{0} could not be listened on: {1}")]
    Listen(SocketAddr, #[source] std::io::Error),
}

/// Builds the use cases on the configured database, object store and keys, with the schema up to date.
pub async fn build(config: &Config, clock: Clock) -> Result<Kho, StartError> {
    telemetry::start();
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| StartError::DataFolder(config.data_dir.display().to_string(), error))?;
    let keyring = match &config.master_key {
        Some(key) => Keyring::from_base64(key.expose_secret())?,
        None => Keyring::open_or_create(Path::new(&config.data_dir.join("master.key")))?,
    };
    let objects = storage::open(&config.objects_url(), config.s3_keys()).await?;
    let db = Database::connect(&config.database_url(), config.database_connections).await?;
    db.migrate().await?;
    let mailer = match &config.smtp_url {
        Some(url) => Some(Mailer::new(url.expose_secret(), &config.mail_from)?),
        None => None,
    };
    let policy = match &config.signature_policy {
        Some(path) => read_policy(path)?,
        None => Rules::default(),
    };
    let trust_files = TrustFiles::load(&config.data_dir)?;
    let trail = Recorder::start(db.clone());
    let kho = Kho {
        db,
        objects,
        keyring: Arc::new(keyring),
        clock,
        settings: Arc::new(config.settings()),
        catalogue: Arc::new(Catalogue::built_in()?),
        catalogue_seen: Default::default(),
        file_types: Arc::new(FileTypes::load(None)?),
        policy: Arc::new(policy),
        trust_files: Arc::new(trust_files),
        courier: match config.fetch_evidence {
            true => Courier::new(&config.fetch_allow)?,
            false => Courier::default(),
        },
        messenger: Messenger::new(&config.webhook_allow, config.webhook_seconds)
            .map_err(StartError::WebhookPlace)?,
        collector: Collector::new(&config.push_allow).map_err(StartError::PushPlace)?,
        turnstile: Turnstile::new(config.verify_per_minute),
        trail,
        confined: Confined::default(),
        glances: Default::default(),
        mailer,
    };
    kho.start_catalogue().await?;
    Ok(kho)
}

fn read_policy(path: &Path) -> Result<Rules, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Policy(Unusable::new(path, error));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    let policy = kho_signature::Policy::from_toml(&text).map_err(|error| failed(&error))?;
    Ok(Rules { policy, text: Some(text) })
}

/// The OpenAPI document of the API that this binary serves.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, api) = App::new()
        .into_utoipa_app()
        .service(utoipa_actix_web::scope("/api/v1").configure(http::routes))
        .service(utoipa_actix_web::scope("/integration/v1").configure(http::integration::routes))
        .service(utoipa_actix_web::scope("/facade/v1").configure(http::facade::routes))
        .service(http::oauth::grant_token)
        .service(http::ops::is_alive)
        .service(http::ops::is_ready)
        .service(http::ops::show_metrics)
        .service(http::problem_page::show_problems)
        .split_for_parts();
    http::openapi::complete(api)
}

/// The HTTP server of a node, ready to run.
pub struct Application {
    pub address: SocketAddr,
    server: Server,
}

impl Application {
    /// Binds the address and prepares the workers; nothing is answered before [`Application::run`].
    pub fn bind(config: &Config, kho: Kho) -> Result<Self, StartError> {
        let failed = |error| StartError::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (shared, page) = (web::Data::new(kho), web::Data::new(http::assets::Page::built_in()));
        let mut server = HttpServer::new(move || {
            let (shared, page) = (shared.clone(), page.clone());
            let (app, api) = App::new()
                .into_utoipa_app()
                .service(utoipa_actix_web::scope("/api/v1").configure(http::routes))
                .service(utoipa_actix_web::scope("/integration/v1").configure(http::integration::routes))
                .service(utoipa_actix_web::scope("/facade/v1").configure(http::facade::routes))
                .service(http::oauth::grant_token)
                .service(http::ops::is_alive)
                .service(http::ops::is_ready)
                .service(http::ops::show_metrics)
                .service(http::problem_page::show_problems)
                .split_for_parts();
            let addresses = http::fallback::Addresses::of(&api);
            app.configure(|config| http::share(config, shared, page, addresses))
                .configure(|config| http::openapi::serve(config, http::openapi::complete(api)))
                .wrap(from_fn(http::problem::answer_problems))
                .wrap(from_fn(http::idempotency::repeat_answers))
                .wrap(from_fn(http::small_body::read_small_bodies))
                .wrap(from_fn(http::tus::speak_tus))
                .wrap(from_fn(http::headers::protect))
                .wrap(from_fn(http::compress::compress))
                .wrap(from_fn(http::observe::observe))
                .wrap(tracing_actix_web::TracingLogger::<http::span::RequestSpan>::new())
        })
        // A request begins within this time of its connection: weak networks need more than the library's five seconds.
        .client_request_timeout(std::time::Duration::from_secs(30))
        .disable_signals()
        // What is written in pieces does not wait for the reader to acknowledge the first.
        .tcp_nodelay(true)
        .shutdown_timeout(30);
        if config.workers > 0 {
            server = server.workers(config.workers);
        }
        let server = server.listen(listener).map_err(failed)?.run();
        Ok(Self { address, server })
    }

    /// Asked to stop, the server ends its requests under way first.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    pub async fn run(self) -> std::io::Result<()> {
        tokio::select! {
            ended = self.server => ended,
            never = telemetry::keep_up() => match never {},
        }
    }
}
