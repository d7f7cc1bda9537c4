//! What the account is told, and what of it is mailed.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, ListQuery};
use crate::db::notice::{MailSettings, Notice};
use crate::domain::id::{EntryId, GrantId, NoticeId, VaultId};
use crate::domain::notice::{Detail, Kind};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// Something that the account was told.
#[derive(Serialize, ToSchema)]
pub struct NoticeBody {
    pub id: NoticeId,
    /// What it is about.
    pub kind: Kind,
    pub at: DateTime<Utc>,
    /// When it was marked as read; none while it is unread.
    pub read_at: Option<DateTime<Utc>>,
    /// Who did it, by the name of that time; none where nobody did, or the account itself.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub actor_name: Option<String>,
    /// The vault of the account's in which it is to be found.
    pub vault_id: Option<VaultId>,
    /// The folder or document concerned, which may be gone, or not be seen any more.
    pub entry_id: Option<EntryId>,
    /// Its name at that time.
    #[schema(example = "Giấy khai sinh.pdf", max_length = 255)]
    pub entry_name: Option<String>,
    /// The share concerned, which may be gone.
    pub grant_id: Option<GrantId>,
    /// Further facts, as far as the kind has them.
    pub detail: Detail,
}

impl NoticeBody {
    fn new(notice: Notice) -> Option<Self> {
        Some(Self {
            id: notice.id,
            // One that a newer version of the server wrote is left to it.
            kind: Kind::parse(&notice.kind)?,
            at: notice.at,
            read_at: notice.read_at,
            actor_name: notice.actor_name,
            vault_id: notice.vault_id,
            entry_id: notice.entry_id,
            entry_name: notice.entry_name,
            grant_id: notice.grant_id,
            detail: serde_json::from_str(&notice.detail).unwrap_or_default(),
        })
    }
}

/// One page of notices.
#[derive(Serialize, ToSchema)]
pub struct NoticeList {
    pub items: Vec<NoticeBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
    /// All that are unread, not only those of this page.
    #[schema(example = 3)]
    pub unread: i64,
}

/// What the account was told
///
/// The newest first, for 180 days. Nobody is told what they did themselves, but for what concerns the security of the account.
#[utoipa::path(tag = "notices", params(ListQuery),
    responses((status = 200, description = "A page", body = NoticeList)))]
#[get("/notices")]
pub async fn list_notices(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let list = kho.list_notices(&caller.0, &query.page("-time")?).await?;
    Ok(HttpResponse::Ok().json(NoticeList {
        next_cursor: list.page.next.map(|cursor| cursor.encode()),
        items: list.page.items.into_iter().filter_map(NoticeBody::new).collect(),
        unread: list.unread,
    }))
}

/// Which notices were read: some, or all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticesRead {
    /// These; not together with `all`.
    #[schema(min_items = 1, max_items = 500, example = json!(["0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90"]))]
    ids: Option<Vec<NoticeId>>,
    /// `true` for all that there are.
    #[serde(default)]
    all: bool,
}

/// How many notices were marked.
#[derive(Serialize, ToSchema)]
pub struct NoticesMarked {
    /// How many of them were unread.
    #[schema(example = 2)]
    read: u64,
}

/// Mark notices as read
///
/// Either those named or all. One that the account does not have, or that was read before, changes nothing.
#[utoipa::path(tag = "notices", request_body = NoticesRead,
    responses((status = 200, description = "They are read", body = NoticesMarked)))]
#[post("/notices/read")]
pub async fn read_notices(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NoticesRead>,
) -> Result<HttpResponse> {
    let read = match (&body.ids, body.all) {
        (Some(ids), false) => kho.read_notices(&caller.0, Some(ids)).await?,
        (None, true) => kho.read_notices(&caller.0, None).await?,
        (Some(_), true) => return Err(Problem::field("ids", "with_all")),
        (None, false) => return Err(Problem::field("ids", "missing")),
    };
    Ok(HttpResponse::Ok().json(NoticesMarked { read }))
}

/// Which notices are mailed too, where the account has an e-mail address.
#[derive(Serialize, ToSchema)]
pub struct NoticeSettingsBody {
    /// By e-mail.
    email: MailedNotices,
}

/// The kinds of notices that are mailed.
#[derive(Serialize, ToSchema)]
pub struct MailedNotices {
    /// Shares received, taken back and expired.
    shares: bool,
    /// Papers about to expire, and trash about to be deleted for ever.
    expiring: bool,
    /// Sign-ins from new browsers, changes of password and e-mail address: always on.
    security: bool,
}

impl From<MailSettings> for NoticeSettingsBody {
    fn from(settings: MailSettings) -> Self {
        let email =
            MailedNotices { shares: settings.mail_shares, expiring: settings.mail_expiring, security: true };
        Self { email }
    }
}

/// Which notices are mailed
#[utoipa::path(tag = "notices", responses((status = 200, description = "The switches", body = NoticeSettingsBody)))]
#[get("/me/notice-settings")]
pub async fn view_notice_settings(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let settings = kho.notice_settings(&caller.0).await?;
    Ok(HttpResponse::Ok().json(NoticeSettingsBody::from(settings)))
}

/// What to change of it; absent switches stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeSettingsPatch {
    /// By e-mail.
    email: MailedNoticesPatch,
}

/// Switches of mail; absent ones stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailedNoticesPatch {
    /// Shares received, taken back and expired.
    shares: Option<bool>,
    /// Papers about to expire, and trash about to be deleted for ever.
    expiring: Option<bool>,
    /// Only `true` is taken.
    security: Option<bool>,
}

/// Choose which notices are mailed
///
/// Each switch stands for itself, so no `If-Match` is needed.
#[utoipa::path(tag = "notices", request_body = NoticeSettingsPatch,
    responses((status = 200, description = "The switches as they are now", body = NoticeSettingsBody)))]
#[patch("/me/notice-settings")]
pub async fn update_notice_settings(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NoticeSettingsPatch>,
) -> Result<HttpResponse> {
    let email = &body.email;
    let settings = kho.set_notice_settings(&caller.0, email.shares, email.expiring, email.security).await?;
    Ok(HttpResponse::Ok().json(NoticeSettingsBody::from(settings)))
}
