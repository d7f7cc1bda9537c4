//! What routes read from a request: who asks, which revision they saw, which page they want.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, IF_MATCH, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;

use super::client_address::client_address;
use crate::domain::account::{Actor, Channel};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// The signed-in caller. Taking it is what makes a route need a session or a token.
pub struct Caller(pub Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { identify(&request).await.map(Caller) })
    }
}

/// Header in which a caller says why a paper of somebody else is looked at.
const PURPOSE: &str = "Kho-Purpose";
const CSRF: &str = "X-CSRF-Token";

async fn identify(request: &HttpRequest) -> Result<Actor> {
    let kho = kho(request)?;
    let purpose = purpose(request)?;
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let bearer = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let mut actor =
            kho.token_actor(bearer.ok_or(Code::TokenInvalid)?.trim(), channel(request, "api")).await?;
        actor.purpose = purpose;
        return Ok(actor);
    }
    let cookie = request.cookie(cookie_name(&kho)).ok_or(Code::NotSignedIn)?;
    let session = kho.session_actor(cookie.value(), channel(request, "page")).await?;
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        let sent = request.headers().get(CSRF).ok_or(Code::CsrfMissing)?;
        let same: bool = subtle::ConstantTimeEq::ct_eq(sent.as_bytes(), session.csrf_token.as_bytes()).into();
        if !same {
            return Err(Code::CsrfWrong.into());
        }
    }
    let mut actor = session.actor;
    actor.purpose = purpose;
    Ok(actor)
}

/// The program that asks, if it shows a token that holds.
pub async fn program(request: &HttpRequest) -> Option<Actor> {
    if !request.headers().contains_key(AUTHORIZATION) {
        return None;
    }
    identify(request).await.ok()
}

fn purpose(request: &HttpRequest) -> Result<Option<String>> {
    let Some(value) = request.headers().get(PURPOSE) else { return Ok(None) };
    let text = percent_encoding::percent_decode(value.as_bytes()).decode_utf8_lossy().trim().to_owned();
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Problem::field("Kho-Purpose", "too_long"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// The use cases, shared by all workers.
pub fn kho(request: &HttpRequest) -> Result<web::Data<Kho>> {
    request.app_data::<web::Data<Kho>>().cloned().ok_or_else(|| Code::Internal.into())
}

pub fn channel(request: &HttpRequest, name: &'static str) -> Channel {
    let address = match (request.peer_addr(), kho(request)) {
        (Some(peer), Ok(kho)) => {
            client_address(peer.ip(), request.headers(), &kho.settings.trusted_proxies).to_string()
        }
        _ => String::new(),
    };
    Channel { name, address }
}

/// The client's own name for itself, cut to what a list of sessions can show.
pub fn user_agent(request: &HttpRequest) -> String {
    let text = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    text.chars().take(200).collect()
}

/// `__Host-` needs TLS; on plain HTTP (the loopback default) browsers would refuse it.
pub fn cookie_name(kho: &Kho) -> &'static str {
    if is_secure(kho) { "__Host-kho_session" } else { "kho_session" }
}

fn is_secure(kho: &Kho) -> bool {
    kho.settings.public_url.starts_with("https://")
}

/// The session's cookie; an empty secret ends it.
pub fn session_cookie<'a>(kho: &Kho, secret: &'a str) -> Cookie<'a> {
    let life = if secret.is_empty() { Duration::ZERO } else { Duration::hours(kho.settings.session_hours) };
    Cookie::build(cookie_name(kho), secret)
        .path("/")
        .http_only(true)
        .secure(is_secure(kho))
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish()
}

/// The revision named by `If-Match`. A header that names none of ours is a revision that never was, so the change is refused.
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seen = request.headers().get(IF_MATCH).map(|value| {
            let tag = value.to_str().unwrap_or("").trim();
            tag.strip_prefix('"')
                .and_then(|tag| tag.strip_suffix('"'))
                .and_then(|rev| rev.parse().ok())
                .unwrap_or(-1)
        });
        std::future::ready(Ok(IfMatch(seen)))
    }
}

/// The ETag of a thing with a revision.
pub fn etag(rev: i64) -> String {
    format!("\"{rev}\"")
}

/// Which page of a list is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Order: `name`, `updated_at` or `size`, with `-` before it for descending.
    #[param(example = "name", pattern = "^-?(name|updated_at|size)$")]
    pub sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}

impl PageQuery {
    pub fn page(&self, default_sort: &str) -> Result<PageRequest> {
        PageRequest::parse(self.sort.as_deref(), self.limit, self.cursor.as_deref(), default_sort)
    }
}

/// Which page of a list that has one order is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}

impl ListQuery {
    /// The page of a list in the order `sort`.
    pub fn page(&self, sort: &str) -> Result<PageRequest> {
        PageRequest::parse(None, self.limit, self.cursor.as_deref(), sort)
    }
}

/// Reads `null` as "clear it" and an absent field as "leave it".
pub fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
