//! Codes of versions that owners give instead of copies, and what they stand for.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use chrono::{DateTime, Utc};
use kho_mapping::catalogue::Words;
use kho_mapping::dossier::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attachment_body::AttachmentState;
use super::content;
use super::dossier_body::NamedItem;
use super::extract::{Caller, ListQuery, channel};
use super::paper_requests::PaperRequestStanding;
use super::problem::ProblemBody;
use crate::db::citation::NamedUse;
use crate::domain::citation::CitationCode;
use crate::domain::id::{CitationUseId, DossierId, EntryId, VaultId};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_citation::is_agreed;
use crate::services::mapping::citations::ListedCitation;
use crate::services::mapping::cited::CitedPaper;

/// On what ground somebody sees a cited paper, or how far that is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CitationUseStanding {
    /// Within a dossier of the owner's.
    InDossier,
    /// The owner was asked and has not answered.
    Asked,
    /// The owner agreed; to be seen it holds for seven days, in a dossier while that is open.
    Agreed,
    /// That is over.
    Ended,
    /// The owner declined, or took it back.
    Declined,
    /// Whoever asked took it back.
    Withdrawn,
}

/// Somebody who saw a cited paper, or asks to.
#[derive(Serialize, ToSchema)]
pub struct CitationUseBody {
    pub id: CitationUseId,
    pub standing: CitationUseStanding,
    /// For which agency.
    pub agency: NamedItem,
    /// The officer or program.
    #[schema(example = "Trần Văn Nam")]
    pub by_name: String,
    /// For what.
    #[schema(example = "Tiếp nhận và giải quyết hồ sơ")]
    pub purpose: String,
    /// What the dossier asks for.
    pub procedure: Option<NamedItem>,
    /// Where it is asked for in somebody else's dossier: what it answers there.
    pub component: Option<NamedItem>,
    /// Of what was attached when the owner agreed to that. The owner may take it back while it is `attached`.
    pub attachment_state: Option<AttachmentState>,
    pub dossier_id: Option<DossierId>,
    /// Code of the dossier.
    #[schema(example = "H52.10.5-261126-0001-M")]
    pub dossier_code: Option<String>,
    /// When it was seen first, or asked for.
    pub at: DateTime<Utc>,
    /// When the owner answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was seen last.
    pub last_at: Option<DateTime<Utc>>,
    /// How often it was seen.
    #[schema(example = 2)]
    pub times: i32,
}

impl CitationUseBody {
    fn new(kho: &Kho, named: NamedUse) -> Self {
        let now = kho.clock.now();
        let for_dossier = named.used.component_code.as_ref().map(|_| PaperRequestStanding::of(&named));
        let is_open = named.dossier_state.as_deref().and_then(State::parse).is_some_and(State::is_open);
        let known = kho.catalogue_last_seen();
        let procedure = named.procedure_code.as_deref().and_then(|code| known.procedures.get(code));
        let plain = |text: &str| Words { vi: text.to_owned(), en: text.to_owned() };
        let component = named.used.component_code.as_ref().map(|code| {
            let of_code = procedure.and_then(|one| one.components.iter().find(|one| one.code == *code));
            let name = of_code.map_or_else(|| plain(code), |component| component.name.clone());
            NamedItem { code: code.clone(), name }
        });
        let procedure = named.procedure_code.map(|code| {
            let own = || plain(named.procedure_name.as_deref().unwrap_or(&code));
            NamedItem { name: procedure.map_or_else(own, |procedure| procedure.name.clone()), code }
        });
        let used = named.used;
        let standing = match (used.dossier_id, used.allowed) {
            _ if for_dossier.is_some() => match for_dossier {
                Some(PaperRequestStanding::Waiting) => CitationUseStanding::Asked,
                Some(PaperRequestStanding::Given) if is_open => CitationUseStanding::Agreed,
                Some(PaperRequestStanding::Declined) => CitationUseStanding::Declined,
                Some(PaperRequestStanding::Withdrawn) => CitationUseStanding::Withdrawn,
                _ => CitationUseStanding::Ended,
            },
            (Some(_), _) => CitationUseStanding::InDossier,
            (None, None) => CitationUseStanding::Asked,
            (None, Some(false)) => CitationUseStanding::Declined,
            (None, Some(true)) if is_agreed(&used, now) => CitationUseStanding::Agreed,
            (None, Some(true)) => CitationUseStanding::Ended,
        };
        Self {
            id: used.id,
            standing,
            agency: NamedItem {
                code: named.agency_code,
                name: Words { vi: named.agency_name, en: named.agency_name_en },
            },
            by_name: used.by_name,
            purpose: used.purpose,
            procedure,
            attachment_state: named.attachment_state.as_deref().map(AttachmentState::of),
            // Whose dossier it is, is not the owner's of the paper.
            dossier_id: used.dossier_id.filter(|_| component.is_none()),
            component,
            dossier_code: named.dossier_code,
            at: used.at,
            answered_at: used.answered_at,
            last_at: used.last_at,
            times: used.times,
        }
    }
}

/// A citation, as its owner sees it.
#[derive(Serialize, ToSchema)]
pub struct CitationBody {
    /// What is given instead of a copy.
    #[schema(example = "K3MT-7PXC-9FHJ")]
    pub code: String,
    /// The same as an address that never changes; the text of the QR code.
    #[schema(example = "https://kho.example.vn/c/K3MT-7PXC-9FHJ")]
    pub uri: String,
    /// The document.
    pub entry_id: EntryId,
    #[schema(example = "Giấy khai sinh của Nguyễn Văn An")]
    pub title: String,
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    /// The number of the version that is cited.
    #[schema(example = 1)]
    pub version: i32,
    /// The number of the document's newest version.
    #[schema(example = 2)]
    pub newest_version: i32,
    pub created_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Who saw it, or asks to: the newest twenty.
    pub uses: Vec<CitationUseBody>,
}

impl CitationBody {
    fn new(kho: &Kho, listed: ListedCitation) -> Self {
        let citation = listed.named.citation;
        Self {
            uri: uri(kho, &citation.code),
            code: citation.code,
            entry_id: citation.entry_id,
            title: listed.named.title,
            type_code: listed.named.type_code,
            version: listed.named.version_number,
            newest_version: listed.named.newest_version,
            created_at: citation.created_at,
            withdrawn_at: citation.withdrawn_at,
            uses: listed.uses.into_iter().map(|used| CitationUseBody::new(kho, used)).collect(),
        }
    }
}

fn uri(kho: &Kho, code: &str) -> String {
    format!("{}/c/{code}", kho.settings.public_url)
}

/// Cite a version
///
/// Gives the code of a version, to be handed on instead of a copy. A version has one: asked for again, it is the same, until it is withdrawn. For the
/// owner's side, with the right to share.
#[utoipa::path(tag = "citations", params(("entry" = EntryId, Path, description = "The document"),
        ("number" = i32, Path, description = "The version", example = 1)),
    responses((status = 201, description = "The citation", body = CitationBody),
        (status = 200, description = "It was there", body = CitationBody)))]
#[post("/entries/{entry}/versions/{number}/citation")]
pub async fn create_citation(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(EntryId, i32)>,
) -> Result<HttpResponse> {
    let (entry, number) = path.into_inner();
    let made = kho.make_citation(&caller.0, entry, number).await?;
    let body = CitationBody::new(&kho, made.listed);
    let mut answer = if made.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.insert_header(("Location", format!("/api/v1/citations/{}", body.code))).json(body))
}

/// One page of citations, the newest first.
#[derive(Serialize, ToSchema)]
pub struct CitationList {
    pub items: Vec<CitationBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CitationsQuery {
    /// Whose: one's own vault if none is named.
    vault: Option<VaultId>,
    /// Only those of this document.
    entry: Option<EntryId>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An owner's citations
///
/// The newest first, withdrawn ones too, with who saw what they stand for.
#[utoipa::path(tag = "citations", params(CitationsQuery),
    responses((status = 200, description = "A page", body = CitationList)))]
#[get("/citations")]
pub async fn list_citations(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<CitationsQuery>,
) -> Result<HttpResponse> {
    let CitationsQuery { vault, entry, limit, cursor } = query.into_inner();
    let page = ListQuery { limit, cursor }.page("-updated_at")?;
    let page = kho.list_citations(&caller.0, vault, entry, &page).await?;
    Ok(HttpResponse::Ok().json(CitationList {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|listed| CitationBody::new(&kho, listed)).collect(),
    }))
}

/// What a code stands for.
#[derive(Serialize, ToSchema)]
pub struct CitedPaperBody {
    /// Whose paper it is.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub owner_name: String,
    #[schema(example = "Giấy khai sinh của Nguyễn Văn An")]
    pub title: String,
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<chrono::NaiveDate>,
    pub expires_on: Option<chrono::NaiveDate>,
    /// The number of the version that is cited.
    #[schema(example = 1)]
    pub version: i32,
    /// The number of the document's newest version; greater where the owner has a newer one.
    #[schema(example = 2)]
    pub newest_version: i32,
    /// Whether its issuer put another paper in its place.
    #[schema(example = false)]
    pub superseded: bool,
    /// Why its issuer took its validity away, where that is so.
    #[schema(example = "Cấp sai thông tin")]
    pub revoked_reason: Option<String>,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    /// SHA-256 of the bytes in hexadecimal.
    pub sha256: String,
    /// Of this very version.
    #[schema(example = 2)]
    pub trust_level: i16,
    /// The conclusion about the signatures of this very version.
    #[schema(example = "valid")]
    pub verdict: Option<String>,
    /// Where its bytes are.
    #[schema(example = "/api/v1/citations/K3MT-7PXC-9FHJ/content")]
    pub content: String,
    /// Codes of the dossier's components that take papers of this type.
    #[schema(example = json!(["C1"]))]
    pub components: Vec<String>,
}

/// What is told of a code.
#[derive(Serialize, ToSchema)]
pub struct CitationAnswer {
    /// As it is written.
    #[schema(example = "K3MT-7PXC-9FHJ")]
    pub code: String,
    /// The same as an address.
    #[schema(example = "https://kho.example.vn/c/K3MT-7PXC-9FHJ")]
    pub uri: String,
    /// None for whoever may not see it: the code is to be given to an agency. It may stand for nothing.
    pub paper: Option<CitedPaperBody>,
}

impl CitationAnswer {
    /// `content` is the address of the bytes.
    pub(in crate::http) fn new(
        kho: &Kho,
        code: &CitationCode,
        found: Option<CitedPaper>,
        content: String,
    ) -> Self {
        Self {
            code: code.as_str().to_owned(),
            uri: uri(kho, code.as_str()),
            paper: found.map(|CitedPaper { paper, newest_version, owner_name, components, .. }| {
                CitedPaperBody {
                    owner_name,
                    title: paper.title.unwrap_or(paper.name),
                    type_code: paper.type_code,
                    number: paper.number,
                    authority: paper.authority,
                    issued_on: paper.issued_on,
                    expires_on: paper.expires_on,
                    version: paper.version_number,
                    newest_version,
                    superseded: paper.superseded_by.is_some(),
                    revoked_reason: paper.revoked_reason,
                    media_type: paper.media_type,
                    size_bytes: paper.size_bytes,
                    sha256: data_encoding::HEXLOWER.encode(&paper.sha256),
                    trust_level: paper.trust_level,
                    verdict: paper.verdict,
                    content,
                    components,
                }
            }),
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CitationQuery {
    /// The dossier for which an officer asks.
    dossier: Option<DossierId>,
}

/// What a code stands for
///
/// For the owner's side, and for officers, with a purpose, within a dossier of the same owner that is open and of their agency, or after the owner
/// agreed. Everybody else, signed in or not, is told the same of every code that is well formed: that it is to be given to an agency. Every look,
/// and every refusal, is kept in the owner's trail.
#[utoipa::path(tag = "citations", security((), ("session" = []), ("token" = [])), params(
        ("code" = String, Path, description = "The code, with or without dashes", example = "K3MT-7PXC-9FHJ", max_length = 300),
        CitationQuery,
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "What is told of it", body = CitationAnswer),
        (status = 403, description = "`citation_not_confirmed`: another owner's, who did not agree; `purpose_missing`; `not_allowed`: the dossier is closed",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_input`: `check_sign`, a slip in the code; `malformed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/citations/{code}")]
pub async fn resolve_citation(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Result<Caller, Problem>,
    code: web::Path<String>,
    query: web::Query<CitationQuery>,
) -> Result<HttpResponse> {
    let (code, found) = match caller {
        Ok(caller) => kho.resolve_citation(&caller.0, &code, query.dossier).await?,
        Err(problem) if problem.code == Code::NotSignedIn => {
            (kho.check_citation(&code, &channel(&request, "page").address)?, None)
        }
        Err(problem) => return Err(problem),
    };
    let within = match found.as_ref().and_then(|found| found.dossier_id) {
        Some(dossier) => format!("?dossier={dossier}"),
        None => String::new(),
    };
    let content = format!("/api/v1/citations/{}/content{within}", code.as_str());
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(CitationAnswer::new(&kho, &code, found, content)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CitedContentQuery {
    /// The dossier for which an officer asks.
    dossier: Option<DossierId>,
    /// `true` shows types that are safe to show in the browser; others are downloaded all the same.
    #[serde(default)]
    inline: bool,
}

/// Download what a code stands for
///
/// Exactly the version that is cited; for whoever may see it. Every download is kept in the owner's trail, with the purpose.
#[utoipa::path(tag = "citations", params(
        ("code" = String, Path, description = "The code, with or without dashes", example = "K3MT-7PXC-9FHJ", max_length = 300),
        CitedContentQuery,
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers"),
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/citations/{code}/content")]
pub async fn download_cited(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<CitedContentQuery>,
) -> Result<HttpResponse> {
    let content = kho.open_cited(&caller.0, &code, query.dossier, content::asked(&request)).await?;
    content::answer(&kho, &request, &content, query.inline).await
}

/// Withdraw a citation
///
/// The code leads nowhere any more, and never to another paper. What came into a dossier by it stays there.
#[utoipa::path(tag = "citations", params(
        ("code" = String, Path, description = "The code", example = "K3MT-7PXC-9FHJ", max_length = 300)),
    responses((status = 204, description = "It leads nowhere any more")))]
#[delete("/citations/{code}")]
pub async fn withdraw_citation(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
) -> Result<HttpResponse> {
    kho.withdraw_citation(&caller.0, &code).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// For whom an officer asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCitationRequestBody {
    /// Code of an agency of the officer's; may be left out where there is only one.
    #[schema(example = "H52.10.5", max_length = 35)]
    agency: Option<String>,
}

/// Ask the owner
///
/// For officers, with a purpose, where there is no dossier of the owner's. The owner gets a notice and agrees or declines among the own citations.
#[utoipa::path(tag = "citations", request_body = NewCitationRequestBody, params(
        ("code" = String, Path, description = "The code", example = "K3MT-7PXC-9FHJ", max_length = 300),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 201, description = "The owner was asked", body = CitationUseBody),
        (status = 200, description = "The owner was asked before", body = CitationUseBody),
        (status = 409, description = "`owner_not_reachable`: the owner has no account", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/citations/{code}/requests")]
pub async fn ask_for_cited(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    body: web::Json<NewCitationRequestBody>,
) -> Result<HttpResponse> {
    let (asked, is_new) = kho.ask_for_cited(&caller.0, &code, body.agency.as_deref()).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(CitationUseBody::new(&kho, asked)))
}

/// What the owner says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CitationRequestAnswer {
    /// Whether the officer may see the paper, for seven days; of a paper for a dossier, whether it is given to it.
    #[schema(example = true)]
    allowed: bool,
}

/// Answer who asks
///
/// For the owner's side, with the right to share. It may be answered otherwise later; what was given to a dossier may be taken back until an officer
/// decided about it.
#[utoipa::path(tag = "citations", request_body = CitationRequestAnswer, params(
        ("code" = String, Path, description = "The code", example = "K3MT-7PXC-9FHJ", max_length = 300),
        ("request" = CitationUseId, Path, description = "What was asked")),
    responses((status = 200, description = "As it stands now", body = CitationUseBody),
        (status = 409, description = "`attachment_decided` or `dossier_locked`", body = ProblemBody, content_type = "application/problem+json")))]
#[put("/citations/{code}/requests/{request}")]
pub async fn answer_request(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, CitationUseId)>,
    body: web::Json<CitationRequestAnswer>,
) -> Result<HttpResponse> {
    let (code, request) = path.into_inner();
    let answered = kho.answer_request(&caller.0, &code, request, body.allowed).await?;
    Ok(HttpResponse::Ok().json(CitationUseBody::new(&kho, answered)))
}
