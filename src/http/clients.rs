//! Programs of other systems: how they prove who they are, and for which agencies they may do what. For system administrators.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::Caller;
use crate::crypto::assertion::KeySet;
use crate::domain::id::AccountId;
use crate::domain::page::PageRequest;
use crate::domain::policy::Scope;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::clients::Client;

/// What a program may do for an agency.
#[derive(Serialize, ToSchema)]
pub struct MandateBody {
    /// Code of the agency.
    #[schema(example = "H52.10")]
    pub agency: String,
    /// Name of the agency.
    #[schema(example = "UBND xã Suối Mơ")]
    pub agency_name: String,
    /// What the program may do for it.
    #[schema(example = json!(["dossier_write", "result_write"]))]
    pub scopes: Vec<Scope>,
}

/// A program of another system.
#[derive(Serialize, ToSchema)]
pub struct ClientBody {
    pub account_id: AccountId,
    /// What it calls itself when it asks for a token: its login name.
    #[schema(example = "mot-cua")]
    pub client_id: String,
    #[schema(example = "Hệ thống thông tin giải quyết thủ tục hành chính")]
    pub full_name: String,
    /// Whether it can prove who it is by a secret.
    pub has_secret: bool,
    /// The public keys by which it can prove who it is, as a JWK set (RFC 7517); absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, example = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "2026", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] }))]
    pub jwks: Option<Value>,
    /// For which agencies it may do what.
    pub agencies: Vec<MandateBody>,
}

impl From<Client> for ClientBody {
    fn from(client: Client) -> Self {
        let mandate = |mandate: crate::db::oauth::Mandate| MandateBody {
            agency: mandate.agency_code,
            agency_name: mandate.agency_name,
            scopes: mandate.scopes.split(' ').filter_map(Scope::parse).collect(),
        };
        Self {
            account_id: client.account.id,
            client_id: client.account.login,
            full_name: client.account.full_name,
            has_secret: client.has_secret,
            jwks: client.jwks.and_then(|jwks| serde_json::from_str(&jwks).ok()),
            agencies: client.mandates.into_iter().map(mandate).collect(),
        }
    }
}

/// A program in the list of all.
#[derive(Serialize, ToSchema)]
pub struct ListedClient {
    pub account_id: AccountId,
    /// What it calls itself when it asks for a token: its login name.
    #[schema(example = "mot-cua")]
    pub client_id: String,
    #[schema(example = "Hệ thống thông tin giải quyết thủ tục hành chính")]
    pub full_name: String,
    /// Whether its account is locked, so that it gets no token.
    pub locked: bool,
}

impl From<crate::db::account::Account> for ListedClient {
    fn from(account: crate::db::account::Account) -> Self {
        Self {
            account_id: account.id,
            locked: account.state != "active",
            client_id: account.login,
            full_name: account.full_name,
        }
    }
}

/// One page of programs.
#[derive(Serialize, ToSchema)]
pub struct ClientPage {
    pub items: Vec<ListedClient>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClientQuery {
    /// The beginning of a name, with or without diacritics, or a whole login name.
    #[serde(default)]
    #[param(example = "he thong", max_length = 254)]
    q: String,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// The programs of other systems
///
/// By name. For system administrators.
#[utoipa::path(tag = "admin", params(ClientQuery),
    responses((status = 200, description = "A page of programs", body = ClientPage)))]
#[get("/admin/clients")]
pub async fn list_clients(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ClientQuery>,
) -> Result<HttpResponse> {
    if query.q.len() > 254 {
        return Err(Problem::field("q", "too_long"));
    }
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "name")?;
    let page = kho.list_clients(&caller.0, &query.q, &page).await?;
    Ok(HttpResponse::Ok().json(ClientPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(ListedClient::from).collect(),
    }))
}

/// One program
///
/// For system administrators.
#[utoipa::path(tag = "admin", params(("client" = String, Path, description = "Account id or login name of the program", example = "mot-cua", max_length = 64)),
    responses((status = 200, description = "The program", body = ClientBody)))]
#[get("/admin/clients/{client}")]
pub async fn view_client(
    kho: web::Data<Kho>,
    caller: Caller,
    client: web::Path<String>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(ClientBody::from(kho.view_client(&caller.0, &client).await?)))
}

/// A program's new secret. It is shown here once and never again.
#[derive(Serialize, ToSchema)]
pub struct ClientSecretAnswer {
    /// What the program calls itself when it asks for a token.
    #[schema(example = "mot-cua")]
    client_id: String,
    /// To be sent to `/oauth/token`.
    #[schema(example = "kho_p_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vdCBhIHNlY3JldA")]
    client_secret: String,
}

/// Make a secret for a program
///
/// In place of the one before, which is worth nothing from now on; tokens made with it hold until they end. For system administrators.
#[utoipa::path(tag = "admin", params(("client" = String, Path, description = "Account id or login name of the program", example = "mot-cua", max_length = 64)),
    responses((status = 201, description = "The secret", body = ClientSecretAnswer)))]
#[post("/admin/clients/{client}/secret")]
pub async fn make_client_secret(
    kho: web::Data<Kho>,
    caller: Caller,
    client: web::Path<String>,
) -> Result<HttpResponse> {
    let secret = kho.make_client_secret(&caller.0, &client).await?;
    let client_id = kho.view_client(&caller.0, &client).await?.account.login;
    let answer = ClientSecretAnswer { client_id, client_secret: secret.expose().to_owned() };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// Take a program's secret away
///
/// For system administrators.
#[utoipa::path(tag = "admin", params(("client" = String, Path, description = "Account id or login name of the program", example = "mot-cua", max_length = 64)),
    responses((status = 204, description = "The program has no secret")))]
#[delete("/admin/clients/{client}/secret")]
pub async fn remove_client_secret(
    kho: web::Data<Kho>,
    caller: Caller,
    client: web::Path<String>,
) -> Result<HttpResponse> {
    kho.remove_client_secret(&caller.0, &client).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The public keys of a program, in place of those before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientKeysBody {
    /// A JWK set (RFC 7517) of one to ten public keys: RSA of at least 2048 bits, P-256 or Ed25519. A set that holds a private key is refused. An
    /// empty set of keys takes the keys away.
    #[schema(value_type = Object, example = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "2026", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] }))]
    jwks: Value,
}

/// Set a program's public keys
///
/// By which it signs assertions, instead of a secret or beside one. For system administrators.
#[utoipa::path(tag = "admin", params(("client" = String, Path, description = "Account id or login name of the program", example = "mot-cua", max_length = 64)),
    request_body = ClientKeysBody, responses((status = 200, description = "The program", body = ClientBody)))]
#[put("/admin/clients/{client}/keys")]
pub async fn set_client_keys(
    kho: web::Data<Kho>,
    caller: Caller,
    client: web::Path<String>,
    body: web::Json<ClientKeysBody>,
) -> Result<HttpResponse> {
    let keys = match body.jwks["keys"].as_array().is_some_and(Vec::is_empty) {
        true => None,
        false => Some(
            KeySet::parse(&body.jwks.to_string()).map_err(|error| Problem::field("jwks", error.as_str()))?,
        ),
    };
    let client = kho.set_client_keys(&caller.0, &client, keys.as_ref()).await?;
    Ok(HttpResponse::Ok().json(ClientBody::from(client)))
}

/// What a program may do for an agency, in place of what it might before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientAgencyBody {
    /// `dossier_read`, `dossier_write`, `result_write`, `register_write`, `catalogue_write` or `paper_read`; none takes the agency away.
    #[schema(example = json!(["dossier_write", "result_write"]))]
    scopes: Vec<Scope>,
}

/// Let a program act for an agency
///
/// From the next request on, also for tokens that it has. For system administrators.
#[utoipa::path(tag = "admin", params(
        ("client" = String, Path, description = "Account id or login name of the program", example = "mot-cua", max_length = 64),
        ("agency" = String, Path, description = "Code of the agency", example = "H52.10", max_length = 35)),
    request_body = ClientAgencyBody, responses((status = 200, description = "The program", body = ClientBody)))]
#[put("/admin/clients/{client}/agencies/{agency}")]
pub async fn set_client_agency(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
    body: web::Json<ClientAgencyBody>,
) -> Result<HttpResponse> {
    let (client, agency) = path.into_inner();
    let client = kho.set_client_agency(&caller.0, &client, &agency, &body.scopes).await?;
    Ok(HttpResponse::Ok().json(ClientBody::from(client)))
}
