//! A system that is told of events: it takes messages over HTTP, answers as a test says, and has what it took verified by the reference library
//! of the specification.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::JoinHandle;

use crate::node;

/// What it answers to a message.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    Status(u16),
    /// Takes the message and says nothing until the sender goes.
    Silence,
    /// Takes the message and hangs up.
    HangUp,
    /// Sends the sender elsewhere.
    Redirect,
}

/// A message as it came, and what was answered.
#[derive(Clone, Debug)]
pub struct Message {
    pub headers: BTreeMap<String, String>,
    pub body: String,
    pub taken: bool,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a message is JSON")
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

type Plan = Arc<Mutex<Box<dyn FnMut(&Message) -> Reply + Send>>>;

/// The receiver; it listens until it is stopped or dropped.
pub struct Receiver {
    pub address: SocketAddr,
    messages: Arc<Mutex<Vec<Message>>>,
    plan: Plan,
    task: Option<JoinHandle<()>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut receiver = Self {
            address: listener.local_addr().expect("an address"),
            messages: Arc::default(),
            plan: Arc::new(Mutex::new(Box::new(|_| Reply::Status(204)))),
            task: None,
        };
        receiver.listen(listener);
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/kho?from=kho", self.address)
    }

    pub fn answers(&self, plan: impl FnMut(&Message) -> Reply + Send + 'static) {
        *self.plan.lock().unwrap() = Box::new(plan);
    }

    /// Takes no connection any more.
    pub fn go_down(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }

    pub async fn come_back(&mut self) {
        self.listen(TcpListener::bind(self.address).await.expect("the same port"));
    }

    fn listen(&mut self, listener: TcpListener) {
        let (messages, plan) = (self.messages.clone(), self.plan.clone());
        self.task = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, messages.clone(), plan.clone()));
            }
        }));
    }

    /// Every message that came, in the order in which they came.
    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap().clone()
    }

    /// Those it answered with 2xx.
    pub fn taken(&self) -> Vec<Message> {
        self.messages().into_iter().filter(|message| message.taken).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.go_down();
    }
}

async fn take(mut stream: TcpStream, messages: Arc<Mutex<Vec<Message>>>, plan: Plan) {
    let Some(mut message) = read(&mut stream).await else { return };
    let reply = plan.lock().unwrap()(&message);
    message.taken = matches!(reply, Reply::Status(200..=299));
    messages.lock().unwrap().push(message);
    let head = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} Answer\r\n"),
        Reply::Redirect => "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:9/\r\n".to_owned(),
        Reply::HangUp => return,
        Reply::Silence => {
            // Until the sender has gone.
            let _ = stream.read(&mut [0; 1]).await;
            return;
        }
    };
    let _ =
        stream.write_all(format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let headers = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect::<BTreeMap<_, _>>();
    let length = headers.get("content-length")?.parse::<usize>().ok()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Message { headers, body: String::from_utf8(bytes[end + 4..].to_vec()).ok()?, taken: false })
}

/// What the reference library says of messages under a secret: the type of each, or why it is refused.
pub async fn verified(secret: &str, messages: &[Message]) -> Vec<String> {
    let script = node::script("webhooks", "verify.mjs").await;
    let mut node = Command::new("node")
        .arg(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is needed; KHO_TEST_WITHOUT_NODE=1 leaves this out");
    let lines = messages
        .iter()
        .map(|message| json!({ "secret": secret, "headers": message.headers, "body": message.body }))
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    node.stdin.take().expect("a pipe").write_all(lines.as_bytes()).await.expect("node reads");
    let output = tokio::time::timeout(Duration::from_secs(60), node.wait_with_output()).await;
    let output = output.expect("node ends").expect("node ran");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}
