//! Small bodies are read before anything is decided, so that a refusal never meets a client that is still sending: the connection would be
//! reset, and the client would see that instead of the problem.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::middleware::Next;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream};

use crate::domain::problem::{Code, Problem};

/// Bodies up to this size are held whole: the limit of JSON bodies, which are held anyway. Larger ones stream.
pub const SMALL_BYTES: usize = 256 * 1024;

/// Wraps every route.
pub async fn read_small_bodies(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if is_small(&request) {
        let mut payload = request.take_payload();
        let mut body = BytesMut::new();
        while let Some(bytes) = payload.next().await {
            body.extend_from_slice(&bytes.map_err(|_| Problem::new(Code::BodyMalformed))?);
        }
        request.set_payload(held(body.freeze()));
    }
    next.call(request).await
}

/// Parts of resumable uploads stream even when small, because what arrived of one is kept when the connection breaks.
fn is_small(request: &ServiceRequest) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let size = header(CONTENT_LENGTH).and_then(|size| size.parse::<usize>().ok());
    size.is_some_and(|size| size > 0 && size <= SMALL_BYTES)
        && header(CONTENT_TYPE) != Some("application/offset+octet-stream")
}

fn held(body: Bytes) -> Payload {
    Payload::Stream { payload: Box::pin(stream::once(std::future::ready(Ok(body)))) }
}
