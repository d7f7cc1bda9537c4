//! The sample one-stop system (`examples/one_stop`), as a program of its own that knows the server by its API alone.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::process::{Child, Command};

/// The program, built beside `kho` with the workspace.
fn program() -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_kho")).with_file_name("kho-one-stop");
    assert!(built.exists(), "{} is not there: cargo build -p kho-one-stop", built.display());
    built
}

/// How it proves who it is.
pub enum Proof {
    Secret(String),
    Key(String),
}

/// A one-stop system with its files.
pub struct Desk {
    pub folder: tempfile::TempDir,
    server: String,
    audience: String,
    login: String,
    proof: Proof,
}

impl Desk {
    pub fn new(server: &str, audience: &str, login: &str, proof: Proof) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = |text: &str| text.to_owned();
        Self { folder, server: own(server), audience: own(audience), login: own(login), proof }
    }

    /// The public half of its own key, which it makes in its folder.
    pub async fn public_key(&self) -> Value {
        let Proof::Key(file) = &self.proof else { panic!("{} proves itself by a secret", self.login) };
        serde_json::from_str(&self.run(&["key", file]).await).unwrap()
    }

    /// Puts a file on its disk; its hash, as Kho names it.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        use sha2::Digest as _;
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
        data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).current_dir(self.folder.path()).stdin(Stdio::null()).kill_on_drop(true);
        command.env("KHO_ONE_STOP_SERVER", &self.server).env("KHO_ONE_STOP_CLIENT", &self.login);
        match &self.proof {
            Proof::Secret(secret) => command.env("KHO_ONE_STOP_SECRET", secret),
            Proof::Key(file) => {
                command.env("KHO_ONE_STOP_KEY", file).env("KHO_ONE_STOP_AUDIENCE", &self.audience)
            }
        };
        command
    }

    pub async fn try_run(&self, words: &[&str]) -> Output {
        self.command(words).output().await.expect("the program runs")
    }

    /// What a command that must succeed prints.
    pub async fn run(&self, words: &[&str]) -> String {
        let output = self.try_run(words).await;
        let printed = String::from_utf8(output.stdout).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {printed}{said}");
        printed
    }

    /// What Kho answered to a push, which must be the last that was printed.
    pub async fn push(&self, words: &[&str]) -> Value {
        let printed = self.run(words).await;
        let last = printed.lines().rfind(|line| line.starts_with("< ")).expect("an answer");
        serde_json::from_str(last.splitn(3, ' ').nth(2).unwrap()).expect("JSON")
    }

    /// The events of the feed that it did not read yet.
    pub async fn changes(&self) -> Vec<Value> {
        let printed = self.run(&["changes"]).await;
        let events = printed.lines().filter(|line| line.starts_with('{'));
        events.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Listens for webhooks until so many came.
    pub fn listens(&self, address: &str, secret: &str, count: usize) -> Child {
        let count = count.to_string();
        let mut command = self.command(&["webhooks", "--listen", address, "--count", &count]);
        command.env("KHO_ONE_STOP_WEBHOOK_SECRET", secret).stdout(Stdio::piped());
        command.spawn().expect("the program runs")
    }
}
