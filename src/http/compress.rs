//! Compressing answers that lie in memory as a whole: lists, problems, descriptions. Files of people go as they are, and so do those of
//! the page, which are kept compressed.
//!
//! Measured: a list of 17 kB becomes 4 kB in 0.04 ms. A stream of compressed pieces would cost that and a thread, and an answer in two
//! packets, the second of which waits up to 40 ms for the reader to acknowledge the first.

use std::io::Write;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, Encoding, Header, HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Shorter answers are one packet in any form.
const LEAST_BYTES: u64 = 1_024;
/// Longer ones are compressed off the threads that answer requests.
const MOST_BYTES_IN_PLACE: usize = 128 << 10;

/// Wraps the whole application.
pub async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let accepted = AcceptEncoding::parse(&request).ok();
    let response = next.call(request).await?.map_into_boxed_body();
    let is_long = matches!(response.response().body().size(), BodySize::Sized(bytes) if bytes >= LEAST_BYTES);
    if !is_long || !is_text(response.headers()) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(stream) => return Ok(ServiceResponse::new(request, response.set_body(stream))),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    let chosen = accepted.and_then(|accepted| accepted.negotiate(OFFERED.iter()));
    if chosen != Some(Encoding::gzip()) {
        return Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(bytes))));
    }
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    let packed = packed(bytes).await?;
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(packed))))
}

const OFFERED: [Encoding; 2] = [Encoding::gzip(), Encoding::identity()];

/// Whether the body is text, and not compressed already.
fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_text = media_type.starts_with("text/")
        || ["json", "javascript"].iter().any(|word| media_type.contains(word))
        || media_type.starts_with("image/svg");
    is_text && !headers.contains_key(CONTENT_ENCODING)
}

async fn packed(bytes: Bytes) -> Result<Bytes, actix_web::Error> {
    if bytes.len() <= MOST_BYTES_IN_PLACE {
        return Ok(gzip(&bytes)?);
    }
    Ok(web::block(move || gzip(&bytes)).await??)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Bytes> {
    let mut writer = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    writer.write_all(bytes)?;
    Ok(writer.finish()?.into())
}
