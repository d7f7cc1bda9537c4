//! A mail server for tests: as much of SMTP (RFC 5321) as one client needs to hand over a message.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A message as it was handed over.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub head: String,
    /// Decoded.
    pub body: String,
}

#[derive(Clone, Default)]
pub struct MailServer {
    received: Arc<Mutex<Vec<Received>>>,
    /// What the server answers to the next recipients instead of taking them.
    refusals: Arc<Mutex<Vec<&'static str>>>,
    pub url: String,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let server = Self { url, ..Self::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.converse(stream).await });
            }
        });
        server
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }

    /// Refuses one recipient with this answer.
    pub fn refuse_once(&self, answer: &'static str) {
        self.refusals.lock().expect("not poisoned").push(answer);
    }

    async fn converse(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.test ESMTP\r\n").await.expect("a client");
        let mut to = String::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let verb = line.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-mail.test\r\n250 8BITMIME\r\n",
                "RCPT" => match self.refusals.lock().expect("not poisoned").pop() {
                    Some(refusal) => refusal,
                    None => {
                        to = between(&line, "<", ">").to_owned();
                        "250 ok\r\n"
                    }
                },
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.expect("a client");
                    let message = data(&mut stream).await;
                    let (head, body) = message.split_once("\r\n\r\n").expect("a head and a body");
                    let received =
                        Received { to: to.clone(), head: head.to_owned(), body: decoded(head, body) };
                    self.received.lock().expect("not poisoned").push(received);
                    "250 taken\r\n"
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).await.expect("a client");
        }
    }
}

/// Lines up to the lone dot.
async fn data(stream: &mut BufReader<TcpStream>) -> String {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("a line");
        if line == ".\r\n" {
            return message;
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn decoded(head: &str, body: &str) -> String {
    let encoding = head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
    match encoding.map(str::trim) {
        Some("base64") => {
            let compact = body.split_whitespace().collect::<String>();
            String::from_utf8(data_encoding::BASE64.decode(compact.as_bytes()).expect("base64"))
                .expect("UTF-8")
        }
        Some("quoted-printable") => {
            let body = body.replace("=\r\n", "");
            let escaped = body.replace('%', "%25").replace('=', "%");
            percent_encoding::percent_decode_str(&escaped).decode_utf8().expect("UTF-8").into_owned()
        }
        _ => body.to_owned(),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(inner, _)| inner)
}
