//! One line of the log and the figures of `/metrics` for each request: by its route and status, never by who asked for what.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures::StreamExt;

use super::assets::is_of_page;
use crate::telemetry;

/// Routes that machines ask all the time: logged at `debug` only.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The pattern of the route that takes the request; `page` for the addresses of the page, `unmatched` for what is no address.
pub fn route_of(request: &ServiceRequest) -> String {
    request.match_pattern().unwrap_or_else(|| {
        if is_of_page(request.path()) { "page".to_owned() } else { "unmatched".to_owned() }
    })
}

/// The method; one that no route takes is `OTHER`, because a caller can make up any number of them, with anything in them.
pub fn method_of(request: &ServiceRequest) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Wraps the whole application. The time is that until the answer begins; a body is counted while it goes.
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Counted<impl MessageBody + 'static>>, actix_web::Error> {
    let began = Instant::now();
    let (method, route) = (method_of(&request), route_of(&request));
    if !matches!(request.parts().1, Payload::None) {
        let body = request.take_payload();
        let counted = body.inspect(|piece| {
            if let Ok(bytes) = piece {
                telemetry::received(bytes.len());
            }
        });
        request.set_payload(Payload::Stream { payload: Box::pin(counted) });
    }
    let outcome = next.call(request).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let took = began.elapsed();
    let (http_status, duration_ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    if PROBES.contains(&route.as_str()) {
        tracing::debug!(http.status_code = http_status, duration_ms, "a request was answered");
    } else {
        tracing::info!(http.status_code = http_status, duration_ms, "a request was answered");
    }
    telemetry::answered(method, route, http_status, took);
    Ok(outcome?.map_body(|_, body| Counted(Box::pin(body))))
}

/// A body whose bytes are counted as they are sent.
pub struct Counted<B>(Pin<Box<B>>);

impl<B: MessageBody> MessageBody for Counted<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.0.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let polled = self.0.as_mut().poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            telemetry::sent(bytes.len());
        }
        polled
    }
}
