//! Another system's store of files, over HTTP: it gives what a test puts into it, and answers as a test says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What it answers to who asks for a file.
#[derive(Clone, Debug)]
pub enum Given {
    File(Arc<Vec<u8>>),
    Status(u16),
    /// Sends whoever asks elsewhere.
    Redirect(String),
    /// Says how long the file is, gives half of it and hangs up.
    Half(Arc<Vec<u8>>),
}

type Files = Arc<Mutex<HashMap<String, Given>>>;

/// The store; it listens until it is dropped.
pub struct FileServer {
    pub address: SocketAddr,
    files: Files,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl FileServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (files, asked) = (Files::default(), Arc::<AtomicUsize>::default());
        let (given, count) = (files.clone(), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(stream, given.clone()));
            }
        });
        Self { address, files, asked, task }
    }

    /// Puts a file there; answers its address.
    pub fn put(&self, name: &str, given: Given) -> String {
        self.files.lock().unwrap().insert(format!("/{name}"), given);
        format!("http://{}/{name}", self.address)
    }

    pub fn keep(&self, name: &str, bytes: &[u8]) -> String {
        self.put(name, Given::File(Arc::new(bytes.to_vec())))
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, files: Files) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0; 1];
        stream.read_exact(&mut byte).await.ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let given = files.lock().unwrap().get(&path).cloned().unwrap_or(Given::Status(404));
    let (status, more, body) = match &given {
        Given::File(bytes) => (200, format!("Content-Length: {}\r\n", bytes.len()), &bytes[..]),
        Given::Half(bytes) => {
            (200, format!("Content-Length: {}\r\n", bytes.len()), &bytes[..bytes.len() / 2])
        }
        Given::Status(status) => (*status, "Content-Length: 0\r\n".to_owned(), &[][..]),
        Given::Redirect(to) => (302, format!("Location: {to}\r\nContent-Length: 0\r\n"), &[][..]),
    };
    let head = format!("HTTP/1.1 {status} X\r\n{more}Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    stream.shutdown().await.ok()
}
