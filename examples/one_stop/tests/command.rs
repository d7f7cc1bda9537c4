//! The program against a server that behaves as badly as a test says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

/// What the server does with a connection.
enum Deed {
    /// Hangs up in the middle of the request.
    Cut,
    /// Takes the request, and hangs up instead of answering.
    Swallow,
    Answer(&'static str, &'static str),
}

const TOKEN: &str =
    r#"{"access_token":"t0k3n","token_type":"Bearer","expires_in":3600,"scope":"dossier_write"}"#;

/// A request as it came: its first line, its headers in lower case, and its body.
#[derive(Debug)]
struct Request {
    line: String,
    headers: String,
    body: String,
}

/// Does the deeds in turn, one a connection; the requests that came whole.
fn server(deeds: Vec<Deed>) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let mut deeds = VecDeque::from(deeds);
        let mut requests = Vec::new();
        while let Some(deed) = deeds.pop_front() {
            let (mut stream, _) = listener.accept().unwrap();
            if matches!(deed, Deed::Cut) {
                stream.read_exact(&mut [0; 20]).unwrap();
                continue;
            }
            requests.push(read(&stream));
            if let Deed::Answer(status, body) = deed {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
            }
        }
        requests
    });
    (url, served)
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let headers = lines[1..].join("\n").to_lowercase();
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    Request { line: lines.remove(0), headers, body: String::from_utf8_lossy(&body).into_owned() }
}

fn one_stop(folder: &Path, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kho-one-stop"));
    command.current_dir(folder).env("KHO_ONE_STOP_SERVER", url).env("KHO_ONE_STOP_SECRET", "kho_p_geheim");
    command
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const DOSSIER: [&str; 8] =
    ["dossier", "MC-1", "--procedure", "1.001193", "--owner", "099126000001", "--agency", "H52.10"];

#[test]
fn what_was_cut_off_is_sent_again_under_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let (url, served) = server(vec![
        Deed::Answer("200 OK", TOKEN),
        Deed::Cut,
        Deed::Swallow,
        Deed::Answer("503 Service Unavailable\r\nRetry-After: 0", "{}"),
        Deed::Answer("200 OK", r#"{"outcome":"unchanged"}"#),
    ]);
    let output = one_stop(folder.path(), &url).args(DOSSIER).output().unwrap();
    let printed = printed(&output);
    assert!(output.status.success(), "{printed}");
    let requests = served.join().unwrap();
    let pushes = &requests[1..];
    assert_eq!(pushes.len(), 3);
    for push in pushes {
        assert_eq!(push.line, "PUT /integration/v1/dossiers/MC-1 HTTP/1.1");
        assert_eq!(push.body, pushes[0].body);
        assert!(push.headers.contains("authorization: bearer t0k3n"), "{}", push.headers);
    }
    assert_eq!(printed.matches("the same again in").count(), 3, "{printed}");
    assert!(printed.contains(r#"< 200 {"outcome":"unchanged"}"#), "{printed}");
    assert!(!printed.contains("geheim") && !printed.contains("t0k3n"), "no secret is printed: {printed}");
}

#[test]
fn a_token_that_ended_on_the_way_is_replaced_once() {
    let folder = tempfile::tempdir().unwrap();
    let ended = || Deed::Answer("401 Unauthorized", r#"{"code":"not_signed_in"}"#);
    let (url, served) =
        server(vec![Deed::Answer("200 OK", TOKEN), ended(), Deed::Answer("200 OK", TOKEN), ended()]);
    let output = one_stop(folder.path(), &url).args(DOSSIER).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert_eq!(served.join().unwrap().len(), 4);
}

#[test]
fn who_has_no_patience_gives_up_and_the_journal_knows_that_nothing_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (url, served) = server(vec![Deed::Answer("200 OK", TOKEN), Deed::Swallow]);
    let output = one_stop(folder.path(), &url).args(DOSSIER).args(["--patience", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("given up"), "{}", printed(&output));
    served.join().unwrap();
    let journal = std::fs::read_to_string(folder.path().join("one-stop.jsonl")).unwrap();
    assert_eq!(journal.lines().count(), 1, "{journal}");

    // In the evening Kho says that it lacks it, and it is sent again.
    let lacks = r#"{"missing_here":[{"kind":"dossier","key":"MC-1","sha256":null}],"missing_there":[],"different":[]}"#;
    let none = r#"{"missing_here":[],"missing_there":[],"different":[]}"#;
    let (url, served) = server(vec![
        Deed::Answer("200 OK", TOKEN),
        Deed::Answer("200 OK", lacks),
        Deed::Answer("201 Created", r#"{"outcome":"created"}"#),
        Deed::Answer("200 OK", none),
    ]);
    let output = one_stop(folder.path(), &url).args(["reconcile", "--send-again"]).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("both sides hold the same 1 things"), "{}", printed(&output));
    let requests = served.join().unwrap();
    assert_eq!(requests[1].body, r#"{"items":[{"key":"MC-1","kind":"dossier","sha256":null}]}"#);
    assert_eq!(requests[2].line, "PUT /integration/v1/dossiers/MC-1 HTTP/1.1");
}

#[test]
fn a_file_goes_out_with_what_is_said_of_it_before_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), "%PDF-1.7").unwrap();
    let (url, served) = server(vec![Deed::Answer("200 OK", TOKEN), Deed::Answer("201 Created", "{}")]);
    let words = ["component", "MC/1", "GT", "1", "a.pdf", "--type", "passport", "--name", "Hộ chiếu.pdf"];
    let output = one_stop(folder.path(), &url).args(words).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let request = &served.join().unwrap()[1];
    assert_eq!(request.line, "PUT /integration/v1/dossiers/MC%2F1/components/GT/files/1 HTTP/1.1");
    // sha256sum of the file.
    let hash = "86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b";
    let said = request.body.find("\"name\":\"Hộ chiếu.pdf\"").unwrap();
    assert!(said < request.body.find("%PDF-1.7").unwrap());
    assert!(request.body.contains(hash), "{}", request.body);
}

#[test]
fn a_key_proves_who_it_is_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let key =
        || one_stop(folder.path(), "http://127.0.0.1:9").args(["key", "one-stop.pem"]).output().unwrap();
    let first = key();
    assert!(first.status.success());
    assert_eq!(first.stdout, key().stdout, "the key is made once");
    let (url, served) = server(vec![Deed::Answer("200 OK", TOKEN)]);
    let output =
        one_stop(folder.path(), &url).args(["token", "--private-key", "one-stop.pem"]).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let request = &served.join().unwrap()[0];
    assert!(request.body.contains("client_assertion=ey"), "{}", request.body);
    assert!(!request.body.contains("client_secret"), "{}", request.body);
}

/// A message as the specification's own library signs it: `msg_1.TIMESTAMP.{"type":"test"}` under this secret.
const SECRET: &str = "whsec_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vIHNlY3JldCE";

#[expect(clippy::disallowed_methods, reason = "the program that is tested has the time of its machine")]
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

#[test]
fn only_webhooks_that_are_signed_are_believed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = one_stop(folder.path(), "http://127.0.0.1:9")
        .args(["webhooks", "--listen", "127.0.0.1:0", "--count", "4"])
        .env("KHO_ONE_STOP_WEBHOOK_SECRET", format!("{SECRET}="))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap().replace("listening at ", "");
    let now = now();
    let send = |at: i64, body: &str, signed: &str| {
        let key = standardwebhooks::Webhook::new(&format!("{SECRET}=")).unwrap();
        let signature = key.sign("msg_1", at, signed.as_bytes()).unwrap();
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nwebhook-id: msg_1\r\nwebhook-timestamp: {at}\r\n\
             webhook-signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer[9..12].to_owned()
    };
    let body = r#"{"type":"dossier.moved"}"#;
    assert_eq!(send(now, body, body), "204");
    assert_eq!(send(now, body, body), "204", "sent again, since the answer may have been lost");
    assert_eq!(send(now, r#"{"type":"dossier.opened"}"#, body), "401");
    assert_eq!(send(now - 3_600, body, body), "401", "an old message, replayed");
    assert!(child.wait().unwrap().success());
    let said = lines.map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(said[0], format!("verified: {body}"));
    assert_eq!(said[1], format!("verified (known already): {body}"));
    assert!(said[2].starts_with("refused: ") && said[3].starts_with("refused: "), "{said:?}");
}

#[test]
fn every_subcommand_says_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    for command in
        ["key", "token", "dossier", "component", "result", "revoke", "changes", "webhooks", "reconcile"]
    {
        let output =
            one_stop(folder.path(), "http://127.0.0.1:9").args([command, "--help"]).output().unwrap();
        assert!(output.status.success() && output.stdout.len() > 200, "{command}");
        assert!(!printed(&output).contains("geheim"), "{command}");
    }
}
