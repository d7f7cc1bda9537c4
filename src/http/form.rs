//! A file and what is said about it, as `multipart/form-data`, read as it comes.

use std::cell::Cell;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures::{Stream, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::domain::account::Actor;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::documents::{Destination, DirectUpload, FileDescription};
use crate::services::idempotency::{RequestDigest, Sha256Hasher};

/// What of a form is not its file is taken to have this many bytes at the most, when the file's size is guessed from the form's.
const FORM_BYTES: u64 = 1024 * 1024;
/// Bytes of a text field at the most.
const FIELD_BYTES: usize = 32 * 1024;
/// What is still read of a form that was refused, and for how long.
const DRAIN_BYTES: u64 = 16 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// A form as it comes.
pub struct Form {
    parts: Multipart,
    /// Whether reading it has failed.
    failed: bool,
    /// Bytes that may still be read.
    allowance: Rc<Cell<u64>>,
    /// The file has no fewer bytes than this, by the length of the request.
    pub least_bytes: u64,
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let length: u64 = length.and_then(|text| text.parse().ok()).unwrap_or(0);
        let allowance = Rc::new(Cell::new(u64::MAX));
        let metered = Metered { payload: payload.take(), allowance: allowance.clone() };
        let parts = Multipart::new(request.headers(), metered);
        ready(Ok(Self { parts, failed: false, allowance, least_bytes: length.saturating_sub(FORM_BYTES) }))
    }
}

/// A body that ends where its allowance does.
struct Metered {
    payload: Payload,
    allowance: Rc<Cell<u64>>,
}

impl Stream for Metered {
    type Item = Result<web::Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.allowance.get() == 0 {
            return Poll::Ready(None);
        }
        let next = std::task::ready!(Pin::new(&mut self.payload).poll_next(context));
        if let Some(Ok(bytes)) = &next {
            self.allowance.set(self.allowance.get().saturating_sub(bytes.len() as u64));
        }
        Poll::Ready(next)
    }
}

/// What the bytes of the form's file go to.
enum Sink<'a> {
    Upload { kho: &'a Kho, actor: &'a Actor, destination: Destination, upload: &'a mut Option<DirectUpload> },
    Hash { limit_bytes: u64, read_bytes: u64, hash: Option<Sha256Hasher> },
}

impl Sink<'_> {
    fn has_begun(&self) -> bool {
        match self {
            Sink::Upload { upload, .. } => upload.is_some(),
            Sink::Hash { hash, .. } => hash.is_some(),
        }
    }

    async fn begin(&mut self, least_bytes: u64) -> Result<()> {
        match self {
            Sink::Upload { kho, actor, destination, upload } => {
                **upload = Some(kho.begin_upload(actor, *destination, least_bytes).await?);
            }
            Sink::Hash { hash, .. } => *hash = Some(Sha256Hasher::new()),
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Sink::Upload { upload: Some(upload), .. } => upload.write(bytes).await,
            Sink::Hash { limit_bytes, read_bytes, hash: Some(hash) } => {
                *read_bytes += bytes.len() as u64;
                if *read_bytes > *limit_bytes {
                    return Err(Code::FileTooLarge.into());
                }
                hash.update(bytes);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Form {
    /// Reads the form to its end and its file into an upload, which is given up if anything is wrong. Ordinary clients read an answer only
    /// when they have sent all, so of a refused form the rest is read too, within bounds.
    pub async fn receive(
        &mut self,
        kho: &Kho,
        actor: &Actor,
        destination: Destination,
        seen: Option<i64>,
    ) -> Result<(DirectUpload, FileDescription)> {
        let mut file = FileDescription { seen, ..Default::default() };
        let mut upload = None;
        let mut sink = Sink::Upload { kho, actor, destination, upload: &mut upload };
        let read = self.read(&mut file, &mut sink).await;
        match (read, upload) {
            (Ok(()), Some(upload)) => Ok((upload, file)),
            (Ok(()), None) => {
                // Without a file the question who may add it still comes first.
                let upload = kho.begin_upload(actor, destination, self.least_bytes).await?;
                kho.abandon_upload(upload).await;
                Err(Problem::field("file", "missing"))
            }
            (Err(problem), upload) => {
                if let Some(upload) = upload {
                    kho.abandon_upload(upload).await;
                }
                self.drain().await;
                Err(problem)
            }
        }
    }

    /// Reads the form to its end for what it says alone.
    pub async fn digest(&mut self, kho: &Kho) -> Result<RequestDigest> {
        let mut file = FileDescription::default();
        let limit_bytes = kho.settings.max_file_bytes;
        let mut sink = Sink::Hash { limit_bytes, read_bytes: 0, hash: None };
        let read = self.read(&mut file, &mut sink).await;
        match (read, sink) {
            (Ok(()), Sink::Hash { hash: Some(hash), .. }) => RequestDigest::of_file(&file, &hash.finish()),
            (Ok(()), _) => Err(Problem::field("file", "missing")),
            (Err(problem), _) => {
                self.drain().await;
                Err(problem)
            }
        }
    }

    /// Reads a form whose field `metadata` says in JSON what its file is, which comes after it. `begin` is asked for an upload before the first byte
    /// of the file; what began is given up if anything is wrong.
    pub async fn receive_described<T: DeserializeOwned, B: AsyncFnOnce() -> Result<DirectUpload>>(
        &mut self,
        kho: &Kho,
        begin: B,
    ) -> Result<(DirectUpload, T)> {
        let (mut upload, mut described) = (None, None);
        let read = self.read_described(&mut described, &mut upload, begin).await;
        let done = match (read, described) {
            (Ok(()), Some(described)) if upload.is_some() => Ok(described),
            (Ok(()), None) => Err(Problem::field("metadata", "missing")),
            (Ok(()), Some(_)) => Err(Problem::field("file", "missing")),
            (Err(problem), _) => Err(problem),
        };
        match (done, upload) {
            (Ok(described), Some(upload)) => Ok((upload, described)),
            (Ok(_), None) => Err(Problem::field("file", "missing")),
            (Err(problem), upload) => {
                if let Some(upload) = upload {
                    kho.abandon_upload(upload).await;
                }
                self.drain().await;
                Err(problem)
            }
        }
    }

    async fn read_described<T: DeserializeOwned, B: AsyncFnOnce() -> Result<DirectUpload>>(
        &mut self,
        described: &mut Option<T>,
        upload: &mut Option<DirectUpload>,
        begin: B,
    ) -> Result<()> {
        let mut begin = Some(begin);
        while let Some(mut field) = self.next().await? {
            match field.name() {
                Some("metadata") if described.is_some() => {
                    return Err(Problem::field("metadata", "more_than_one"));
                }
                Some("metadata") => {
                    let text = read_text(&mut field).await?;
                    let parsed = serde_json::from_str(&text).map_err(|error| {
                        // Serde's words name fields and types of the message, not values of people.
                        Problem::field("metadata", "malformed").with("cause", error.to_string())
                    })?;
                    *described = Some(parsed);
                }
                Some("file") if described.is_none() => {
                    return Err(Problem::field("metadata", "not_before_file"));
                }
                Some("file") => {
                    let begin = begin.take().ok_or_else(|| Problem::field("file", "more_than_one"))?;
                    let begun = upload.insert(begin().await?);
                    while let Some(bytes) = field.try_next().await.map_err(malformed)? {
                        begun.write(&bytes).await?;
                    }
                }
                _ => return Err(Problem::new(Code::InvalidInput).with("reason", "unknown_field")),
            }
        }
        // Without a file the question who may push it still comes first.
        if let (Some(begin), None) = (begin, &upload) {
            *upload = Some(begin().await?);
            return Err(Problem::field("file", "missing"));
        }
        Ok(())
    }

    /// Holds the files of a form in memory, in the order of `names`; no more than `limit_bytes` of them together, and nothing else.
    pub async fn hold(&mut self, names: &[&'static str], limit_bytes: u64) -> Result<Vec<Option<Bytes>>> {
        let mut held = names.iter().map(|_| None).collect::<Vec<_>>();
        let mut left = limit_bytes;
        while let Some(mut field) = self.next().await? {
            let place = names.iter().position(|name| field.name() == Some(name));
            let Some(place) = place else {
                return Err(Problem::new(Code::InvalidInput).with("reason", "unknown_field"));
            };
            if held[place].is_some() {
                return Err(Problem::field(names[place], "more_than_one"));
            }
            let mut file = BytesMut::new();
            while let Some(bytes) = field.try_next().await.map_err(malformed)? {
                left = left
                    .checked_sub(bytes.len() as u64)
                    .ok_or_else(|| Problem::new(Code::FileTooLarge).with("limit_bytes", limit_bytes))?;
                file.extend_from_slice(&bytes);
            }
            held[place] = Some(file.freeze());
        }
        Ok(held)
    }

    /// The next field. A form that could not be read is at its end: the library panics where it is asked again.
    async fn next(&mut self) -> Result<Option<Field>> {
        if self.failed {
            return Ok(None);
        }
        let next = self.parts.try_next().await;
        self.failed = next.is_err();
        next.map_err(malformed)
    }

    /// Reads what is left, so that the client gets to the answer; not for ever.
    pub async fn drain(&mut self) {
        self.allowance.set(DRAIN_BYTES);
        let rest = async { while let Ok(Some(_)) = self.next().await {} };
        // The answer goes out now or then: running out of time changes nothing.
        let _ = tokio::time::timeout(DRAIN_TIME, rest).await;
    }

    async fn read(&mut self, file: &mut FileDescription, sink: &mut Sink<'_>) -> Result<()> {
        while let Some(mut field) = self.next().await? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != "file" {
                let text = read_text(&mut field).await?;
                describe(file, &name, text)?;
                continue;
            }
            if sink.has_begun() {
                return Err(Problem::field("file", "more_than_one"));
            }
            if file.name.is_none() {
                let own = field.content_disposition().and_then(|disposition| disposition.get_filename());
                file.name = own.map(str::to_owned);
            }
            file.declared_type = field.content_type().map(ToString::to_string);
            sink.begin(self.least_bytes).await?;
            while let Some(bytes) = field.try_next().await.map_err(malformed)? {
                sink.write(&bytes).await?;
            }
        }
        Ok(())
    }
}

async fn read_text(field: &mut Field) -> Result<String> {
    let mut text = Vec::new();
    while let Some(bytes) = field.try_next().await.map_err(malformed)? {
        if text.len() + bytes.len() > FIELD_BYTES {
            return Err(Problem::new(Code::BodyTooLarge).with("limit_bytes", FIELD_BYTES));
        }
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text).map_err(|_| Code::BodyMalformed.into())
}

/// Puts a text field of the form in its place.
pub fn describe(file: &mut FileDescription, field: &str, text: String) -> Result<()> {
    let date = |field, text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::field(field, "not_a_date")),
    };
    match field {
        "name" => file.name = Some(text),
        "title" => file.title = Some(text),
        "type_code" => file.type_code = Some(text),
        "number" => file.number = Some(text),
        "authority" => file.authority = Some(text),
        "issued_on" => file.issued_on = date("issued_on", &text)?,
        "expires_on" => file.expires_on = date("expires_on", &text)?,
        "note" => file.note = Some(text),
        "tags" => file.tags.push(text),
        "comment" => file.comment = Some(text),
        "sha256" => file.sha256 = Some(text),
        "on_conflict" => {
            file.on_conflict =
                serde_json::from_value(text.into()).map_err(|_| Problem::field("on_conflict", "unknown"))?;
        }
        _ => return Err(Problem::new(Code::InvalidInput).with("reason", "unknown_field")),
    }
    Ok(())
}

fn malformed(error: MultipartError) -> Problem {
    use MultipartError::{ContentTypeIncompatible, ContentTypeMissing, ContentTypeParse};
    match error {
        ContentTypeMissing | ContentTypeIncompatible | ContentTypeParse => Code::UnsupportedMediaType.into(),
        _ => Code::BodyMalformed.into(),
    }
}
