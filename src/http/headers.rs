//! What browsers are told with every answer, so that nothing of a stranger's runs, frames or leaves.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// The page runs its own files alone and speaks with its own origin alone. `blob:` and `data:` are pictures that it makes itself.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
     connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; \
     form-action 'self'";

/// For other files of the page: the page's policy does not reach scripts that run as workers, such as the reader of PDF files.
pub const FILE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'";

/// The camera takes pictures of papers; nothing else of the device is used.
const PERMISSIONS: &str = "camera=(self), accelerometer=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
     idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), \
     xr-spatial-tracking=()";

/// With every answer.
const ALWAYS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "same-origin"),
];

/// With every answer that a browser shows as a page.
const OF_PAGES: [(&str, &str); 3] = [
    ("content-security-policy", PAGE_POLICY),
    ("permissions-policy", PERMISSIONS),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Wraps the whole application. What a route says itself stands.
pub async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_page = media_type.starts_with("text/html");
    add(headers, &ALWAYS);
    if is_page {
        add(headers, &OF_PAGES);
    }
    Ok(response)
}

fn add(headers: &mut HeaderMap, added: &[(&'static str, &'static str)]) {
    for (name, value) in added {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
