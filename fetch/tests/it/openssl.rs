//! OpenSSL as a responder and as an authority for time stamps.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::pki::Party;

/// What OpenSSL says of a certificate, by its line in the index of the authority.
pub enum Status {
    Good,
    Revoked,
    Unknown,
}

/// A folder with what OpenSSL needs to answer about the certificate with the number 3.
pub struct Responder {
    folder: TempDir,
}

impl Responder {
    pub fn new(authority: &[u8], signer: &[u8], key: Party, status: &Status) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = match status {
            Status::Good => "V\t391231000000Z\t\t03\tunknown\t/CN=x\n",
            Status::Revoked => "R\t391231000000Z\t250301000000Z\t03\tunknown\t/CN=x\n",
            Status::Unknown => "",
        };
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("index.txt", index.as_bytes());
        write("authority.pem", pem("CERTIFICATE", authority).as_bytes());
        write("signer.pem", pem("CERTIFICATE", signer).as_bytes());
        write("key.pem", private_key(key).as_bytes());
        Self { folder }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("openssl");
        command.current_dir(&self.folder).arg("ocsp").args(["-index", "index.txt", "-CA", "authority.pem"]);
        command.args(["-rsigner", "signer.pem", "-rkey", "key.pem", "-nmin", "60"]);
        command
    }

    /// The answer to one question.
    pub fn answer(&self, question: &[u8]) -> Vec<u8> {
        let place = tempfile::tempdir_in(&self.folder).unwrap();
        let [asked, answered] = ["question", "answer"].map(|name| place.path().join(name));
        std::fs::write(&asked, question).unwrap();
        let mut command = self.command();
        succeed(command.arg("-reqin").arg(&asked).arg("-respout").arg(&answered));
        std::fs::read(answered).unwrap()
    }

    /// OpenSSL's own server.
    pub fn listen(&self) -> Listening {
        let mut command = self.command();
        let mut process =
            command.args(["-port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split_whitespace().nth(1).and_then(|place| place.rsplit_once(':')).unwrap().1;
        Listening { port: port.parse().unwrap(), process }
    }
}

pub struct Listening {
    pub port: u16,
    process: Child,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a command to its end and answers what it wrote.
pub fn succeed(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

pub fn openssl(folder: &Path, arguments: &str) -> Vec<u8> {
    succeed(Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder))
}

pub fn pem(label: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, der))
}

/// RFC 8410, 7: the seed of an Ed25519 key.
fn private_key(party: Party) -> String {
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    pem("PRIVATE KEY", &[&head[..], &[party.seed; 32]].concat())
}
