//! Share links: making them, and what their bearers can open without signing in.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::answer;
use super::extract::{Caller, channel, etag};
use super::grants::GrantBody;
use super::problem::ProblemBody;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::grant::Right;
use crate::domain::id::EntryId;
use crate::domain::page::PageRequest;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::gate_grant::Bearer;
use crate::services::links::NewLink;

/// Header in which the bearer of a link sends its password, percent-encoded UTF-8.
const PASSWORD: &str = "Kho-Link-Password";

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLinkBody {
    /// Folder (with all that is and will be in it) or document.
    entry_id: EntryId,
    /// `view` and `download` only; `view` is always among them.
    #[schema(example = json!(["view", "download"]))]
    rights: Vec<Right>,
    /// When it ends: within 366 days.
    expires_at: DateTime<Utc>,
    /// What its bearer must show besides.
    #[schema(min_length = 6, max_length = 200, example = "hoa sen 2026")]
    password: Option<String>,
    /// Downloads it allows; each answer with bytes counts, also of a range.
    #[schema(minimum = 1, maximum = 1_000_000, example = 10)]
    max_downloads: Option<i32>,
}

/// A link just made.
#[derive(Serialize, ToSchema)]
pub struct MadeLinkBody {
    #[serde(flatten)]
    pub grant: GrantBody,
    /// What opens it; shown this once and never again. Keep it out of addresses that are logged: a page puts it after `#`.
    #[schema(example = "kho_l_3q2-7wAB…")]
    pub secret: String,
}

/// Make a share link
///
/// For whoever holds its secret. It appears among the grants of the entry and is changed and revoked like one.
#[utoipa::path(tag = "sharing", request_body = NewLinkBody,
    responses((status = 201, description = "The link with its secret", body = MadeLinkBody)))]
#[post("/links")]
pub async fn create_link(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewLinkBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let link = NewLink {
        entry_id: body.entry_id,
        rights: body.rights,
        expires_at: body.expires_at,
        password: body.password,
        max_downloads: body.max_downloads,
    };
    let made = kho.make_link(&caller.0, link).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/grants/{}", made.grant.grant.id)))
        .insert_header(("ETag", etag(made.grant.grant.rev)))
        .insert_header(("Cache-Control", "no-store"))
        .json(MadeLinkBody { secret: made.secret.expose().to_owned(), grant: made.grant.into() }))
}

fn bearer(request: &HttpRequest, secret: String) -> Result<Bearer> {
    let password = match request.headers().get(PASSWORD) {
        None => None,
        Some(value) => {
            let malformed = || Problem::field("Kho-Link-Password", "malformed");
            let text = percent_encoding::percent_decode(value.as_bytes()).decode_utf8();
            let text = text.map_err(|_| malformed())?.into_owned();
            if text.chars().count() > 200 {
                return Err(malformed());
            }
            Some(text)
        }
    };
    Ok(Bearer { secret, password, channel: channel(request, "link") })
}

/// What the bearer of a link sees of a folder or document.
#[derive(Serialize, ToSchema)]
pub struct LinkEntryBody {
    pub id: EntryId,
    pub kind: EntryKind,
    #[schema(example = "Giấy khai sinh.pdf")]
    pub name: String,
    /// Bytes of a document, or of all documents in a folder.
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    /// None for a folder.
    #[schema(example = "application/pdf")]
    pub media_type: Option<String>,
    pub updated_at: DateTime<Utc>,
}

impl From<Entry> for LinkEntryBody {
    fn from(entry: Entry) -> Self {
        let is_folder = entry.is_folder();
        Self {
            id: entry.id,
            kind: if is_folder { EntryKind::Folder } else { EntryKind::Document },
            name: entry.name,
            size_bytes: if is_folder { entry.tree_live_bytes } else { entry.size_bytes },
            media_type: entry.media_type,
            updated_at: entry.updated_at,
        }
    }
}

/// A link, as its bearer sees it.
#[derive(Serialize, ToSchema)]
pub struct OpenedLinkBody {
    /// None until the password is sent.
    pub entry: Option<LinkEntryBody>,
    pub password_needed: bool,
    pub rights: Vec<Right>,
    /// Whose vault shared it.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub shared_by: String,
    pub expires_at: Option<DateTime<Utc>>,
    /// Downloads left; none for no limit.
    #[schema(example = 7)]
    pub downloads_left: Option<i32>,
}

/// Open a share link
///
/// Needs no sign-in. A link that expired, was revoked, or whose entry is gone answers `not_found`.
#[utoipa::path(tag = "links", security(()), params(("secret" = String, Path, description = "The link's secret"),
        ("Kho-Link-Password" = Option<String>, Header, description = "The link's password, percent-encoded UTF-8")),
    responses((status = 200, description = "What it opens", body = OpenedLinkBody),
        (status = 401, description = "`link_password_wrong`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/links/{secret}")]
pub async fn open_link(
    request: HttpRequest,
    kho: web::Data<Kho>,
    secret: web::Path<String>,
) -> Result<HttpResponse> {
    let opened = kho.open_link(&bearer(&request, secret.into_inner())?).await?;
    let target = opened.target;
    let grant = &target.grant;
    Ok(private().json(OpenedLinkBody {
        password_needed: target.has_password,
        rights: grant.rights().list(),
        shared_by: opened.shared_by,
        expires_at: grant.expires_at,
        downloads_left: grant.link_max_downloads.map(|most| (most - grant.link_downloads).max(0)),
        entry: target.unlocked.then(|| target.entry.into()),
    }))
}

/// Which folder below a link is listed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkFolderQuery {
    /// A folder below the linked one; the linked one if absent.
    entry: Option<EntryId>,
    /// Order: `name`, `updated_at` or `size`, with `-` before it for descending.
    #[param(example = "name", pattern = "^-?(name|updated_at|size)$")]
    sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LinkEntryPage {
    pub items: Vec<LinkEntryBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// What lies in a linked folder
#[utoipa::path(tag = "links", security(()), params(("secret" = String, Path, description = "The link's secret"), LinkFolderQuery,
        ("Kho-Link-Password" = Option<String>, Header, description = "The link's password, percent-encoded UTF-8")),
    responses((status = 200, description = "A page", body = LinkEntryPage)))]
#[get("/links/{secret}/children")]
pub async fn list_link_children(
    request: HttpRequest,
    kho: web::Data<Kho>,
    secret: web::Path<String>,
    query: web::Query<LinkFolderQuery>,
) -> Result<HttpResponse> {
    let page = PageRequest::parse(query.sort.as_deref(), query.limit, query.cursor.as_deref(), "name")?;
    let bearer = bearer(&request, secret.into_inner())?;
    let page = kho.list_link_folder(&bearer, query.entry, &page).await?;
    Ok(private().json(LinkEntryPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(LinkEntryBody::from).collect(),
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkContentQuery {
    /// A document below the linked folder; the linked document if absent.
    entry: Option<EntryId>,
    /// `true` shows types that are safe to show in the browser; others are downloaded all the same.
    #[serde(default)]
    inline: bool,
}

/// Download by a share link
///
/// Each answer with bytes counts as a download and is kept in the owner's trail.
#[utoipa::path(tag = "links", security(()), params(("secret" = String, Path, description = "The link's secret"), LinkContentQuery,
        ("Kho-Link-Password" = Option<String>, Header, description = "The link's password, percent-encoded UTF-8"),
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged"),
        (status = 401, description = "`link_password_needed`, `link_password_wrong`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`link_used_up`", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/links/{secret}/content")]
pub async fn download_by_link(
    request: HttpRequest,
    kho: web::Data<Kho>,
    secret: web::Path<String>,
    query: web::Query<LinkContentQuery>,
) -> Result<HttpResponse> {
    let bearer = bearer(&request, secret.into_inner())?;
    let found = kho.open_link_content(&bearer, query.entry).await?;
    // The first bytes are read and checked here; they leave only when the download is counted. An answer without bytes costs none.
    let response = answer(&kho, &request, &found.content, query.inline).await?;
    if response.status().is_success() {
        kho.count_link_download(&bearer, &found).await?;
    }
    Ok(response)
}

/// An answer that no cache on the way keeps: it depends on a secret.
fn private() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header(("Cache-Control", "no-store")).insert_header(("Referrer-Policy", "no-referrer"));
    response
}
