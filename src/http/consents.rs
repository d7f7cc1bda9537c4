//! On what ground officers look for papers of an owner, and what the owner says to it.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use kho_mapping::catalogue::Words;
use kho_mapping::dossier::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossier_body::NamedItem;
use super::extract::{Caller, ListQuery};
use super::problem::ProblemBody;
use crate::db::consent::{Consent, NamedConsent};
use crate::domain::id::{ConsentId, DossierId, VaultId};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::mapping::consents::WantedConsent;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// The owner attached papers to the own dossier.
    Owner,
    /// The owner told an officer a code.
    OneTimeCode,
    /// An authority of the agency, which the owner is told of.
    Authority,
}

/// Whether it holds.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentStanding {
    /// The code was not told yet.
    Pending,
    /// It holds.
    Active,
    /// The code was not told in time, or mistyped too often.
    Expired,
    /// The owner withdrew or declined it.
    Withdrawn,
    /// Its dossier is closed.
    Ended,
}

/// A ground for looking for papers.
#[derive(Serialize, ToSchema)]
pub struct ConsentBody {
    pub id: ConsentId,
    /// What kind of ground it is.
    pub kind: ConsentKind,
    pub standing: ConsentStanding,
    /// For what papers are looked for.
    #[schema(example = "Kiểm tra thành phần hồ sơ")]
    pub purpose: String,
    /// Of an authority.
    #[schema(example = "Điều 9 Nghị định 61/2018/NĐ-CP")]
    pub legal_basis: Option<String>,
    /// Of an authority.
    #[schema(example = "Công dân không mang theo điện thoại")]
    pub reason: Option<String>,
    pub asked_at: DateTime<Utc>,
    /// Until when the code is good.
    pub expires_at: Option<DateTime<Utc>>,
    pub given_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl ConsentBody {
    pub fn new(consent: Consent, is_open: bool, now: DateTime<Utc>) -> Self {
        let standing = if consent.withdrawn_at.is_some() {
            ConsentStanding::Withdrawn
        } else if !is_open {
            ConsentStanding::Ended
        } else if consent.given_at.is_some() {
            ConsentStanding::Active
        } else if consent.code_digest.is_some() && consent.code_expires_at.is_some_and(|ends| now < ends) {
            ConsentStanding::Pending
        } else {
            ConsentStanding::Expired
        };
        Self {
            id: consent.id,
            kind: match consent.kind.as_str() {
                "one_time_code" => ConsentKind::OneTimeCode,
                "authority" => ConsentKind::Authority,
                _ => ConsentKind::Owner,
            },
            standing,
            purpose: consent.purpose,
            legal_basis: consent.legal_basis,
            reason: consent.reason,
            asked_at: consent.asked_at,
            expires_at: consent.code_expires_at,
            given_at: consent.given_at,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}

/// The ground that an officer names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsentBody {
    /// `one_time_code` or `authority`.
    kind: ConsentKind,
    /// Needed for an authority.
    #[schema(example = "Điều 9 Nghị định 61/2018/NĐ-CP", max_length = 500)]
    legal_basis: Option<String>,
    /// Needed for an authority.
    #[schema(example = "Công dân không mang theo điện thoại", max_length = 1000)]
    reason: Option<String>,
}

/// Ask for consent
///
/// For officers of the dossier's agencies. `one_time_code` sends the owner a notice with six digits, good for ten minutes and five tries; `authority`
/// holds at once and the owner is told.
#[utoipa::path(tag = "dossiers", request_body = NewConsentBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 201, description = "What was asked or noted", body = ConsentBody),
        (status = 409, description = "`owner_not_reachable`: the owner has no account", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/dossiers/{dossier}/consents")]
pub async fn ask_consent(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
    body: web::Json<NewConsentBody>,
) -> Result<HttpResponse> {
    let NewConsentBody { kind, legal_basis, reason } = body.into_inner();
    let wanted = match kind {
        ConsentKind::Owner => return Err(Problem::field("kind", "unknown")),
        ConsentKind::OneTimeCode => WantedConsent::OneTimeCode,
        ConsentKind::Authority => WantedConsent::Authority {
            legal_basis: legal_basis.unwrap_or_default(),
            reason: reason.unwrap_or_default(),
        },
    };
    let consent = kho.ask_consent(&caller.0, *dossier, wanted).await?;
    Ok(HttpResponse::Created().json(ConsentBody::new(consent, true, kho.clock.now())))
}

/// What the owner told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// Six digits.
    #[schema(example = "402913", min_length = 6, max_length = 20)]
    code: String,
}

/// Confirm a consent
///
/// With the code that the owner told the officer.
#[utoipa::path(tag = "dossiers", request_body = ConfirmBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("consent" = ConsentId, Path, description = "What was asked"),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 200, description = "It holds now", body = ConsentBody),
        (status = 403, description = "`consent_code_wrong`, with `tries_left`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`consent_code_expired`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/dossiers/{dossier}/consents/{consent}/confirm")]
pub async fn confirm_consent(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, ConsentId)>,
    body: web::Json<ConfirmBody>,
) -> Result<HttpResponse> {
    let (dossier, consent) = path.into_inner();
    let consent = kho.confirm_consent(&caller.0, dossier, consent, &body.code).await?;
    Ok(HttpResponse::Ok().json(ConsentBody::new(consent, true, kho.clock.now())))
}

/// A consent, as the owner's list shows it.
#[derive(Serialize, ToSchema)]
pub struct ListedConsent {
    #[serde(flatten)]
    pub consent: ConsentBody,
    /// Who asked: an officer, or who attached papers on the owner's side.
    #[schema(example = "Trần Văn Nam")]
    pub asked_by_name: String,
    pub dossier_id: DossierId,
    /// The dossier's code.
    #[schema(example = "H52.10.5-261126-0001-M")]
    pub dossier_code: String,
    pub procedure: NamedItem,
    /// The agency that receives the dossier.
    pub agency: NamedItem,
}

impl ListedConsent {
    fn new(kho: &Kho, named: NamedConsent) -> Self {
        let known = kho.catalogue_last_seen();
        let name = known.procedures.get(&named.procedure_code).map(|procedure| procedure.name.clone());
        let plain = || Words { vi: named.procedure_name.clone(), en: named.procedure_name.clone() };
        let is_open = State::parse(&named.dossier_state).is_some_and(State::is_open);
        Self {
            dossier_id: named.consent.dossier_id,
            consent: ConsentBody::new(named.consent, is_open, kho.clock.now()),
            asked_by_name: named.asked_by_name,
            dossier_code: named.dossier_code,
            procedure: NamedItem { name: name.unwrap_or_else(plain), code: named.procedure_code },
            agency: NamedItem {
                code: named.agency_code,
                name: Words { vi: named.agency_name, en: named.agency_name_en },
            },
        }
    }
}

/// One page of consents, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ConsentList {
    pub items: Vec<ListedConsent>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsentsQuery {
    /// Whose: one's own vault if none is named.
    vault: Option<VaultId>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An owner's consents
///
/// What was asked and given for which dossier, the newest first; `standing` tells which hold.
#[utoipa::path(tag = "dossiers", params(ConsentsQuery),
    responses((status = 200, description = "A page", body = ConsentList)))]
#[get("/consents")]
pub async fn list_consents(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ConsentsQuery>,
) -> Result<HttpResponse> {
    let ConsentsQuery { vault, limit, cursor } = query.into_inner();
    let page = ListQuery { limit, cursor }.page("-updated_at")?;
    let page = kho.list_consents(&caller.0, vault, &page).await?;
    Ok(HttpResponse::Ok().json(ConsentList {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|named| ListedConsent::new(&kho, named)).collect(),
    }))
}

/// Withdraw a consent
///
/// Or decline what is asked. Papers that came into a dossier by it and were not received yet are taken out; what was received stays.
#[utoipa::path(tag = "dossiers", params(("consent" = ConsentId, Path, description = "The consent")),
    responses((status = 204, description = "It holds no more")))]
#[delete("/consents/{consent}")]
pub async fn withdraw_consent(
    kho: web::Data<Kho>,
    caller: Caller,
    consent: web::Path<ConsentId>,
) -> Result<HttpResponse> {
    kho.withdraw_consent(&caller.0, *consent).await?;
    Ok(HttpResponse::NoContent().finish())
}
