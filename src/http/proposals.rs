//! Which papers of an owner answer the components of a dossier.

use actix_web::{HttpResponse, get, web};
use kho_mapping::catalogue::Words;
use kho_mapping::fit::{Obstacle, Reason};
use kho_mapping::words;
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Caller;
use super::problem::ProblemBody;
use crate::db::attachment::Candidate;
use crate::domain::id::{DossierId, EntryId};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::mapping::proposals::DossierProposals;

/// A paper of the vault, as proposals show it.
#[derive(Serialize, ToSchema)]
pub struct ProposedPaper {
    pub entry_id: EntryId,
    /// The number of the version that would be pinned.
    #[schema(example = 2)]
    pub version: i32,
    #[schema(example = "Giấy khai sinh của Nguyễn Văn An")]
    pub title: String,
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<chrono::NaiveDate>,
    pub expires_on: Option<chrono::NaiveDate>,
    #[schema(example = 2)]
    pub trust_level: i16,
    #[schema(example = "valid")]
    pub verdict: Option<String>,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    /// Whether there is a picture of it.
    #[schema(example = true)]
    pub has_thumbnail: bool,
    /// Components of this dossier that it is attached to.
    #[schema(example = json!(["C1"]))]
    pub attached_to: Vec<String>,
}

/// A paper that answers a component.
#[derive(Serialize, ToSchema)]
pub struct FittingBody {
    #[serde(flatten)]
    pub paper: ProposedPaper,
    /// Why it is proposed.
    pub reason: Reason,
    /// The same in one sentence.
    pub sentence: Words,
}

/// What keeps a paper out, with a sentence for people.
#[derive(Serialize, ToSchema)]
pub struct ObstacleBody {
    #[serde(flatten)]
    pub obstacle: Obstacle,
    /// The same in one sentence.
    pub sentence: Words,
}

/// A paper of the right type that something keeps out.
#[derive(Serialize, ToSchema)]
pub struct NearBody {
    #[serde(flatten)]
    pub paper: ProposedPaper,
    /// What is in the way.
    pub obstacles: Vec<ObstacleBody>,
}

/// What is proposed for a component.
#[derive(Serialize, ToSchema)]
pub struct ComponentProposalsBody {
    #[schema(example = "C1")]
    pub component_code: String,
    /// Best first, at most fifty.
    pub fitting: Vec<FittingBody>,
    /// Of the right type, with what is in the way; for the owner's side alone.
    pub near: Vec<NearBody>,
}

/// What is proposed for a dossier.
#[derive(Serialize, ToSchema)]
pub struct ProposalsBody {
    /// In the procedure's order.
    pub components: Vec<ComponentProposalsBody>,
}

impl From<DossierProposals> for ProposalsBody {
    fn from(proposals: DossierProposals) -> Self {
        let DossierProposals { components, attached, types, .. } = proposals;
        let paper = |candidate: Candidate| {
            let components = attached.iter().filter(|(entry, _)| *entry == candidate.entry_id);
            ProposedPaper {
                entry_id: candidate.entry_id,
                version: candidate.version_number,
                title: candidate.title.unwrap_or(candidate.name),
                type_code: candidate.type_code,
                number: candidate.number,
                authority: candidate.authority,
                issued_on: candidate.issued_on,
                expires_on: candidate.expires_on,
                trust_level: candidate.trust_level,
                verdict: candidate.verdict,
                media_type: candidate.media_type,
                size_bytes: candidate.size_bytes,
                has_thumbnail: candidate.thumbnail_id.is_some(),
                attached_to: components.map(|(_, component)| component.clone()).collect(),
            }
        };
        let type_name = |code: &str| {
            let known = types.iter().find(|kind| kind.code == code).map(|kind| kind.name.clone());
            known.unwrap_or_else(|| Words { vi: code.to_owned(), en: code.to_owned() })
        };
        let components = components.into_iter().map(|found| ComponentProposalsBody {
            component_code: found.component,
            fitting: found
                .fitting
                .into_iter()
                .map(|(candidate, proposal)| FittingBody {
                    sentence: words::of_proposal(&proposal.reason, &type_name(&proposal.reason.type_code)),
                    reason: proposal.reason,
                    paper: paper(candidate),
                })
                .collect(),
            near: found
                .near
                .into_iter()
                .map(|(candidate, near)| NearBody {
                    paper: paper(candidate),
                    obstacles: near
                        .obstacles
                        .into_iter()
                        .map(|obstacle| ObstacleBody { sentence: words::of_obstacle(&obstacle), obstacle })
                        .collect(),
                })
                .collect(),
        });
        Self { components: components.collect() }
    }
}

/// Papers that answer the components
///
/// Of the dossier's vault, by the rules that it was opened under: those that fit, best first and with the reason, and those that nearly do, with
/// what is in the way. An officer needs a live consent, sees those that fit, and the look is kept in the owner's trail.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "Proposals for each component", body = ProposalsBody),
        (status = 403, description = "`consent_needed`, `purpose_missing` or `not_allowed`", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/dossiers/{dossier}/proposals")]
pub async fn list_proposals(
    kho: web::Data<Kho>,
    caller: Caller,
    dossier: web::Path<DossierId>,
) -> Result<HttpResponse> {
    let proposals = kho.propose_papers(&caller.0, *dossier).await?;
    Ok(HttpResponse::Ok().json(ProposalsBody::from(proposals)))
}
