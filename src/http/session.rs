//! Signing in and out, and the own account.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use kho_mapping::catalogue::Words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, IfMatch, channel, cookie_name, etag, kho, present, session_cookie, user_agent};
use super::problem::ProblemBody;
use crate::db::account::Account;
use crate::db::role::Held;
use crate::domain::id::{AccountId, VaultId};
use crate::domain::identity::{Email, Phone};
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::accounts::{Language, OwnChanges};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// Login name.
    #[schema(example = "hoa.nguyen", max_length = 64)]
    login: String,
    #[schema(example = "mat khau cua toi", max_length = 1024)]
    password: String,
}

/// A signed-in browser.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// To be sent as `X-CSRF-Token` with every request that changes something.
    #[schema(example = "kho_c_2b1f…")]
    csrf_token: String,
    expires_at: Option<DateTime<Utc>>,
    account: AccountBody,
    /// What the account is beyond a citizen, the oldest first.
    posts: Vec<PostBody>,
}

impl SessionBody {
    async fn new(
        kho: &Kho,
        csrf_token: String,
        expires_at: Option<DateTime<Utc>>,
        account: Account,
    ) -> Result<Self> {
        let posts = kho.roles_of_session(account.id).await?.into_iter().map(PostBody::from).collect();
        Ok(Self { csrf_token, expires_at, account: account.into(), posts })
    }
}

/// An agency by code and name.
#[derive(Serialize, ToSchema)]
pub struct PostAgency {
    #[schema(example = "H52.10.5")]
    pub code: String,
    /// In both languages.
    pub name: Words,
}

/// A role, with the agency for which it holds.
#[derive(Serialize, ToSchema)]
pub struct PostBody {
    /// `officer`, `agency_admin`, `system_admin` or `auditor`.
    #[schema(example = "officer")]
    pub role: String,
    /// None for a role over the whole system.
    pub agency: Option<PostAgency>,
}

impl From<Held> for PostBody {
    fn from(held: Held) -> Self {
        let agency = held.agency_code.zip(held.agency_name).zip(held.agency_name_en);
        Self {
            role: held.role,
            agency: agency.map(|((code, vi), en)| PostAgency { code, name: Words { vi, en } }),
        }
    }
}

/// A person's account (A8).
#[derive(Serialize, ToSchema)]
pub struct AccountBody {
    pub id: AccountId,
    /// Running number of the account.
    #[schema(example = 1024)]
    pub number: i64,
    #[schema(example = "hoa.nguyen")]
    pub login: String,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub full_name: String,
    /// 12 digits; none for an integration client.
    #[schema(example = "099000000001")]
    pub identity_number: Option<String>,
    #[schema(example = "hoa@example.vn")]
    pub email: Option<String>,
    #[schema(example = "0901234567")]
    pub phone: Option<String>,
    /// Contact address.
    #[schema(example = "Thôn 2, xã Suối Mơ")]
    pub address: Option<String>,
    /// `vi` or `en`.
    #[schema(example = "vi")]
    pub language: String,
    /// The own vault.
    pub vault_id: Option<VaultId>,
    /// Counts changes; the ETag.
    #[schema(example = 3)]
    pub rev: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            number: account.number,
            login: account.login,
            full_name: account.full_name,
            identity_number: account.identity_number,
            email: account.email,
            phone: account.phone,
            address: account.address,
            language: account.language,
            vault_id: account.vault_id,
            rev: account.rev,
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

/// Sign in
///
/// Sets the session cookie (HttpOnly, SameSite=Lax). After ten failures for a login the next tries are refused for some minutes.
#[utoipa::path(tag = "session", security(()), request_body = SignInBody, responses(
    (status = 201, description = "Signed in; the cookie is set", body = SessionBody),
    (status = 401, description = "`wrong_credentials`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/session")]
pub async fn sign_in(request: HttpRequest, body: web::Json<SignInBody>) -> Result<HttpResponse> {
    let kho = kho(&request)?;
    let body = body.into_inner();
    let signed_in =
        kho.sign_in(&body.login, body.password, &user_agent(&request), channel(&request, "page")).await?;
    let cookie = session_cookie(&kho, signed_in.secret.expose());
    let ends = Some(signed_in.expires_at);
    let body = SessionBody::new(&kho, signed_in.csrf_token, ends, signed_in.account).await?;
    Ok(HttpResponse::Created().cookie(cookie).json(body))
}

/// The present session
#[utoipa::path(tag = "session", responses((status = 200, description = "Who is signed in", body = SessionBody)))]
#[get("/session")]
pub async fn view_session(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    let kho = kho(&request)?;
    let cookie = request.cookie(cookie_name(&kho)).ok_or(Code::NotSignedIn)?;
    let session = kho.session_actor(cookie.value(), channel(&request, "page")).await?;
    let account = kho.me(&caller.0).await?;
    let body = SessionBody::new(&kho, session.csrf_token, None, account).await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Sign out here
#[utoipa::path(tag = "session", responses((status = 204, description = "The session has ended")))]
#[delete("/session")]
pub async fn sign_out(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    let kho = kho(&request)?;
    kho.sign_out(&caller.0).await?;
    Ok(HttpResponse::NoContent().cookie(session_cookie(&kho, "")).finish())
}

/// The own account
#[utoipa::path(tag = "account", responses((status = 200, description = "The account", body = AccountBody)))]
#[get("/me")]
pub async fn view_me(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    let account = kho(&request)?.me(&caller.0).await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(account.rev))).json(AccountBody::from(account)))
}

/// What to change of the own account; absent fields stay, `null` clears. The full name and the identity number are changed by
/// administrators.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// Needs `password` too, and nobody else may have it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Email>)]
    email: Option<Option<Email>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Phone>)]
    phone: Option<Option<Phone>>,
    /// Contact address.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 500, example = "Thôn 2, xã Suối Mơ")]
    address: Option<Option<String>>,
    /// The language in which the account is written to.
    language: Option<Language>,
    /// The present password, where the e-mail address changes: a reset link would go there.
    #[schema(max_length = 1024, example = "mat khau hien nay")]
    password: Option<String>,
}

/// Change the own account
#[utoipa::path(tag = "account", params(("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = AccountPatch, responses((status = 200, description = "The account as it is now", body = AccountBody)))]
#[patch("/me")]
pub async fn update_me(
    kho: web::Data<Kho>,
    caller: Caller,
    seen: IfMatch,
    body: web::Json<AccountPatch>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let changes = OwnChanges {
        email: body.email,
        phone: body.phone,
        address: body.address,
        language: body.language,
        password: body.password,
    };
    let account = kho.update_me(&caller.0, seen.0, changes).await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(account.rev))).json(AccountBody::from(account)))
}
