//! A paper in a component, as it is told.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kho_mapping::catalogue::{DocumentType, Words};
use kho_mapping::reasons::PaperReason;
use kho_mapping::words;
use serde::Serialize;
use utoipa::ToSchema;

use super::dossier_body::type_named;
use crate::db::attachment::Attachment;
use crate::domain::id::{AttachmentId, EntryId};

/// What becomes of a paper in a dossier.
#[derive(Clone, Copy, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// Nobody has decided about it.
    Attached,
    Accepted,
    /// It can be replaced.
    Refused,
    /// Another stands in its place.
    Replaced,
    /// It was taken out.
    Removed,
}

impl AttachmentState {
    pub fn of(text: &str) -> Self {
        match text {
            "accepted" => Self::Accepted,
            "refused" => Self::Refused,
            "replaced" => Self::Replaced,
            "removed" => Self::Removed,
            _ => Self::Attached,
        }
    }
}

/// A paper in a component of a dossier, pinned to one version.
#[derive(Serialize, ToSchema)]
pub struct AttachmentBody {
    pub id: AttachmentId,
    #[schema(example = "C1")]
    pub component_code: String,
    /// The paper in the vault; for the owner's side alone, and not of somebody else's.
    pub entry_id: Option<EntryId>,
    /// Whose paper it is, where that is somebody else than the dossier's owner, who may not open it.
    #[schema(example = "Trần Văn Chủ")]
    pub given_by: Option<String>,
    /// As it was called when it was attached; somebody else's is called by its type, but to officers.
    #[schema(example = "Giấy khai sinh của Nguyễn Văn An")]
    pub title: String,
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    /// The type in words.
    pub type_name: Option<Words>,
    /// Number of the version that is pinned: `GET /dossiers/{dossier}/attachments/{attachment}/content` answers its bytes, whatever came after it.
    #[schema(example = 2)]
    pub version_number: Option<i32>,
    /// Media type of that version.
    #[schema(example = "application/pdf")]
    pub media_type: Option<String>,
    /// Size of that version.
    #[schema(example = 482_113)]
    pub size_bytes: Option<i64>,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// When it was attached; since an officer compared it, by that.
    #[schema(example = 2)]
    pub trust_level: i16,
    /// The conclusion about its signatures when it was attached.
    #[schema(example = "valid")]
    pub verdict: Option<String>,
    /// Whether it lay in the vault before the dossier was opened.
    #[schema(example = true)]
    pub reused: bool,
    /// Whether an agency made it a file for this dossier.
    #[schema(example = false)]
    pub digitised: bool,
    /// `online`, `counter` or `system`.
    #[schema(example = "online")]
    pub channel: String,
    /// For what it was attached.
    #[schema(example = "Đăng ký khai sinh")]
    pub purpose: String,
    pub state: AttachmentState,
    pub attached_at: DateTime<Utc>,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub attached_by_name: String,
    /// When it was accepted or refused.
    pub decided_at: Option<DateTime<Utc>>,
    #[schema(example = "Trần Văn Nam")]
    pub decided_by_name: Option<String>,
    /// Of a refusal.
    #[schema(example = "unreadable")]
    pub reason_code: Option<String>,
    /// The reason in words.
    pub reason: Option<Words>,
    /// What the officer wrote about it.
    #[schema(example = "Ảnh chụp bị mờ ở mặt sau.")]
    pub reason_note: Option<String>,
}

impl AttachmentBody {
    pub fn new(attachment: Attachment, types: &[Arc<DocumentType>], for_officer: bool) -> Self {
        let kind = attachment.type_code.as_deref().and_then(|code| type_named(types, code));
        let reason = attachment.reason_code.as_deref().and_then(PaperReason::parse);
        Self {
            id: attachment.id,
            component_code: attachment.component_code,
            entry_id: (!for_officer && attachment.given_by.is_none()).then_some(attachment.entry_id),
            title: match (&attachment.given_by, kind) {
                (Some(_), Some(kind)) if !for_officer => kind.name.vi.clone(),
                (Some(giver), None) if !for_officer => giver.clone(),
                _ => attachment.title,
            },
            given_by: attachment.given_by,
            type_name: kind.map(|kind| kind.name.clone()),
            type_code: attachment.type_code,
            version_number: attachment.version_number,
            media_type: attachment.media_type,
            size_bytes: attachment.size_bytes,
            sha256: data_encoding::HEXLOWER.encode(&attachment.sha256),
            trust_level: attachment.trust_level,
            verdict: attachment.verdict,
            reused: attachment.reused,
            digitised: attachment.digitised,
            channel: attachment.channel,
            purpose: attachment.purpose,
            state: AttachmentState::of(&attachment.state),
            attached_at: attachment.attached_at,
            attached_by_name: attachment.attached_by_name,
            decided_at: attachment.decided_at,
            decided_by_name: attachment.decided_by_name,
            reason: reason.map(words::of_paper_reason),
            reason_code: attachment.reason_code,
            reason_note: attachment.reason_note,
        }
    }
}
