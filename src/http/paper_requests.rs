//! Papers of others that are asked for by their citation codes, for the components of a dossier.

use actix_web::{HttpResponse, delete, post, web};
use chrono::{DateTime, Utc};
use kho_mapping::dossier::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Caller;
use super::problem::ProblemBody;
use crate::db::citation::NamedUse;
use crate::domain::id::{AttachmentId, CitationUseId, DossierId};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::mapping::others_papers::is_waiting;

/// How a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperRequestStanding {
    /// The paper's owner was asked and has not answered.
    Waiting,
    /// The paper's owner agreed, and it was attached.
    Given,
    /// The paper's owner declined, or took it back.
    Declined,
    /// It was taken back before there was an answer.
    Withdrawn,
    /// No answer came while there could be one.
    Ended,
}

impl PaperRequestStanding {
    pub fn of(asked: &NamedUse) -> Self {
        let state = asked.dossier_state.as_deref().and_then(State::parse);
        let is_open = state.is_some_and(|state| state.is_open() && state != State::Decided);
        match asked.used.allowed {
            Some(true) => Self::Given,
            Some(false) => Self::Declined,
            None if asked.used.withdrawn_at.is_some() => Self::Withdrawn,
            None if is_waiting(asked) && is_open => Self::Waiting,
            None => Self::Ended,
        }
    }
}

/// A paper of somebody else that was asked for. Whose it is, is told when its owner agreed.
#[derive(Serialize, ToSchema)]
pub struct PaperRequestBody {
    pub id: CitationUseId,
    #[schema(example = "C1")]
    pub component_code: String,
    /// The code by which it was asked for.
    #[schema(example = "K3MT-7PXC-9FHJ")]
    pub citation: String,
    pub standing: PaperRequestStanding,
    /// Who asked.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub by_name: String,
    pub at: DateTime<Utc>,
    /// When the paper's owner answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// What was attached when the paper's owner agreed.
    pub attachment_id: Option<AttachmentId>,
}

impl From<NamedUse> for PaperRequestBody {
    fn from(asked: NamedUse) -> Self {
        Self {
            standing: PaperRequestStanding::of(&asked),
            id: asked.used.id,
            component_code: asked.used.component_code.unwrap_or_default(),
            citation: asked.code,
            by_name: asked.used.by_name,
            at: asked.used.at,
            answered_at: asked.used.answered_at,
            attachment_id: asked.used.attachment_id,
        }
    }
}

/// Whose paper is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPaperRequestBody {
    /// The citation code of a version of somebody else's paper.
    #[schema(example = "K3MT-7PXC-9FHJ", max_length = 300)]
    citation: String,
}

/// Ask for a paper of somebody else
///
/// Such as the householder's, by the citation code that its owner gave. The owner gets a notice with procedure, agency and the name of who asks, and
/// agrees or declines among the own citations; agreeing attaches the version that was cited. For the dossier's own side while papers may be attached,
/// and for its officers. Asking again while there is no answer changes nothing.
#[utoipa::path(tag = "dossiers", request_body = NewPaperRequestBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("component" = String, Path, description = "Code of the component", example = "C1"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 201, description = "The owner was asked", body = PaperRequestBody),
        (status = 200, description = "The owner was asked before", body = PaperRequestBody),
        (status = 409, description = "`dossier_locked`, or `owner_not_reachable`: the owner has no account", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid_input`: a slip in the code, or `own_paper`: attach it", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/dossiers/{dossier}/components/{component}/requests")]
pub async fn ask_for_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, String)>,
    body: web::Json<NewPaperRequestBody>,
) -> Result<HttpResponse> {
    let (dossier, component) = path.into_inner();
    let (asked, is_new) = kho.ask_for_paper(&caller.0, dossier, &component, &body.citation).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(PaperRequestBody::from(asked)))
}

/// Take such a request back
///
/// While there is no answer; one that was answered stays as it is, and what was attached by it is taken out as every paper is.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("request" = CitationUseId, Path, description = "What was asked"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 204, description = "Nobody is asked any more")))]
#[delete("/dossiers/{dossier}/requests/{request}")]
pub async fn withdraw_paper_request(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, CitationUseId)>,
) -> Result<HttpResponse> {
    let (dossier, request) = path.into_inner();
    kho.withdraw_paper_request(&caller.0, dossier, request).await?;
    Ok(HttpResponse::NoContent().finish())
}
