//! The browsers in which an account is signed in.

use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, ListQuery, session_cookie};
use crate::db::session::ListedSession;
use crate::domain::account::Credential;
use crate::domain::id::SessionId;
use crate::domain::problem::Result;
use crate::services::Kho;

/// A browser in which the account is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedInBody {
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the browser calls itself.
    #[schema(
        example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        max_length = 200
    )]
    pub user_agent: String,
    /// Network address from which it signed in.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, exact to five minutes.
    pub seen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

impl SignedInBody {
    fn new(session: ListedSession, current: Option<SessionId>) -> Self {
        Self {
            current: current == Some(session.id),
            id: session.id,
            user_agent: session.user_agent,
            address: session.address,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// One page of sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    pub items: Vec<SignedInBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// Where the account is signed in
///
/// The newest first.
#[utoipa::path(tag = "session", params(ListQuery),
    responses((status = 200, description = "The live sessions", body = SessionPage)))]
#[get("/sessions")]
pub async fn list_sessions(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_sessions(&caller.0, &query.page("-time")?).await?;
    let current = match caller.0.credential {
        Credential::Session(id) => Some(id),
        _ => None,
    };
    Ok(HttpResponse::Ok().json(SessionPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|session| SignedInBody::new(session, current)).collect(),
    }))
}

/// End one session
#[utoipa::path(tag = "session", params(("session" = SessionId, Path, description = "One of the own sessions")),
    responses((status = 204, description = "The session has ended")))]
#[delete("/sessions/{session}")]
pub async fn end_session(
    kho: web::Data<Kho>,
    caller: Caller,
    session: web::Path<SessionId>,
) -> Result<HttpResponse> {
    kho.end_session(&caller.0, *session).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EndQuery {
    /// Whether the session that asks ends too.
    #[serde(default)]
    #[param(example = false)]
    including_this: bool,
}

/// How many sessions ended.
#[derive(Serialize, ToSchema)]
pub struct EndedBody {
    /// How many were ended.
    #[schema(example = 2)]
    ended: u64,
}

/// Sign out everywhere else
///
/// With `including_this=true` here too. Tokens of programs stay; they are revoked one by one.
#[utoipa::path(tag = "session", params(EndQuery),
    responses((status = 200, description = "The sessions have ended", body = EndedBody)))]
#[delete("/sessions")]
pub async fn end_sessions(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<EndQuery>,
) -> Result<HttpResponse> {
    let ended = kho.end_sessions(&caller.0, query.including_this).await?;
    let mut answer = HttpResponse::Ok();
    if query.including_this && request.cookie(super::extract::cookie_name(&kho)).is_some() {
        answer.cookie(session_cookie(&kho, ""));
    }
    Ok(answer.json(EndedBody { ended }))
}
