//! Problems as RFC 9457 documents, in the reader's language, and the refusals behind them written down before the answer leaves.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{JsonPayloadError, QueryPayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, ALLOW, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;

use super::facade::wire::{Format, XML_PROBLEM, problem_document};
use crate::domain::problem::{Code, Problem};
use crate::services::Kho;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// An RFC 9457 problem document. Further members (`field`, `reason`, `limit_bytes`, …) depend on the code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// Address of the description of the code.
    #[serde(rename = "type")]
    #[schema(example = "/api/problems#name_taken")]
    pub kind: String,
    /// Short name of the kind of problem, in English.
    #[schema(example = "Conflict")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// A sentence for people, in the language asked for.
    #[schema(example = "Trong thư mục đã có mục cùng tên. Hãy đổi tên hoặc chọn giữ cả hai.")]
    pub detail: String,
    /// The stable code for programs.
    #[schema(example = "name_taken")]
    pub code: String,
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: std::collections::BTreeMap<&'static str, serde_json::Value>,
}

pub fn of(code: Code) -> Problem {
    code.into()
}

pub fn from_json(error: JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::OverflowKnownLength { limit, .. } | JsonPayloadError::Overflow { limit } => {
            Problem::new(Code::BodyTooLarge).with("limit_bytes", limit)
        }
        JsonPayloadError::ContentType => Code::UnsupportedMediaType.into(),
        // Serde's words name fields and types of the message, not values of people.
        JsonPayloadError::Deserialize(cause) if cause.is_data() => {
            Problem::new(Code::InvalidInput).with("reason", cause.to_string())
        }
        _ => Code::BodyMalformed.into(),
    }
}

pub fn from_query(error: &QueryPayloadError) -> Problem {
    Problem::new(Code::InvalidInput).with("reason", error.to_string())
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        render(self, Shape { language: Language::Vietnamese, facade: None })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Vietnamese,
    English,
}

impl Language {
    /// The first of the languages that the reader names, Vietnamese if none is ours.
    pub fn of(headers: &HeaderMap) -> Self {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let first = wanted.split(',').map(|part| part.trim().to_ascii_lowercase());
        for tag in first {
            if tag.starts_with("vi") {
                return Language::Vietnamese;
            }
            if tag.starts_with("en") {
                return Language::English;
            }
        }
        Language::Vietnamese
    }
}

/// In what language and form a caller reads a problem.
#[derive(Clone, Copy)]
struct Shape {
    language: Language,
    /// Of a caller of the façade: it reads problems in the form of its messages, with the names of its own answers beside ours.
    facade: Option<Format>,
}

impl Shape {
    fn of(request: &HttpRequest) -> Self {
        let headers = request.headers();
        let facade = request.path().starts_with("/facade/").then(|| Format::wanted(headers));
        Self { language: Language::of(headers), facade }
    }
}

fn render(problem: &Problem, shape: Shape) -> HttpResponse<BoxBody> {
    let status = problem.status_code();
    let code = problem.code;
    let mut body = ProblemBody {
        kind: format!("/api/problems#{}", code.as_str()),
        title: status.canonical_reason().unwrap_or("Problem").to_owned(),
        status: code.status(),
        detail: match shape.language {
            Language::Vietnamese => code.vietnamese().to_owned(),
            Language::English => code.english().to_owned(),
        },
        code: code.as_str().to_owned(),
        members: problem.members.clone(),
    };
    if shape.facade.is_some() {
        body.members.insert("errorCode", code.as_str().into());
        body.members.insert("message", body.detail.clone().into());
    }
    let mut response = HttpResponse::build(status);
    let is_xml = shape.facade == Some(Format::Xml);
    response.content_type(if is_xml { XML_PROBLEM } else { MEDIA_TYPE });
    let advice = match code {
        Code::TooManyAttempts => Some(("Retry-After", "300")),
        Code::StorageUnavailable | Code::DatabaseUnavailable => Some(("Retry-After", "30")),
        Code::NotSignedIn | Code::SessionExpired | Code::TokenInvalid => {
            Some(("WWW-Authenticate", "Bearer realm=\"kho\""))
        }
        _ => None,
    };
    if let Some(header) = advice {
        response.insert_header(header);
    }
    if let Some(serde_json::Value::String(methods)) = problem.members.get("allow") {
        response.insert_header((ALLOW, methods.as_str()));
    }
    response.body(match is_xml {
        true => problem_document(&body),
        false => serde_json::to_string(&body).unwrap_or_default(),
    })
}

/// Wraps every route: writes a refusal to its audit chain, logs the cause of a failure once, and answers in the reader's language.
pub async fn answer_problems(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let shape = Shape::of(request.request());
    let kho = request.app_data::<web::Data<Kho>>().cloned();
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let Some(error) = response.response().error() else {
        // Answers that the framework made without a problem of ours.
        if status == StatusCode::METHOD_NOT_ALLOWED {
            return Ok(replace(response, &of(Code::MethodNotAllowed), shape));
        }
        return Ok(response);
    };
    let Some(problem) = error.as_error::<Problem>() else {
        let code = match status {
            StatusCode::NOT_FOUND => Code::RouteNotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
            status if status.is_client_error() => Code::BodyMalformed,
            _ => {
                tracing::error!(error = %error, "a request failed in the framework");
                Code::Internal
            }
        };
        return Ok(replace(response, &of(code), shape));
    };
    if let Some(cause) = &problem.cause {
        tracing::error!(code = problem.code.as_str(), cause = %cause, "a request failed");
    }
    let refusal = problem.refusal.as_ref().map(|refusal| refusal.record.clone());
    let answer = render(problem, shape);
    if let (Some(record), Some(kho)) = (refusal, kho)
        && let Err(problem) = kho.trail.keep(record).await
    {
        return Ok(replace(response, &problem, shape));
    }
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, answer))
}

/// Answers a request that is not passed on.
pub fn answer(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    if let Some(cause) = &problem.cause {
        tracing::error!(code = problem.code.as_str(), cause = %cause, "a request failed");
    }
    let shape = Shape::of(request.request());
    request.into_response(render(problem, shape))
}

fn replace(response: ServiceResponse<BoxBody>, problem: &Problem, shape: Shape) -> ServiceResponse<BoxBody> {
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, render(problem, shape))
}
