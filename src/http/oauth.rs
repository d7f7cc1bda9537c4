//! Tokens for programs of other systems (RFC 6749), which have their own form of errors.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, post, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::channel;
use crate::domain::problem::{Code, Problem};
use crate::services::Kho;
use crate::services::oauth::{ClientProof, Refusal, TOKEN_LIFE};

/// What a program sends for a token, as `application/x-www-form-urlencoded`. It proves who it is in one way: HTTP Basic with its name and secret,
/// both in the form, or an assertion.
#[derive(Deserialize, ToSchema)]
pub struct TokenForm {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials", max_length = 64)]
    grant_type: Option<String>,
    /// What the token is to be for, separated by spaces; without it all that was granted.
    #[schema(example = "dossier_write result_write", max_length = 500)]
    scope: Option<String>,
    /// The program's login name, where HTTP Basic does not say it.
    #[schema(example = "mot-cua", max_length = 64)]
    client_id: Option<String>,
    /// The program's secret, where HTTP Basic does not say it.
    #[schema(example = "kho_p_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vdCBhIHNlY3JldA", max_length = 255)]
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    #[schema(example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", max_length = 255)]
    client_assertion_type: Option<String>,
    /// A JWT by RS256, PS256, ES256 or EdDSA under one of the program's keys: `iss` and `sub` are its login name, `aud` this server's address or that of
    /// this endpoint, `exp` at most five minutes ahead, `jti` new each time.
    #[schema(
        example = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJtb3QtY3VhIn0.c2lnbmF0dXJl",
        max_length = 16384
    )]
    client_assertion: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct TokenGrant {
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "kho_t_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vdCBhIHRva2Vu")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds for which it holds.
    #[schema(example = 3600)]
    expires_in: i64,
    /// What it may be used for, separated by spaces: what was asked for, as far as it was granted.
    #[schema(example = "dossier_write result_write")]
    scope: String,
}

/// Why there is no token (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenRefusal {
    /// `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`; `temporarily_unavailable` after too many failures, or `server_error`.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// The same in a sentence, for who writes the program.
    #[schema(example = "The client is unknown, or did not prove who it is.")]
    error_description: &'static str,
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Get a token
///
/// OAuth 2.0 client credentials, for programs of other systems. The token holds for an hour; for which agencies, the program's agencies say.
#[utoipa::path(tag = "integration", security(()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The token", body = TokenGrant),
        (status = 400, description = "The request is wrong", body = TokenRefusal),
        (status = 401, description = "Who asks did not prove who it is", body = TokenRefusal),
        (status = 429, description = "Too many failures; `Retry-After` says when to try again", body = TokenRefusal)))]
#[post("/oauth/token")]
pub async fn grant_token(
    kho: web::Data<Kho>,
    request: HttpRequest,
    form: Result<web::Form<TokenForm>, actix_web::Error>,
) -> HttpResponse {
    let Ok(form) = form else {
        return refuse(&INVALID_REQUEST, false);
    };
    let form = form.into_inner();
    match form.grant_type.as_deref() {
        None | Some("") => return refuse(&INVALID_REQUEST, false),
        Some("client_credentials") => {}
        Some(_) => return refuse(&UNSUPPORTED_GRANT_TYPE, false),
    }
    let is_basic = basic(request.headers()).is_some();
    let asked = form.scope.clone().filter(|scope| !scope.trim().is_empty());
    let proof = match proof(request.headers(), form) {
        Ok(proof) => proof,
        Err(refusal) => return refuse(refusal, is_basic),
    };
    match kho.grant_token(proof, asked.as_deref(), channel(&request, "api")).await {
        Ok(granted) => unstored(StatusCode::OK).json(TokenGrant {
            access_token: granted.secret.expose().to_owned(),
            token_type: "Bearer",
            expires_in: TOKEN_LIFE.num_seconds(),
            scope: granted.scopes,
        }),
        Err(Refusal::InvalidClient) => refuse(&INVALID_CLIENT, is_basic),
        Err(Refusal::InvalidScope) => refuse(&INVALID_SCOPE, is_basic),
        Err(Refusal::Problem(problem)) => fail(&problem),
    }
}

/// A refusal with its status.
type Answer = (StatusCode, &'static str, &'static str);

const INVALID_REQUEST: Answer = (
    StatusCode::BAD_REQUEST,
    "invalid_request",
    "The form lacks a parameter, has one twice, or proves who asks in no way or in more than one.",
);
const INVALID_CLIENT: Answer =
    (StatusCode::UNAUTHORIZED, "invalid_client", "The client is unknown, or did not prove who it is.");
const INVALID_SCOPE: Answer =
    (StatusCode::BAD_REQUEST, "invalid_scope", "None of the scopes asked for is granted to the client.");
const UNSUPPORTED_GRANT_TYPE: Answer =
    (StatusCode::BAD_REQUEST, "unsupported_grant_type", "Only client_credentials is supported.");
const TOO_MANY: Answer =
    (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", "Too many failures; try again later.");

/// What a program says about itself, if it says it in exactly one way.
fn proof(headers: &HeaderMap, form: TokenForm) -> Result<ClientProof, &'static Answer> {
    let basic = basic(headers);
    match (basic, form.client_secret, form.client_assertion) {
        (Some(basic), None, None) => {
            let (client_id, secret) = basic.ok_or(&INVALID_CLIENT)?;
            if form.client_id.is_some_and(|named| named != client_id) {
                return Err(&INVALID_REQUEST);
            }
            Ok(ClientProof::Secret { client_id, secret })
        }
        (None, Some(secret), None) => {
            let client_id = form.client_id.ok_or(&INVALID_REQUEST)?;
            Ok(ClientProof::Secret { client_id, secret })
        }
        (None, None, Some(text)) if form.client_assertion_type.as_deref() == Some(JWT_BEARER) => {
            Ok(ClientProof::Assertion { client_id: form.client_id, text })
        }
        (None, None, None) => Err(&INVALID_CLIENT),
        _ => Err(&INVALID_REQUEST),
    }
}

/// Name and secret of HTTP Basic, each form-encoded (RFC 6749, section 2.3.1); inside, none where they cannot be read.
fn basic(headers: &HeaderMap) -> Option<Option<(String, String)>> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let read = || {
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (name, secret) = text.split_once(':')?;
        let decoded = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
        Some((decoded(name)?, decoded(secret)?))
    };
    Some(read())
}

fn unstored(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header(("Cache-Control", "no-store")).insert_header(("Pragma", "no-cache"));
    response
}

fn refuse((status, error, error_description): &Answer, is_basic: bool) -> HttpResponse {
    let mut response = unstored(*status);
    if *status == StatusCode::UNAUTHORIZED && is_basic {
        response.insert_header(("WWW-Authenticate", "Basic realm=\"kho\""));
    }
    if *status == StatusCode::TOO_MANY_REQUESTS {
        response.insert_header(("Retry-After", "300"));
    }
    response.json(TokenRefusal { error, error_description })
}

fn fail(problem: &Problem) -> HttpResponse {
    if problem.code == Code::TooManyAttempts {
        return refuse(&TOO_MANY, false);
    }
    if let Some(cause) = &problem.cause {
        tracing::error!(code = problem.code.as_str(), cause = %cause, "a request failed");
    }
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    unstored(status).json(TokenRefusal { error: "server_error", error_description: problem.code.english() })
}
