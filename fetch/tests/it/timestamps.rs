//! Time stamps by OpenSSL's authority, behind a server of ours.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use kho_fetch::{Fault, Fetcher, Outcome, TimestampQuery};
use kho_signature::crypto::Hash;
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, verify_detached, wanted};
use tempfile::TempDir;

use crate::case::{allowed, fetcher, now, patient};
use crate::openssl::openssl;
use crate::server::{Reply, Server};

const CONTENT: &[u8] = b"Quyet dinh so 1";

const CONFIG: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = Time
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[authority]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
crlDistributionPoints = URI:$ENV::LIST
[ca]
default_ca = lists
[lists]
database = index.txt
default_md = sha256
default_crl_days = 7
[tsa]
default_tsa = stamps
[stamps]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
ess_cert_id_alg = sha256
default_policy = 1.2.3.4.1
digests = sha256
";

/// An authority, a root that believes in it, and the list of the root, in a folder; and the server in front of them.
struct Authority {
    folder: Arc<TempDir>,
    server: Server,
}

impl Authority {
    async fn start() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let at = Arc::clone(&folder);
        let server = Server::start(move |request| match request.path.as_str() {
            "/list" => Reply::ok(std::fs::read(at.path().join("root.crl")).unwrap()),
            _ => Reply::ok(stamp(at.path(), &request.body)),
        })
        .await;
        let at = folder.path();
        std::fs::write(at.join("config"), CONFIG.replace("$ENV::LIST", &server.url("/list"))).unwrap();
        std::fs::write(at.join("index.txt"), "").unwrap();
        std::fs::write(at.join("serial"), "01\n").unwrap();
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config config -days 3";
        openssl(
            at,
            &format!("req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -extensions root"),
        );
        openssl(
            at,
            &format!("req {key} -keyout authority.key -out request.pem -subj /CN=Time")
                .replace("-days 3", ""),
        );
        openssl(
            at,
            "x509 -req -in request.pem -CA root.pem -CAkey root.key -set_serial 7 -days 3 -extfile config -extensions authority -out authority.pem",
        );
        openssl(at, "ca -gencrl -config config -cert root.pem -keyfile root.key -out list.pem");
        openssl(at, "crl -in list.pem -outform DER -out root.crl");
        Self { folder, server }
    }

    /// Its root is believed.
    fn context(&self) -> Context {
        let root = openssl(self.folder.path(), "x509 -in root.pem -outform DER");
        let mut context = Context::new(now());
        context.anchors = vec![Anchor::new(Certificate::from_der(&root).unwrap())];
        context
    }

    async fn ask(&self, query: &TimestampQuery) -> Outcome {
        fetcher(&[self.server.port]).timestamp(&self.server.url("/"), query, &self.context()).await
    }
}

fn stamp(folder: &Path, query: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("query"), query).unwrap();
    openssl(folder, "ts -reply -config config -queryfile query -out reply");
    std::fs::read(folder.join("reply")).unwrap()
}

fn query(content: &[u8], nonce: u64) -> TimestampQuery {
    TimestampQuery::new(Hash::Sha256, Hash::Sha256.of(&[content]), nonce)
}

fn token(outcome: Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Answer(token) => token,
        other => panic!("{other:?}"),
    }
}

/// What a server that answers so is told.
async fn ask_made(reply: Vec<u8>, query: &TimestampQuery, context: &Context) -> Outcome {
    let server = Server::start(move |_| Reply::ok(reply.clone())).await;
    fetcher(&[server.port]).timestamp(&server.url("/"), query, context).await
}

#[tokio::test]
async fn a_time_stamp_is_what_was_asked_for_and_holds() {
    let authority = Authority::start().await;
    for nonce in [0, 1, 0x7f, 0x80, 0xffff, u64::MAX] {
        let token = token(authority.ask(&query(CONTENT, nonce)).await);
        let mut context = authority.context();
        let report = verify_detached(&token, CONTENT, &context).unwrap();
        assert_eq!(
            report.signatures[0].sub_indication.map(|sub| format!("{sub:?}")).as_deref(),
            Some("TryLater")
        );
        let fetched = fetcher(&[authority.server.port]).evidence(&wanted(&report)).await;
        fetched.iter().for_each(|one| one.lay_before(&mut context));
        context.at = now();
        let report = verify_detached(&token, CONTENT, &context).unwrap();
        assert_eq!(report.signatures[0].sub_indication, None, "{:?}", report.signatures[0].findings);
        assert_eq!(authority.server.asked().last().unwrap(), "GET /list");
    }
}

#[tokio::test]
async fn openssl_reads_the_question_as_it_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("query"), query(CONTENT, 0xfedc_ba98_7654_3210).der()).unwrap();
    let text = String::from_utf8(openssl(folder.path(), "ts -query -in query -text")).unwrap();
    for line in
        ["Version: 1", "Hash Algorithm: sha256", "Nonce: 0xFEDCBA9876543210", "Certificate required: yes"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[tokio::test]
async fn a_time_stamp_for_another_question_is_not_taken() {
    let authority = Authority::start().await;
    let made = stamp(authority.folder.path(), &query(CONTENT, 7).der());
    let context = authority.context();
    let nonce = ask_made(made.clone(), &query(CONTENT, 8), &context).await;
    assert_eq!(nonce, Outcome::Failed(Fault::Nonce));
    let imprint = ask_made(made.clone(), &query(b"something else", 7), &context).await;
    assert_eq!(imprint, Outcome::Failed(Fault::Unrelated));
    assert!(matches!(ask_made(made, &query(CONTENT, 7), &context).await, Outcome::Answer(_)));
}

#[tokio::test]
async fn an_authority_that_refuses_is_heard() {
    let authority = Authority::start().await;
    let query = TimestampQuery::new(Hash::Sha384, Hash::Sha384.of(&[CONTENT]), 7);
    assert_eq!(authority.ask(&query).await, Outcome::Failed(Fault::Responder("rejection")));
}

#[tokio::test]
async fn a_time_stamp_by_someone_else_is_not_taken() {
    let [authority, stranger] = [Authority::start().await, Authority::start().await];
    let asked = query(CONTENT, 7);
    let made = stamp(stranger.folder.path(), &asked.der());
    // Nobody believes in the root of the stranger.
    let outcome = ask_made(made.clone(), &asked, &authority.context()).await;
    assert_eq!(outcome, Outcome::Failed(Fault::Signer));
    // Somebody did until yesterday.
    let mut late = stranger.context();
    late.anchors[0].valid_until = Some(now() - TimeDelta::days(1));
    let outcome = ask_made(made.clone(), &asked, &late).await;
    assert_eq!(outcome, Outcome::Failed(Fault::Signer));
    // The value is not the one that the authority made.
    let mut changed = made;
    *changed.last_mut().unwrap() ^= 1;
    let outcome = ask_made(changed, &asked, &stranger.context()).await;
    assert_eq!(outcome, Outcome::Failed(Fault::Signer));
}

#[tokio::test]
async fn what_is_no_time_stamp_is_not_taken() {
    let context = Context::new(now());
    for body in [b"<html>".to_vec(), Vec::new(), vec![0x30, 5, 0x30, 3, 2, 1, 0]] {
        let outcome = ask_made(body, &query(CONTENT, 7), &context).await;
        assert_eq!(outcome, Outcome::Failed(Fault::Kind("a time stamp")));
    }
}

#[tokio::test]
async fn an_authority_is_asked_where_it_may_be_only() {
    let server = Server::start(|_| Reply::Nothing).await;
    let fetcher = Fetcher::new(patient(), allowed(&[]));
    let outcome = fetcher.timestamp(&server.url("/"), &query(CONTENT, 7), &Context::new(now())).await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert_eq!(server.connections(), 0);
}
