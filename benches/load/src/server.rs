//! The real server as a process of its own, on a port of the loopback, and what the kernel says of its memory.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::Failure;
use crate::client::{Client, SignIn};

pub struct Server {
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
    child: Child,
}

impl Server {
    pub async fn start(data: &Path, database_url: &str, objects: &str) -> Result<Self, Failure> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let program = std::env::current_exe()?.with_file_name("kho");
        let began = Instant::now();
        let mut command = Command::new(program);
        command.arg("serve").arg("--data-dir").arg(data).args(["--listen", &address.to_string()]);
        for (flag, value) in [("--database-url", database_url), ("--objects", objects)] {
            if !value.is_empty() {
                command.args([flag, value]);
            }
        }
        let child = command
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let mut server = Self { address, started_in: Duration::ZERO, child };
        for _ in 0..600 {
            if let Ok(mut client) = Client::connect(address, SignIn::default()).await
                && client.get("/readyz").await.is_ok_and(|answer| answer.status == 200)
            {
                server.started_in = began.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the server did not become ready".into())
    }

    /// A line of `/proc/PID/status` in MiB, such as `VmRSS` or `VmHWM` (the most it ever was).
    pub fn memory_mib(&self, name: &str) -> u64 {
        let status =
            self.child.id().and_then(|id| std::fs::read_to_string(format!("/proc/{id}/status")).ok());
        let kib = status.as_deref().and_then(|status| {
            status.lines().find_map(|line| {
                line.strip_prefix(name)?.strip_prefix(':')?.split_whitespace().next()?.parse::<u64>().ok()
            })
        });
        kib.unwrap_or(0) / 1024
    }
}
