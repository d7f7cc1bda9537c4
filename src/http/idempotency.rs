//! `Idempotency-Key` on POST from programs: a request that is repeated, because its answer was lost, is answered again and not done again.
//!
//! Two requests are the same when method, address, token, the headers in [`COUNTED`] and the body are. Of a form, the fields and the
//! file count, not how they were cut and bordered, so the digest is known only at its end and only an accepted one is remembered.

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use futures::StreamExt;
use tracing::Instrument;

use super::extract::{kho, program};
use super::form::Form;
use super::problem;
use crate::domain::account::{Actor, Credential};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::idempotency::{Claim, Claimed, IdempotencyKey, KeptAnswer, RequestDigest};

pub const KEY: &str = "Idempotency-Key";
/// Tells an answer that was given before from one to a request just done.
pub const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");
/// Headers that change what a request does.
const COUNTED: [&str; 4] = ["If-Match", "Upload-Length", "Upload-Metadata", "Kho-Link-Password"];
/// Bytes of a body that is not a form at the most, as for JSON.
const BODY_BYTES: usize = 256 * 1024;
/// Answers that are larger, or whose size is not known, are not kept.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// Wraps every route, outside [`problem::answer_problems`]: what is kept is what the program saw.
pub async fn repeat_answers(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Without a valid token there is nobody to remember for; the route says so.
    let asks = *request.method() == Method::POST && request.headers().contains_key(KEY);
    let Some(actor) = (if asks { program(request.request()).await } else { None }) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    match begin(&mut request, &actor).await {
        Ok(Begun::New(kho, claim, digest)) => {
            // In a task of its own: when the program goes away, the act still ends and its answer is kept.
            let is_form = is_form(&request);
            let done = async move {
                let response = next.call(request).await.map(ServiceResponse::map_into_boxed_body);
                end(&kho, &claim, digest, is_form, response).await
            };
            let done = actix_web::rt::spawn(done.in_current_span()).await;
            done.map_err(|error| Problem::new(Code::Internal).caused_by(error))?
        }
        Ok(Begun::Answered(answer)) => {
            let replayed = replay(answer);
            Ok(request.into_response(replayed))
        }
        Err(problem) => Ok(problem::answer(request, &problem)),
    }
}

enum Begun {
    New(web::Data<Kho>, Claim, RequestDigest),
    Answered(KeptAnswer),
}

/// Claims the key, or finds what was answered under it.
async fn begin(request: &mut ServiceRequest, actor: &Actor) -> Result<Begun> {
    let kho = kho(request.request())?;
    let mut keys = request.headers().get_all(KEY);
    let key = keys.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = IdempotencyKey::parse(key)?;
    if keys.next().is_some() {
        return Err(Problem::field(KEY, "more_than_one"));
    }
    let digest = digest(request, actor).await?;
    match kho.claim_key(actor, key).await? {
        Claimed::Now(claim) => Ok(Begun::New(kho, claim, digest)),
        Claimed::Before(answer) => {
            let digest = if is_form(request) {
                digest.and(request.extract::<Form>().await?.digest(&kho).await?)
            } else {
                digest
            };
            if digest == answer.digest { Ok(Begun::Answered(answer)) } else { Err(conflict("other_request")) }
        }
        Claimed::Running => {
            if is_form(request) {
                request.extract::<Form>().await?.drain().await;
            }
            Err(conflict("running"))
        }
    }
}

fn conflict(reason: &'static str) -> Problem {
    Problem::new(Code::IdempotencyConflict).with("reason", reason)
}

fn is_form(request: &ServiceRequest) -> bool {
    media_type(request).starts_with("multipart/form-data")
}

fn media_type(request: &ServiceRequest) -> String {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The digest of all but a form, whose parts are not read here.
async fn digest(request: &mut ServiceRequest, actor: &Actor) -> Result<RequestDigest> {
    let body = if is_form(request) { web::Bytes::new() } else { read_body(request).await? };
    let token = match &actor.credential {
        Credential::Token(id, _) => id.to_string(),
        Credential::Session(_) | Credential::CommandLine => String::new(),
    };
    let uri = request.uri().to_string();
    let mut parts = vec![request.method().as_str().as_bytes(), uri.as_bytes(), token.as_bytes(), &body];
    for name in COUNTED {
        parts.push(request.headers().get(name).map_or(b"", HeaderValue::as_bytes));
    }
    Ok(RequestDigest::of(&parts))
}

/// Reads the body and puts it back.
async fn read_body(request: &mut ServiceRequest) -> Result<web::Bytes> {
    let mut payload = request.take_payload();
    let mut body = web::BytesMut::new();
    while let Some(bytes) = payload.next().await {
        let bytes = bytes.map_err(|_| Code::BodyMalformed)?;
        if body.len() + bytes.len() > BODY_BYTES {
            return Err(Problem::new(Code::BodyTooLarge).with("limit_bytes", BODY_BYTES));
        }
        body.extend_from_slice(&bytes);
    }
    let body = body.freeze();
    request.set_payload(Payload::from(body.clone()));
    Ok(body)
}

/// Keeps the answer if it is one to repeat, and gives the key back if not.
async fn end(
    kho: &Kho,
    claim: &Claim,
    digest: RequestDigest,
    is_form: bool,
    response: Result<ServiceResponse<BoxBody>, Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = match response {
        Ok(response) => response,
        Err(error) => {
            logged(kho.release_key(claim).await);
            return Err(error);
        }
    };
    let form = response.request().extensions().get::<RequestDigest>().copied();
    let digest = match form {
        Some(form) => Some(digest.and(form)),
        None if is_form => None,
        None => Some(digest),
    };
    let Some(digest) = digest.filter(|_| is_final(&response)) else {
        logged(kho.release_key(claim).await);
        return Ok(response);
    };
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(|_| Problem::from(Code::Internal))?;
    let headers = response.headers().iter();
    let headers =
        headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let answer = KeptAnswer {
        digest,
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    logged(kho.keep_answer(claim, &answer).await);
    Ok(ServiceResponse::new(request, response.set_body(body).map_into_boxed_body()))
}

/// Whether a repetition would be answered the same: not where a failure or a limit passes, nor where the answer is a stream.
fn is_final(response: &ServiceResponse<BoxBody>) -> bool {
    let status = response.status().as_u16();
    let bytes = match response.response().body().size() {
        BodySize::None => 0,
        BodySize::Sized(bytes) => bytes,
        BodySize::Stream => return false,
    };
    status < 500 && status != 429 && bytes <= ANSWER_BYTES
}

/// The request was done and is answered, whatever becomes of its key.
fn logged(kept: Result<()>) {
    if let Err(problem) = kept {
        tracing::warn!(error = %problem, "an idempotency key stays claimed");
    }
}

fn replay(answer: KeptAnswer) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(answer.status);
    let mut response = HttpResponse::build(status.unwrap_or_default());
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.insert_header((REPLAY, HeaderValue::from_static("true")));
    response.body(answer.body)
}
