//! Sharing: giving, changing and revoking, and the lists of what is shared.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entries::EntryBody;
use super::extract::{Caller, IfMatch, etag, present};
use crate::db::grant::Closed;
use crate::db::share_list::NamedGrant;
use crate::domain::catalogue::Catalogue;
use crate::domain::grant::{Right, Rights};
use crate::domain::id::{EntryId, GrantId, VaultId};
use crate::domain::identity::{Email, IdentityNumber, Login, OrganisationCode};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::grants::{NewShare, ShareChanges};
use crate::services::recipients::Recipient;

/// Who is to receive: exactly one of the four, as the giver knows them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientBody {
    /// A person's 12 digits.
    #[schema(example = "099000000002", min_length = 12, max_length = 12)]
    identity_number: Option<String>,
    /// Tax code or agency identifier.
    #[schema(example = "H20.12.3", min_length = 3, max_length = 35)]
    organisation_code: Option<String>,
    /// Login name of the person's account.
    #[schema(example = "nam.tran", min_length = 3, max_length = 64)]
    login: Option<String>,
    /// E-mail address of the person's account.
    #[schema(example = "nam.tran@example.vn", max_length = 254)]
    email: Option<String>,
}

impl RecipientBody {
    fn parse(&self) -> Result<Recipient> {
        let parsed = match (&self.identity_number, &self.organisation_code, &self.login, &self.email) {
            (Some(text), None, None, None) => IdentityNumber::parse(text).map(Recipient::IdentityNumber),
            (None, Some(text), None, None) => OrganisationCode::parse(text).map(Recipient::OrganisationCode),
            (None, None, Some(text), None) => Login::parse(text).map(Recipient::Login),
            (None, None, None, Some(text)) => Email::parse(text).map(Recipient::Email),
            _ => return Err(Problem::field("recipient", "not_exactly_one")),
        };
        parsed.map_err(|_| Problem::field("recipient", "malformed"))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrantBody {
    /// Folder (with all that is and will be in it) or document.
    entry_id: EntryId,
    recipient: RecipientBody,
    /// `view` is always among them. `edit` lets the recipient add to the folder, at the owner's quota.
    #[schema(example = json!(["view", "download"]))]
    rights: Vec<Right>,
    /// When it ends by itself. Of something shared on: at the latest, and if absent, when the giver's own share ends.
    expires_at: Option<DateTime<Utc>>,
    #[schema(max_length = 1000, example = "Giấy khai sinh của cháu để làm thủ tục nhập học")]
    message: Option<String>,
}

/// A person or an organisation concerned with a share.
#[derive(Serialize, ToSchema)]
pub struct PartyBody {
    /// `person` or `organisation`.
    #[schema(example = "person")]
    pub kind: String,
    #[schema(example = "Trần Văn Nam")]
    pub name: String,
    /// Code of an organisation; the identity number of a person is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "H20.12.3")]
    pub code: Option<String>,
}

impl PartyBody {
    pub(super) fn new(kind: String, code: String, name: String) -> Self {
        let code = (kind == "organisation").then_some(code);
        Self { kind, name, code }
    }
}

/// What is particular to a link.
#[derive(Serialize, ToSchema)]
pub struct LinkFacts {
    pub has_password: bool,
    /// Downloads it allows; none for no limit.
    #[schema(example = 10)]
    pub max_downloads: Option<i32>,
    /// Downloads begun so far.
    #[schema(example = 3)]
    pub downloads: i32,
}

/// A grant: who may do what with an entry, given by whom, until when.
#[derive(Serialize, ToSchema)]
pub struct GrantBody {
    pub id: GrantId,
    pub entry_id: EntryId,
    #[schema(example = "Giấy khai sinh.pdf")]
    pub entry_name: String,
    /// Who received it; none for a link.
    pub recipient: Option<PartyBody>,
    /// None for a person or organisation.
    pub link: Option<LinkFacts>,
    pub rights: Vec<Right>,
    #[schema(example = "Giấy khai sinh của cháu để làm thủ tục nhập học")]
    pub message: Option<String>,
    /// Whose vault gave it.
    pub shared_by: PartyBody,
    /// The person who gave it, for an organisation or oneself.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub shared_by_person: String,
    /// Whose vault the entry lies in; another one than `shared_by` where it was shared on.
    pub owner: PartyBody,
    /// The grant it derives from, with which it ends.
    pub parent_id: Option<GrantId>,
    /// When it was shared.
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    /// Counts changes; the ETag.
    #[schema(example = 1)]
    pub rev: i64,
}

impl From<NamedGrant> for GrantBody {
    fn from(named: NamedGrant) -> Self {
        let grant = named.grant;
        let link = grant.is_link().then_some(LinkFacts {
            has_password: named.has_password,
            max_downloads: grant.link_max_downloads,
            downloads: grant.link_downloads,
        });
        let recipient = named.recipient_kind.map(|kind| {
            let name = named.recipient_name.unwrap_or_default();
            PartyBody::new(kind, named.recipient_code.unwrap_or_default(), name)
        });
        Self {
            id: grant.id,
            entry_id: grant.entry_id,
            entry_name: named.entry_name,
            recipient,
            link,
            rights: grant.rights().list(),
            message: grant.message,
            shared_by: PartyBody::new(named.granting_kind, named.granting_code, named.granting_name),
            shared_by_person: named.granted_by_name,
            owner: PartyBody::new(named.owner_kind, named.owner_code, named.owner_name),
            parent_id: grant.parent_id,
            created_at: grant.created_at,
            updated_at: grant.updated_at,
            expires_at: grant.expires_at,
            rev: grant.rev,
        }
    }
}

/// Share an entry
///
/// With a person or an organisation that has a vault. Needs the right to share on; gives no right that the giver does not hold. The same
/// entry is shared with the same recipient once: `already_exists` names the grant to change. Ten unknown recipients within
/// some minutes refuse further tries.
#[utoipa::path(tag = "sharing", request_body = NewGrantBody,
    responses((status = 201, description = "The grant", body = GrantBody)))]
#[post("/grants")]
pub async fn create_grant(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewGrantBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let share = NewShare {
        entry_id: body.entry_id,
        recipient: body.recipient.parse()?,
        rights: body.rights,
        expires_at: body.expires_at,
        message: body.message,
    };
    let grant = kho.share(&caller.0, share).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/grants/{}", grant.grant.id)))
        .insert_header(("ETag", etag(grant.grant.rev)))
        .json(GrantBody::from(grant)))
}

/// A grant's details
///
/// For the owner of the entry, the giver and the recipient.
#[utoipa::path(tag = "sharing", params(("grant" = GrantId, Path, description = "The grant")),
    responses((status = 200, description = "The grant; its ETag guards changes", body = GrantBody)))]
#[get("/grants/{grant}")]
pub async fn view_grant(
    kho: web::Data<Kho>,
    caller: Caller,
    grant: web::Path<GrantId>,
) -> Result<HttpResponse> {
    let grant = kho.view_grant(&caller.0, *grant).await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(grant.grant.rev))).json(GrantBody::from(grant)))
}

/// What to change; absent fields stay, `null` clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantPatch {
    /// All rights it shall carry from now on.
    #[schema(example = json!(["view"]))]
    rights: Option<Vec<Right>>,
    /// A link cannot be without end.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    expires_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    message: Option<Option<String>>,
}

/// Change a grant
///
/// Rights, end or message, within what it derives from; guarded by `If-Match`. What was shared on by it is narrowed with it, and closed where
/// it may no longer be shared on.
#[utoipa::path(tag = "sharing", params(("grant" = GrantId, Path, description = "The grant"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = GrantPatch, responses((status = 200, description = "The grant as it is now", body = GrantBody)))]
#[patch("/grants/{grant}")]
pub async fn update_grant(
    kho: web::Data<Kho>,
    caller: Caller,
    grant: web::Path<GrantId>,
    seen: IfMatch,
    body: web::Json<GrantPatch>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let changes = ShareChanges { rights: body.rights, expires_at: body.expires_at, message: body.message };
    let grant = kho.update_grant(&caller.0, *grant, seen.0, changes).await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(grant.grant.rev))).json(GrantBody::from(grant)))
}

/// A grant that ended with the one revoked.
#[derive(Serialize, ToSchema)]
pub struct ClosedBody {
    pub id: GrantId,
    pub parent_id: Option<GrantId>,
    pub entry_id: EntryId,
    #[schema(example = "Giấy khai sinh.pdf")]
    pub entry_name: String,
    /// None for a link.
    #[schema(example = "Trần Văn Nam")]
    pub recipient_name: Option<String>,
    pub rights: Vec<Right>,
}

/// What a revocation closed.
#[derive(Serialize, ToSchema)]
pub struct RevokeReport {
    /// All grants and links closed, the revoked one among them.
    #[schema(example = 3)]
    pub closed: usize,
    /// Different people and organisations among their recipients.
    #[schema(example = 2)]
    pub recipients: usize,
    #[schema(example = 1)]
    pub links: usize,
    /// Different entries concerned.
    #[schema(example = 1)]
    pub entries: usize,
    /// The revoked grant, then those derived from it; 500 at the most.
    pub items: Vec<ClosedBody>,
}

impl RevokeReport {
    fn new(closed: Vec<Closed>) -> Self {
        let distinct = |ids: Vec<uuid::Uuid>| std::collections::BTreeSet::from_iter(ids).len();
        let recipients = closed.iter().filter_map(|one| one.recipient_vault_id.map(|id| id.0)).collect();
        Self {
            closed: closed.len(),
            recipients: distinct(recipients),
            links: closed.iter().filter(|one| one.recipient_vault_id.is_none()).count(),
            entries: distinct(closed.iter().map(|one| one.entry_id.0).collect()),
            items: closed
                .into_iter()
                .take(crate::domain::page::MAX_LIMIT as usize)
                .map(|one| ClosedBody {
                    id: one.id,
                    parent_id: one.parent_id,
                    entry_id: one.entry_id,
                    entry_name: one.entry_name,
                    recipient_name: one.recipient_name,
                    rights: Rights::from_bits(one.rights).list(),
                })
                .collect(),
        }
    }
}

/// Revoke a grant or link, or give up what was received
///
/// Ends everything derived from it in the same moment, and says what that was. Allowed to the owner of the entry, the giver and the recipient.
#[utoipa::path(tag = "sharing", params(("grant" = GrantId, Path, description = "Grant or link")),
    responses((status = 200, description = "What was closed", body = RevokeReport)))]
#[delete("/grants/{grant}")]
pub async fn revoke_grant(
    kho: web::Data<Kho>,
    caller: Caller,
    grant: web::Path<GrantId>,
) -> Result<HttpResponse> {
    let closed = kho.revoke_grant(&caller.0, *grant).await?;
    Ok(HttpResponse::Ok().json(RevokeReport::new(closed)))
}

/// Which page of a list of shares is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShareQuery {
    /// Which of the caller's vaults; the own one if absent.
    vault: Option<VaultId>,
    /// Order: `name` of the entry or `updated_at`, the time of (the latest) sharing; with `-` before it for descending.
    #[param(example = "-updated_at", pattern = "^-?(name|updated_at)$")]
    sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

impl ShareQuery {
    fn page(&self) -> Result<PageRequest> {
        PageRequest::parse(self.sort.as_deref(), self.limit, self.cursor.as_deref(), "-updated_at")
    }
}

/// Something that others shared with the vault.
#[derive(Serialize, ToSchema)]
pub struct ReceivedBody {
    pub entry: EntryBody,
    pub grant: GrantBody,
}

#[derive(Serialize, ToSchema)]
pub struct ReceivedPage {
    pub items: Vec<ReceivedBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// What others shared with me
///
/// Only what can be opened now: not what expired, was revoked or lies in its owner's trash.
#[utoipa::path(tag = "sharing", params(ShareQuery),
    responses((status = 200, description = "A page", body = ReceivedPage)))]
#[get("/grants/received")]
pub async fn list_received(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ShareQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_received(&caller.0, query.vault, &query.page()?).await?;
    let items = page.items.into_iter().map(|item| ReceivedBody {
        entry: EntryBody::new(item.entry, &kho.catalogue),
        grant: item.grant.into(),
    });
    Ok(HttpResponse::Ok()
        .json(ReceivedPage { items: items.collect(), next_cursor: page.next.map(|cursor| cursor.encode()) }))
}

/// Something that the vault shared, and with whom.
#[derive(Serialize, ToSchema)]
pub struct GivenBody {
    pub entry: EntryBody,
    /// All recipients and links.
    #[schema(example = 2)]
    pub recipient_count: i64,
    /// The latest 20 of them, the newest first; all of them at `/entries/{entry}/grants`.
    pub grants: Vec<GrantBody>,
}

#[derive(Serialize, ToSchema)]
pub struct GivenPage {
    pub items: Vec<GivenBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// What I shared
///
/// One item an entry, with its recipients and links. Only what gives access now.
#[utoipa::path(tag = "sharing", params(ShareQuery),
    responses((status = 200, description = "A page", body = GivenPage)))]
#[get("/grants/given")]
pub async fn list_given(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ShareQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_given(&caller.0, query.vault, &query.page()?).await?;
    let items =
        page.items.into_iter().map(|item| given_body(item.entry, item.count, item.grants, &kho.catalogue));
    Ok(HttpResponse::Ok()
        .json(GivenPage { items: items.collect(), next_cursor: page.next.map(|cursor| cursor.encode()) }))
}

fn given_body(
    entry: crate::domain::entry::Entry,
    recipient_count: i64,
    grants: Vec<NamedGrant>,
    catalogue: &Catalogue,
) -> GivenBody {
    let grants = grants.into_iter().map(GrantBody::from).collect();
    GivenBody { entry: EntryBody::new(entry, catalogue), recipient_count, grants }
}

/// Which page of an entry's grants is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryGrantQuery {
    /// Order: `updated_at`, the time of sharing; with `-` before it for descending.
    #[param(example = "updated_at", pattern = "^-?updated_at$")]
    sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct GrantPage {
    /// Those whose `entry_id` is another one reach the entry through a folder above it.
    pub items: Vec<GrantBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// Who an entry is shared with
///
/// All live grants that reach it, also through a folder above it and those shared on. Who only received it sees what they shared on.
#[utoipa::path(tag = "sharing", params(("entry" = EntryId, Path, description = "Folder or document"), EntryGrantQuery),
    responses((status = 200, description = "A page", body = GrantPage)))]
#[get("/entries/{entry}/grants")]
pub async fn list_entry_grants(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<EntryGrantQuery>,
) -> Result<HttpResponse> {
    let request =
        PageRequest::parse(query.sort.as_deref(), query.limit, query.cursor.as_deref(), "updated_at")?;
    let page = kho.list_entry_grants(&caller.0, *entry, &request).await?;
    Ok(HttpResponse::Ok().json(GrantPage {
        items: page.items.into_iter().map(GrantBody::from).collect(),
        next_cursor: page.next.map(|cursor| cursor.encode()),
    }))
}
