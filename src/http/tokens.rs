//! Bearer tokens of programs.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, ListQuery};
use crate::db::token::ListedToken;
use crate::domain::id::TokenId;
use crate::domain::policy::Scope;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::tokens::{NewToken, TokenRequest};

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub struct TokenBody {
    pub id: TokenId,
    /// What its owner calls it.
    #[schema(example = "Sao lưu hằng đêm", max_length = 100)]
    pub name: String,
    #[schema(example = json!(["vault_read"]))]
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When it was last used, exact to five minutes; none if never.
    pub used_at: Option<DateTime<Utc>>,
}

impl From<ListedToken> for TokenBody {
    fn from(token: ListedToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes.split(' ').filter_map(Scope::parse).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
        }
    }
}

/// One page of tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenPage {
    pub items: Vec<TokenBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// The account's tokens
///
/// Those that were not revoked, the newest first.
#[utoipa::path(tag = "tokens", params(ListQuery),
    responses((status = 200, description = "The tokens", body = TokenPage)))]
#[get("/tokens")]
pub async fn list_tokens(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_tokens(&caller.0, &query.page("-time")?).await?;
    Ok(HttpResponse::Ok().json(TokenPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(TokenBody::from).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    /// What to call it.
    #[schema(example = "Sao lưu hằng đêm", min_length = 1, max_length = 100)]
    name: String,
    /// What it may be used for; within that, what the account may do.
    #[schema(example = json!(["vault_read"]), min_items = 1)]
    scopes: Vec<Scope>,
    /// When it ends: in at most 366 days.
    expires_at: DateTime<Utc>,
}

impl From<NewTokenBody> for TokenRequest {
    fn from(body: NewTokenBody) -> Self {
        Self { name: body.name, scopes: body.scopes, expires_at: body.expires_at }
    }
}

/// A new token. The secret is shown here once and never again.
#[derive(Serialize, ToSchema)]
pub struct NewTokenAnswer {
    #[serde(flatten)]
    token: TokenBody,
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "kho_t_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vdCBhIHRva2Vu")]
    secret: String,
}

impl From<NewToken> for NewTokenAnswer {
    fn from(new: NewToken) -> Self {
        Self { token: new.token.into(), secret: new.secret.expose().to_owned() }
    }
}

/// Make a token
///
/// Only for somebody signed in: a token cannot make another.
#[utoipa::path(tag = "tokens", request_body = NewTokenBody,
    responses((status = 201, description = "The token and its secret", body = NewTokenAnswer)))]
#[post("/tokens")]
pub async fn create_token(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewTokenBody>,
) -> Result<HttpResponse> {
    let new = kho.create_token(&caller.0, body.into_inner().into()).await?;
    Ok(HttpResponse::Created().json(NewTokenAnswer::from(new)))
}

/// Revoke a token
///
/// At once and for good.
#[utoipa::path(tag = "tokens", params(("token" = TokenId, Path, description = "One of the own tokens")),
    responses((status = 204, description = "The token opens nothing any more")))]
#[delete("/tokens/{token}")]
pub async fn revoke_token(
    kho: web::Data<Kho>,
    caller: Caller,
    token: web::Path<TokenId>,
) -> Result<HttpResponse> {
    kho.revoke_token(&caller.0, *token).await?;
    Ok(HttpResponse::NoContent().finish())
}
