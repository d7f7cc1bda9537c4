//! A small HTTP/1.1 client that keeps its connection: the generator shares two cores with the server, so it must cost little.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::Failure;

/// One connection of one signed-in person.
pub struct Client {
    stream: BufReader<TcpStream>,
    sign_in: SignIn,
}

/// What a session sends with each request.
#[derive(Clone, Default)]
pub struct SignIn {
    cookie: String,
    csrf: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    cookie: String,
}

impl Answer {
    pub fn json(&self) -> Result<Value, Failure> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl Client {
    pub async fn connect(address: SocketAddr, sign_in: SignIn) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), sign_in })
    }

    pub async fn sign_in(address: SocketAddr, login: &str, password: &str) -> Result<SignIn, Failure> {
        let mut client = Self::connect(address, SignIn::default()).await?;
        let body = serde_json::json!({ "login": login, "password": password }).to_string();
        let answer = client.send("POST", "/api/v1/session", "application/json", body.as_bytes()).await?;
        let csrf = answer.json()?["csrf_token"].as_str().unwrap_or_default().to_owned();
        Ok(SignIn { cookie: answer.cookie, csrf })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.send("GET", path, "", &[]).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.send("POST", path, "application/json", body.to_string().as_bytes()).await
    }

    /// Adds a document.
    pub async fn upload(&mut self, folder: &str, name: &str, bytes: &[u8]) -> Result<Answer, Failure> {
        let mut body = format!(
            "--kho-load\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--kho-load--\r\n");
        let path = format!("/api/v1/entries/{folder}/documents");
        self.send("POST", &path, "multipart/form-data; boundary=kho-load", &body).await
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let SignIn { cookie, csrf } = &self.sign_in;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        if !cookie.is_empty() {
            head.push_str(&format!("Cookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\n"));
        }
        if !kind.is_empty() {
            head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut message = head.into_bytes();
        message.extend_from_slice(body);
        self.stream.write_all(&message).await?;
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Answer, Failure> {
        let status = self.line().await?;
        let status =
            status.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or("not an HTTP answer")?;
        let (mut length, mut chunked, mut cookie) = (0, false, String::new());
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "transfer-encoding" => chunked = value.contains("chunked"),
                "set-cookie" => cookie = value.split(';').next().unwrap_or_default().trim().to_owned(),
                _ => {}
            }
        }
        let mut body = Vec::new();
        if !chunked {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).await?;
            return Ok(Answer { status, body, cookie });
        }
        loop {
            let size = usize::from_str_radix(self.line().await?.trim(), 16)?;
            let start = body.len();
            body.resize(start + size, 0);
            self.stream.read_exact(&mut body[start..]).await?;
            self.line().await?;
            if size == 0 {
                return Ok(Answer { status, body, cookie });
            }
        }
    }

    async fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err("the server closed the connection".into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}
