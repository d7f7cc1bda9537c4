//! One question over HTTP/1.1 and its answer, each on a connection of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION, USER_AGENT,
};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use crate::limits::Limits;
use crate::outcome::{Fault, Refusal, Trouble};
use crate::target::Target;

/// Room for the head of an answer.
const HEAD_BYTES: usize = 16 << 10;

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub method: Method,
    pub content_type: Option<&'static str>,
    pub accept: &'static str,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
    pub most_bytes: usize,
    /// Whether any 2xx will do and what stands in the answer is of no interest.
    pub is_delivery: bool,
    /// Where the answer goes piece by piece, and not into memory.
    pub pieces: Option<mpsc::Sender<Bytes>>,
}

impl Question {
    pub fn get(accept: &'static str, most_bytes: usize) -> Self {
        Self {
            method: Method::GET,
            content_type: None,
            accept,
            headers: Vec::new(),
            body: Bytes::new(),
            most_bytes,
            is_delivery: false,
            pieces: None,
        }
    }

    pub fn post(content_type: &'static str, accept: &'static str, body: Vec<u8>, most_bytes: usize) -> Self {
        Self {
            method: Method::POST,
            content_type: Some(content_type),
            body: body.into(),
            ..Self::get(accept, most_bytes)
        }
    }

    /// Something handed over, for which nothing is wanted but a receipt.
    pub fn delivery(headers: Vec<(HeaderName, HeaderValue)>, body: Bytes) -> Self {
        let content_type = Some("application/json");
        Self { method: Method::POST, content_type, headers, body, is_delivery: true, ..Self::get("*/*", 0) }
    }

    /// A file that is handed on as it comes.
    pub fn collection(pieces: mpsc::Sender<Bytes>, most_bytes: usize) -> Self {
        Self { pieces: Some(pieces), ..Self::get("*/*", most_bytes) }
    }

    /// Asks at one place. A redirect is handed back: it leads to another place, which is looked at first.
    pub async fn ask(
        &self,
        target: &Target,
        limits: &Limits,
        tls: Option<&TlsConnector>,
    ) -> Result<Answer, Trouble> {
        let addresses = timeout(limits.connect, target.addresses()).await.map_err(|_| Fault::Slow)??;
        let stream = connect(&addresses, limits).await?;
        if !target.is_secure {
            return self.exchange(stream, target, limits).await;
        }
        let name = ServerName::try_from(target.place.host.to_string().trim_matches(['[', ']']).to_owned());
        let (Some(tls), Ok(name)) = (tls, name) else { return Err(Fault::Tls.into()) };
        let stream = timeout(limits.connect, tls.connect(name, stream)).await.map_err(|_| Fault::Slow)?;
        self.exchange(stream.map_err(|_| Fault::Tls)?, target, limits).await
    }

    async fn exchange<S>(&self, stream: S, target: &Target, limits: &Limits) -> Result<Answer, Trouble>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin,
    {
        let broken = |_| Fault::Broken;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES);
        let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let request = self.request(&target.url).map_err(|_| Refusal::Url)?;
        let answer = async {
            let response = timeout(limits.read, sender.send_request(request)).await;
            let response = response.map_err(|_| Fault::Slow)?.map_err(broken)?;
            self.take(response, &target.url, limits).await
        };
        tokio::pin!(answer, connection);
        let mut is_open = true;
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                _ = &mut connection, if is_open => is_open = false,
            }
        }
    }

    fn request(&self, url: &Url) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&url[url::Position::BeforePath..url::Position::AfterQuery])
            .header(HOST, authority)
            .header(USER_AGENT, concat!("kho/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, self.accept)
            .header(CONNECTION, "close");
        if let Some(kind) = self.content_type {
            request = request.header(CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(self.body.clone()))
    }

    async fn take(
        &self,
        response: Response<Incoming>,
        url: &Url,
        limits: &Limits,
    ) -> Result<Answer, Trouble> {
        match response.status().as_u16() {
            200..=299 if self.is_delivery => return Ok(Answer::Body(Bytes::new())),
            // Whoever takes deliveries says where; a redirect would take them to somebody nobody named.
            other if self.is_delivery => return Err(Fault::Status(other).into()),
            200 => {}
            // Files are kept where their system says, and nowhere else.
            other if self.pieces.is_some() => return Err(Fault::Status(other).into()),
            301 | 302 | 303 | 307 | 308 => {
                let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
                let url = location.and_then(|location| url.join(location).ok()).ok_or(Refusal::Url)?;
                return Ok(Answer::Elsewhere(url));
            }
            other => return Err(Fault::Status(other).into()),
        }
        let announced = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if announced
            .and_then(|length| length.parse().ok())
            .is_some_and(|length: usize| length > self.most_bytes)
        {
            return Err(Fault::Large.into());
        }
        let mut incoming = response.into_body();
        let mut body = BytesMut::new();
        let mut taken = 0;
        while let Some(frame) = timeout(limits.read, incoming.frame()).await.map_err(|_| Fault::Slow)? {
            let Ok(piece) = frame.map_err(|_| Fault::Broken)?.into_data() else { continue };
            taken += piece.len();
            if taken > self.most_bytes {
                return Err(Fault::Large.into());
            }
            match &self.pieces {
                // Whoever takes them has stopped, and knows why.
                Some(pieces) => pieces.send(piece).await.map_err(|_| Fault::Broken)?,
                None => body.extend_from_slice(&piece),
            }
        }
        Ok(Answer::Body(body.freeze()))
    }
}

#[derive(Debug)]
pub(crate) enum Answer {
    Body(Bytes),
    Elsewhere(Url),
}

/// To the first address that takes the connection.
async fn connect(addresses: &[SocketAddr], limits: &Limits) -> Result<TcpStream, Fault> {
    let mut fault = Fault::Connection;
    for address in addresses {
        match timeout(limits.connect, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => fault = Fault::Slow,
            Ok(Err(_)) => fault = Fault::Connection,
            Err(_) => fault = Fault::Slow,
        }
    }
    Err(fault)
}

pub(crate) fn web_authorities() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// None if the cryptography of this build speaks no version of TLS that is safe: then nothing is asked over it.
pub(crate) fn tls(authorities: RootCertStore) -> Option<TlsConnector> {
    let provider = rustls::crypto::ring::default_provider();
    let builder = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
    let config = builder.ok()?.with_root_certificates(authorities).with_no_client_auth();
    Some(Arc::new(config).into())
}

#[cfg(test)]
mod tests;
