//! A server of HTTP that answers what a test tells it to, and counts who connects.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

pub struct Request {
    pub method: String,
    pub path: String,
    pub head: String,
    pub body: Vec<u8>,
}

pub enum Reply {
    /// The status line's code, further lines of the head, the body.
    Full(u16, String, Vec<u8>),
    /// Less of a body than is announced.
    Short(Vec<u8>),
    /// A body without end.
    Endless,
    /// The connection stays open and nothing comes.
    Silent,
    /// The connection is closed.
    Nothing,
}

impl Reply {
    pub fn ok(body: Vec<u8>) -> Self {
        Self::Full(200, String::new(), body)
    }

    pub fn moved(status: u16, location: &str) -> Self {
        Self::Full(status, format!("Location: {location}\r\n"), Vec::new())
    }
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    sent: AtomicUsize,
    hung_up: Notify,
}

pub struct Server {
    pub port: u16,
    seen: Arc<Seen>,
}

impl Server {
    pub async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let answer = Arc::new(answer);
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
                shared.most_open.fetch_max(open, Ordering::SeqCst);
                let (seen, answer) = (Arc::clone(&shared), Arc::clone(&answer));
                tokio::spawn(async move {
                    serve(stream, &*answer, &seen).await;
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, seen }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many connections were open at once.
    pub fn most_open(&self) -> usize {
        self.seen.most_open.load(Ordering::SeqCst)
    }

    /// Methods and paths that were asked for.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.seen.requests.lock().unwrap();
        requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    pub fn heads(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().iter().map(|request| request.head.clone()).collect()
    }

    /// How much of a body without end was taken, once nobody takes more of it.
    pub async fn sent(&self) -> usize {
        self.seen.hung_up.notified().await;
        self.seen.sent.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, answer: &(impl Fn(&Request) -> Reply + Sync), seen: &Seen) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = answer(&request);
    seen.requests.lock().unwrap().push(request);
    match reply {
        Reply::Full(status, head, body) => {
            let head = format!("HTTP/1.1 {status} X\r\n{head}Content-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
        }
        Reply::Short(body) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len() + 1);
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
        }
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[0x30; 4096]).await.is_ok() {
                seen.sent.fetch_add(4096, Ordering::SeqCst);
            }
            seen.hung_up.notify_one();
        }
        Reply::Silent => while stream.read(&mut [0; 64]).await.is_ok_and(|size| size > 0) {},
        Reply::Nothing => {}
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    while bytes.len() < end + length.unwrap_or(0) {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let mut words = head.split(' ');
    Some(Request {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        body: bytes[end..].to_vec(),
        head,
    })
}
