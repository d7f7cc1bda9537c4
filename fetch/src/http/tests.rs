//! TLS, against OpenSSL's server: the certificate must be by an authority that is known, and for the host that is asked.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pem::parse;

use super::*;
use crate::allow::Allow;

struct Serving {
    port: u16,
    process: Child,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn openssl(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments.split_whitespace()).current_dir(folder).stderr(Stdio::null());
    command
}

/// Serves the files of the folder by a certificate of its own for a name.
fn serve(folder: &Path, name: &str) -> Serving {
    let config = format!("[req]\ndistinguished_name = name\n[name]\n[own]\nsubjectAltName = {name}\n");
    std::fs::write(folder.join("config"), config).unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem";
    let own = format!("req -x509 {key} -out cert.pem -days 2 -subj /CN=x -config config -extensions own");
    assert!(openssl(folder, &own).status().unwrap().success());
    let mut command = openssl(folder, "s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -WWW");
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.starts_with("ACCEPT")).unwrap();
    Serving { port: line.rsplit_once(':').unwrap().1.parse().unwrap(), process }
}

async fn ask(port: u16, roots: RootCertStore) -> Result<Answer, Trouble> {
    let allow: Allow = [format!("127.0.0.1:{port}").parse().unwrap()].into_iter().collect();
    let url = Url::parse(&format!("https://127.0.0.1:{port}/list")).unwrap();
    let target = Target::of(&url, &allow).unwrap();
    Question::get("*/*", 100).ask(&target, &Limits::default(), tls(roots).as_ref()).await
}

#[tokio::test]
async fn a_server_must_be_who_it_says_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list"), "a list").unwrap();
    for (name, is_right) in [("IP:127.0.0.1", true), ("DNS:authority.example", false)] {
        let serving = serve(folder.path(), name);
        let certificate = parse(std::fs::read(folder.path().join("cert.pem")).unwrap()).unwrap();
        let mut known = RootCertStore::empty();
        known.add(certificate.into_contents().into()).unwrap();
        match ask(serving.port, known).await {
            Ok(Answer::Body(body)) => assert!(is_right && body == "a list", "{body:?}"),
            Err(Trouble::Failed(Fault::Tls)) => assert!(!is_right, "{name}"),
            other => panic!("{other:?}"),
        }
        // No authority of the web knows it.
        let unknown = ask(serving.port, web_authorities()).await;
        assert!(matches!(unknown, Err(Trouble::Failed(Fault::Tls))), "{unknown:?}");
    }
}
