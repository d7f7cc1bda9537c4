//! How messages travel: JSON or XML as the caller says, answers in the form that the caller would rather have.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::xml::{self, Grammar};
use crate::domain::problem::{Code, Problem, Result};
use crate::http::problem::ProblemBody;
use crate::http::small_body::SMALL_BYTES;

/// Media type of a problem in XML (RFC 9457, appendix B).
pub const XML_PROBLEM: &str = "application/problem+xml";
const JSON: &str = "application/json";
const XML: &str = "application/xml";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Xml,
}

impl Format {
    /// In what a message comes; none where its type is another, or its letters are not UTF-8.
    fn sent(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let mut parts = value.split(';').map(str::trim);
        let format = Self::of_type(parts.next()?)?;
        let is_utf_8 = |parameter: &str| match parameter.split_once('=') {
            Some((name, letters)) if name.eq_ignore_ascii_case("charset") => {
                letters.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        };
        parts.all(is_utf_8).then_some(format)
    }

    fn of_type(media_type: &str) -> Option<Self> {
        let media_type = media_type.to_ascii_lowercase();
        match &*media_type {
            JSON => Some(Format::Json),
            XML | "text/xml" => Some(Format::Xml),
            _ => None,
        }
    }

    /// In what the caller would have the answer: what `Accept` prefers, else what the message came in.
    pub fn wanted(headers: &HeaderMap) -> Self {
        let (mut json, mut xml) = (0, 0);
        for value in headers.get_all(ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',') {
                let (media_type, parameters) = range.split_once(';').unwrap_or((range, ""));
                let weight = weight(parameters);
                match Self::of_type(media_type.trim()) {
                    Some(Format::Json) => json = json.max(weight),
                    Some(Format::Xml) => xml = xml.max(weight),
                    None => {}
                }
            }
        }
        match json.cmp(&xml) {
            std::cmp::Ordering::Greater => Format::Json,
            std::cmp::Ordering::Less => Format::Xml,
            std::cmp::Ordering::Equal => Self::sent(headers).unwrap_or(Format::Json),
        }
    }
}

/// The weight of a media range in thousandths (RFC 9110, 12.4.2).
fn weight(parameters: &str) -> u16 {
    let named = parameters.split(';').find_map(|one| one.trim().strip_prefix("q="));
    let weight = named.map_or(Some(1.0), |text| text.trim().parse::<f32>().ok());
    weight.filter(|weight| (0.0..=1.0).contains(weight)).map_or(0, |weight| (weight * 1000.0) as u16)
}

/// A message that callers send.
pub trait Message: DeserializeOwned + 'static {
    const GRAMMAR: Grammar;
}

/// A message that was read, whichever way it came.
pub struct Read<T>(pub T);

impl<T: Message> FromRequest for Read<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let format = Format::sent(request.headers());
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|_| Code::BodyMalformed)?;
            let format = format.ok_or(Code::UnsupportedMediaType)?;
            let bytes = collect(payload).await?;
            let message = match format {
                Format::Json => serde_json::from_slice(&bytes),
                Format::Xml => serde_json::from_value(read_xml(&bytes, &T::GRAMMAR)?),
            };
            message.map(Read).map_err(|error| match error.is_data() {
                // Serde's words name fields and types of the message, not values of people.
                true => Problem::new(Code::InvalidInput).with("reason", error.to_string()),
                false => Code::BodyMalformed.into(),
            })
        })
    }
}

fn read_xml(bytes: &[u8], grammar: &Grammar) -> Result<Value> {
    xml::read(bytes, grammar)
        .map_err(|fault| Problem::new(Code::BodyMalformed).with("reason", fault.as_str()))
}

async fn collect(mut payload: web::Payload) -> Result<web::BytesMut> {
    let mut bytes = web::BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Code::BodyMalformed)?;
        if bytes.len() + piece.len() > SMALL_BYTES {
            return Err(Problem::new(Code::BodyTooLarge).with("limit_bytes", SMALL_BYTES));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// An answer in the form that the caller would have.
pub fn answer<T: Serialize>(request: &HttpRequest, status: StatusCode, body: &T) -> Result<HttpResponse> {
    let mut response = HttpResponse::build(status);
    match Format::wanted(request.headers()) {
        Format::Json => Ok(response.json(body)),
        Format::Xml => {
            let written = quick_xml::se::to_string_with_root("response", body)
                .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
            Ok(response.content_type(XML).body(document(&written)))
        }
    }
}

/// An XML document of an element. What people named may hold characters that XML cannot.
fn document(element: &str) -> String {
    let allowed = |c| if xml::is_allowed(c) { c } else { char::REPLACEMENT_CHARACTER };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
        element.chars().map(allowed).collect::<String>()
    )
}

/// A problem in XML (RFC 9457, appendix B); an array's items are elements `i`.
pub fn problem_document(body: &ProblemBody) -> String {
    let mut text = "<problem xmlns=\"urn:ietf:rfc:7807\">".to_owned();
    if let Ok(Value::Object(members)) = serde_json::to_value(body) {
        for (name, value) in &members {
            element(&mut text, name, value);
        }
    }
    text.push_str("</problem>");
    document(&text)
}

fn element(text: &mut String, name: &str, value: &Value) {
    // Members named after headers and such are no names of elements.
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return;
    }
    text.push_str(&format!("<{name}>"));
    match value {
        Value::Null => {}
        Value::String(said) => text.push_str(&quick_xml::escape::escape(said)),
        Value::Array(items) => items.iter().for_each(|item| element(text, "i", item)),
        Value::Object(members) => members.iter().for_each(|(name, value)| element(text, name, value)),
        other => text.push_str(&other.to_string()),
    }
    text.push_str(&format!("</{name}>"));
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn wanted(accept: Option<&str>, sent: Option<&str>) -> Format {
        let mut request = TestRequest::default();
        if let Some(accept) = accept {
            request = request.insert_header((ACCEPT, accept));
        }
        if let Some(sent) = sent {
            request = request.insert_header((CONTENT_TYPE, sent));
        }
        Format::wanted(request.to_http_request().headers())
    }

    #[test]
    fn answers_come_as_accepted_and_else_as_asked() {
        assert_eq!(wanted(None, None), Format::Json);
        assert_eq!(wanted(None, Some("text/xml; charset=utf-8")), Format::Xml);
        assert_eq!(wanted(Some("*/*"), Some("application/xml")), Format::Xml);
        assert_eq!(wanted(Some("application/json"), Some("application/xml")), Format::Json);
        assert_eq!(wanted(Some("application/json;q=0.5, text/xml"), None), Format::Xml);
        assert_eq!(wanted(Some("text/xml;q=0, application/json;q=0.1"), Some("text/xml")), Format::Json);
    }

    #[test]
    fn messages_in_other_letters_are_not_taken() {
        let sent = |value: &str| {
            let request = TestRequest::default().insert_header((CONTENT_TYPE, value)).to_http_request();
            Format::sent(request.headers())
        };
        assert_eq!(sent("Application/XML; Charset=\"UTF-8\""), Some(Format::Xml));
        assert_eq!(sent("application/json"), Some(Format::Json));
        assert_eq!(sent("application/xml; charset=windows-1258"), None);
        assert_eq!(sent("text/plain"), None);
        assert_eq!(sent("application/xmlx"), None);
    }
}
