//! Dossiers: opening, looking, changing, and moving on.

use actix_web::{HttpResponse, get, patch, post, web};
use kho_mapping::catalogue::Words;
use kho_mapping::completeness::ComponentStanding;
use kho_mapping::dossier::{Move, State};
use kho_mapping::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossier_body::{DossierBody, DossierDetail};
use super::extract::{Caller, IfMatch, ListQuery, etag, present};
use super::problem::ProblemBody;
use crate::db::dossier_list::NamedDossier;
use crate::domain::id::{DossierId, VaultId};
use crate::domain::identity::{Email, FullName, IdentityNumber, Phone};
use crate::domain::page::Page;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::mapping::dossier_pages::DossierPage;
use crate::services::mapping::dossiers::{Contact, DossierChanges, NewDossier, OwnerOf};
use crate::services::mapping::moves::WantedMove;

/// How to reach whoever asks.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    #[schema(example = "0912 345 678", max_length = 30)]
    phone: Option<String>,
    #[schema(example = "hoa.nguyen@example.vn", max_length = 254)]
    email: Option<String>,
    #[schema(example = "Thôn 3, xã Hòa Đồng", max_length = 500)]
    address: Option<String>,
}

/// Who hands it in at the counter for the owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubmitter {
    #[schema(example = "Trần Văn Nam", min_length = 1, max_length = 200)]
    name: String,
    #[schema(example = "001088012345", min_length = 12, max_length = 12)]
    identity_number: Option<String>,
}

/// A dossier to be opened: for oneself or an organisation (`vault_id`), or by an officer for an owner (`owner_identity`).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDossierBody {
    /// Code of the procedure.
    #[schema(example = "1.001193", max_length = 100)]
    procedure: String,
    /// Code of the agency that takes it in; at the counter one of the officer's own.
    #[schema(example = "H52.10.5", max_length = 35)]
    receiving_agency: String,
    /// Code of the agency that decides; the receiving one if none is named.
    #[schema(example = "H52.10.5", max_length = 35)]
    processing_agency: Option<String>,
    /// The vault of an organisation; one's own if none is named.
    vault_id: Option<VaultId>,
    /// At the counter: identity number or organisation code of the owner.
    #[schema(example = "001099012345", max_length = 35)]
    owner_identity: Option<String>,
    /// At the counter: the owner's name, where there is no vault yet. It is made.
    #[schema(example = "Nguyễn Thị Hoa", max_length = 200)]
    owner_name: Option<String>,
    /// At the counter: who hands it in, if not the owner.
    submitter: Option<NewSubmitter>,
    /// Codes of the procedure's conditions that are answered with yes.
    #[serde(default)]
    #[schema(example = json!(["authorised"]), max_items = 100)]
    conditions: Vec<String>,
    #[serde(default)]
    contact: NewContact,
    /// What it is about.
    #[schema(example = "Đăng ký khai sinh cho con trai", max_length = 2000)]
    summary: Option<String>,
}

fn phone(text: &str) -> Result<Phone> {
    Phone::parse(text).map_err(|_| Problem::field("contact.phone", "malformed"))
}

fn email(text: &str) -> Result<Email> {
    Email::parse(text).map_err(|_| Problem::field("contact.email", "malformed"))
}

impl NewDossierBody {
    fn parse(self) -> Result<NewDossier> {
        let name = |field: &'static str, text: &str| {
            FullName::parse(text).map_err(|_| Problem::field(field, "malformed"))
        };
        let owner = match (self.vault_id, self.owner_identity) {
            (Some(_), Some(_)) => return Err(Problem::field("owner_identity", "with_vault")),
            (vault, None) => OwnerOf::Vault(vault),
            (None, Some(code)) => {
                let known = self.owner_name.as_deref().map(|text| name("owner_name", text));
                OwnerOf::Named { code, name: known.transpose()? }
            }
        };
        let submitter = match self.submitter {
            None => None,
            Some(submitter) => {
                let number = submitter.identity_number.as_deref().map(IdentityNumber::parse).transpose();
                let number = number.map_err(|_| Problem::field("submitter.identity_number", "malformed"))?;
                Some((name("submitter.name", &submitter.name)?, number))
            }
        };
        Ok(NewDossier {
            procedure: self.procedure,
            owner,
            receiving_agency: self.receiving_agency,
            processing_agency: self.processing_agency,
            conditions: self.conditions,
            contact: Contact {
                phone: self.contact.phone.as_deref().map(phone).transpose()?,
                email: self.contact.email.as_deref().map(email).transpose()?,
                address: self.contact.address,
            },
            summary: self.summary,
            submitter,
        })
    }
}

pub(super) fn detail(kho: &Kho, page: DossierPage) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(page.named.dossier.rev)))
        .json(DossierDetail::new(kho, page))
}

/// Open a dossier
///
/// As a draft, which only its owner's side sees. An officer opens one at the counter for whoever stands there: with `owner_identity`, for an
/// agency of the officer's, and with the purpose in `Kho-Purpose`.
#[utoipa::path(tag = "dossiers", request_body = NewDossierBody,
    params(("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 201, description = "The dossier", body = DossierDetail),
        (status = 422, description = "`invalid_input`: what is wrong with `procedure`, the agencies or the contact",
            body = ProblemBody, content_type = "application/problem+json")))]
#[post("/dossiers")]
pub async fn open_dossier(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewDossierBody>,
) -> Result<HttpResponse> {
    let page = kho.open_dossier(&caller.0, body.into_inner().parse()?).await?;
    Ok(HttpResponse::Created()
        .insert_header(("ETag", etag(page.named.dossier.rev)))
        .insert_header(("Location", format!("/api/v1/dossiers/{}", page.named.dossier.id)))
        .json(DossierDetail::new(&kho, page)))
}

/// One page of dossiers, last changed first.
#[derive(Serialize, ToSchema)]
pub struct DossierList {
    pub items: Vec<DossierBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

impl DossierList {
    pub fn new(kho: &Kho, page: Page<NamedDossier>) -> Self {
        Self {
            next_cursor: page.next.map(|cursor| cursor.encode()),
            items: page.items.into_iter().map(|named| DossierBody::new(kho, named)).collect(),
        }
    }
}

pub(super) fn state(text: Option<&str>) -> Result<Option<State>> {
    let parse = |text| State::parse(text).ok_or_else(|| Problem::field("state", "unknown"));
    text.map(parse).transpose()
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossiersQuery {
    /// Whose: one's own vault if none is named.
    vault: Option<VaultId>,
    /// Only those in this state.
    #[param(example = "received")]
    state: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An owner's dossiers
///
/// Last changed first.
#[utoipa::path(tag = "dossiers", params(DossiersQuery),
    responses((status = 200, description = "A page", body = DossierList)))]
#[get("/dossiers")]
pub async fn list_dossiers(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<DossiersQuery>,
) -> Result<HttpResponse> {
    let DossiersQuery { vault, state: wanted, limit, cursor } = query.into_inner();
    let page = ListQuery { limit, cursor }.page("-updated_at")?;
    let page = kho.list_dossiers(&caller.0, vault, state(wanted.as_deref())?, &page).await?;
    Ok(HttpResponse::Ok().json(DossierList::new(&kho, page)))
}

/// Details of a dossier
///
/// Its components with their papers, its moves, and what the caller may do next. An officer names the purpose in `Kho-Purpose`; the look is
/// kept in the owner's trail.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "The dossier", body = DossierDetail)))]
#[get("/dossiers/{dossier}")]
pub async fn view_dossier(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
) -> Result<HttpResponse> {
    let page = kho.view_dossier(&caller.0, *dossier).await?;
    Ok(detail(&kho, page))
}

/// What to change of the contact; absent fields stay, `null` clears.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "0912 345 678", max_length = 30)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "hoa.nguyen@example.vn", max_length = 254)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "Thôn 3, xã Hòa Đồng", max_length = 500)]
    address: Option<Option<String>>,
}

/// What to change of a dossier; absent fields stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierPatch {
    /// All conditions that are answered with yes.
    #[schema(example = json!(["authorised"]), max_items = 100)]
    conditions: Option<Vec<String>>,
    #[serde(default)]
    contact: ContactPatch,
    /// What it is about; `null` clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 2000, example = "Đăng ký khai sinh cho con trai")]
    summary: Option<Option<String>>,
}

/// Change a dossier
///
/// While it is a draft, or a supplement is asked for.
#[utoipa::path(tag = "dossiers", request_body = DossierPatch,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "The dossier as it is now", body = DossierDetail),
        (status = 409, description = "`dossier_locked`: it was handed in", body = ProblemBody,
            content_type = "application/problem+json")))]
#[patch("/dossiers/{dossier}")]
pub async fn update_dossier(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
    seen: IfMatch,
    body: web::Json<DossierPatch>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let changes = DossierChanges {
        conditions: body.conditions,
        phone: body.contact.phone.map(|text| text.as_deref().map(phone).transpose()).transpose()?,
        email: body.contact.email.map(|text| text.as_deref().map(email).transpose()).transpose()?,
        address: body.contact.address,
        summary: body.summary,
    };
    let page = kho.update_dossier(&caller.0, *dossier, seen.0, changes).await?;
    Ok(detail(&kho, page))
}

/// A move of a dossier.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMoveBody {
    r#move: Move,
    /// `refuse` needs one of wrong_agency, not_eligible, not_supplemented, duplicate, false_statements, other; `ask_supplement` one of
    /// papers_missing, papers_refused, form_incomplete, contradictory, original_needed, fee_unpaid, other.
    #[schema(example = "papers_missing", max_length = 100)]
    reason_code: Option<String>,
    /// What is told with it; needed with the reason `other`.
    #[schema(example = "Thiếu giấy chứng sinh.", max_length = 2000)]
    note: Option<String>,
}

/// Move a dossier on
///
/// The owner's side submits, supplements and withdraws; officers of its agencies do the others, and at the counter all. `submit` is checked for
/// completeness. `If-Match` is checked where it is sent.
#[utoipa::path(tag = "dossiers", request_body = NewMoveBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "The dossier as it is now", body = DossierDetail),
        (status = 409, description = "`move_not_allowed` in its state; or `dossier_incomplete`, whose `components` name each \
            component with its `state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/dossiers/{dossier}/moves")]
pub async fn move_dossier(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
    seen: IfMatch,
    body: web::Json<NewMoveBody>,
) -> Result<HttpResponse> {
    let NewMoveBody { r#move, reason_code, note } = body.into_inner();
    let wanted = WantedMove { wanted: r#move, reason_code, note };
    let page = kho.move_dossier(&caller.0, *dossier, seen.0, wanted).await?;
    Ok(detail(&kho, page))
}

/// How a component stands, with a sentence for people.
#[derive(Serialize, ToSchema)]
pub struct StandingBody {
    #[serde(flatten)]
    pub standing: ComponentStanding,
    /// The same in one sentence.
    pub sentence: Words,
}

/// Whether a dossier is complete.
#[derive(Serialize, ToSchema)]
pub struct CompletenessBody {
    /// Whether it can be submitted.
    #[schema(example = false)]
    pub complete: bool,
    /// In the procedure's order.
    pub components: Vec<StandingBody>,
}

/// What a dossier lacks
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "How each component stands", body = CompletenessBody)))]
#[get("/dossiers/{dossier}/completeness")]
pub async fn view_completeness(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
) -> Result<HttpResponse> {
    let (found, procedure) = kho.view_completeness(&caller.0, *dossier).await?;
    let components = found.components.into_iter().map(|standing| StandingBody {
        sentence: words::of_component(&standing.state, &procedure),
        standing,
    });
    Ok(HttpResponse::Ok()
        .json(CompletenessBody { complete: found.complete, components: components.collect() }))
}
