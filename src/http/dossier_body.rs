//! Dossiers as the API shows them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::catalogue::{Component, DocumentType, Need, Words};
use kho_mapping::completeness::ComponentStanding;
use kho_mapping::dossier::{Move, State};
use kho_mapping::reasons::{RefusalReason, SupplementReason};
use kho_mapping::words;
use serde::Serialize;
use utoipa::ToSchema;

use super::attachment_body::AttachmentBody;
use super::consents::ConsentBody;
use super::paper_requests::PaperRequestBody;
use crate::db::dossier_list::NamedDossier;
use crate::db::dossier_move::DossierMove;
use crate::domain::id::{DossierId, VaultId};
use crate::services::Kho;
use crate::services::gate_dossier::is_in_dossier;
use crate::services::mapping::dossier_pages::{DossierPage, Possible};

/// An item of the catalogue by code and name.
#[derive(Serialize, ToSchema)]
pub struct NamedItem {
    #[schema(example = "birth-certificate")]
    pub code: String,
    /// In both languages.
    pub name: Words,
}

/// Whose dossier it is.
#[derive(Serialize, ToSchema)]
pub struct DossierOwner {
    pub vault_id: VaultId,
    /// `person` or `organisation`.
    #[schema(example = "person")]
    pub kind: String,
    /// Identity number of a person, code of an organisation.
    #[schema(example = "001099012345")]
    pub code: String,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub name: String,
}

/// Who handed it in.
#[derive(Serialize, ToSchema)]
pub struct DossierSubmitter {
    #[schema(example = "Nguyễn Thị Hoa")]
    pub name: String,
    /// Where it is known.
    #[schema(example = "001099012345")]
    pub identity_number: Option<String>,
}

/// How to reach whoever asks.
#[derive(Serialize, ToSchema)]
pub struct DossierContact {
    #[schema(example = "+84912345678")]
    pub phone: Option<String>,
    #[schema(example = "hoa.nguyen@example.vn")]
    pub email: Option<String>,
    #[schema(example = "Thôn 3, xã Hòa Đồng")]
    pub address: Option<String>,
}

/// A dossier, as lists show it.
#[derive(Serialize, ToSchema)]
pub struct DossierBody {
    pub id: DossierId,
    /// What people write and scan; its last sign is a check sign.
    #[schema(example = "H52.10.5-261126-0001-M")]
    pub code: String,
    /// What it asks for.
    pub procedure: NamedItem,
    pub owner: DossierOwner,
    pub submitter: DossierSubmitter,
    /// The agency that takes it in.
    pub receiving_agency: NamedItem,
    /// The agency that decides.
    pub processing_agency: NamedItem,
    /// `online`, `counter` or `system`.
    #[schema(example = "online")]
    pub channel: String,
    pub contact: DossierContact,
    /// What it is about, in the submitter's words.
    #[schema(example = "Đăng ký khai sinh cho con trai")]
    pub summary: Option<String>,
    /// Codes of the procedure's conditions that were answered with yes.
    #[schema(example = json!(["authorised"]))]
    pub conditions: Vec<String>,
    pub state: Option<State>,
    /// The state in words.
    pub state_name: Option<Words>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    /// The last day on which it is in time.
    pub due_on: Option<NaiveDate>,
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was returned, withdrawn or refused.
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[schema(example = 3)]
    pub rev: i64,
}

impl DossierBody {
    pub fn new(kho: &Kho, named: NamedDossier) -> Self {
        let dossier = named.dossier;
        let known = kho.catalogue_last_seen();
        let name = known.procedures.get(&dossier.procedure_code).map(|procedure| procedure.name.clone());
        let plain = || Words { vi: dossier.procedure_name.clone(), en: dossier.procedure_name.clone() };
        let agency = |code, vi, en| NamedItem { code, name: Words { vi, en } };
        let state = State::parse(&dossier.state);
        Self {
            id: dossier.id,
            conditions: dossier.conditions(),
            procedure: NamedItem { name: name.unwrap_or_else(plain), code: dossier.procedure_code },
            owner: DossierOwner {
                vault_id: dossier.vault_id,
                kind: named.owner_kind,
                code: named.owner_code,
                name: named.owner_name,
            },
            submitter: DossierSubmitter {
                name: dossier.submitter_name,
                identity_number: dossier.submitter_identity,
            },
            receiving_agency: agency(named.receiving_code, named.receiving_name, named.receiving_name_en),
            processing_agency: agency(named.processing_code, named.processing_name, named.processing_name_en),
            channel: dossier.channel,
            contact: DossierContact {
                phone: dossier.contact_phone,
                email: dossier.contact_email,
                address: dossier.contact_address,
            },
            summary: dossier.summary,
            state,
            state_name: state.map(words::of_state),
            submitted_at: dossier.submitted_at,
            received_at: dossier.received_at,
            due_on: dossier.due_on,
            decided_at: dossier.decided_at,
            closed_at: dossier.closed_at,
            created_at: dossier.created_at,
            updated_at: dossier.updated_at,
            rev: dossier.rev,
            code: dossier.code,
        }
    }
}

/// The types of document that answer a component, by name.
pub fn named_types(component: &Component, types: &[Arc<DocumentType>]) -> Vec<NamedItem> {
    let named = component.accepts.iter().map(|code| NamedItem {
        code: code.clone(),
        name: type_named(types, code)
            .map_or_else(|| Words { vi: code.clone(), en: code.clone() }, |kind| kind.name.clone()),
    });
    named.collect()
}

pub(super) fn type_named<'t>(types: &'t [Arc<DocumentType>], code: &str) -> Option<&'t Arc<DocumentType>> {
    types.iter().find(|kind| kind.code == code)
}

/// A component of the procedure, with how it stands in the dossier and the papers in it.
#[derive(Serialize, ToSchema)]
pub struct ComponentBody {
    #[schema(example = "C1")]
    pub code: String,
    /// In both languages.
    pub name: Words,
    pub need: Need,
    /// Code of the condition under which it is needed.
    #[schema(example = "authorised")]
    pub when: Option<String>,
    /// Components of one group are alternatives: one of them is enough.
    #[schema(example = "identity")]
    pub group: Option<String>,
    /// Copies that are asked for on paper.
    #[schema(example = 1)]
    pub copies: u8,
    /// Types of document that answer it; none where it is a form to be filled for this dossier.
    pub accepts: Vec<NamedItem>,
    /// How old the paper may be, as an ISO 8601 duration.
    #[schema(example = "P6M")]
    pub max_age: Option<String>,
    /// The least level of trust.
    #[schema(example = 1)]
    pub min_trust: u8,
    /// What a person should know to bring the right paper.
    pub note: Option<Words>,
    /// How it stands; `blocks` is what keeps the dossier from being complete.
    pub standing: ComponentStanding,
    /// The same in one sentence.
    pub sentence: Words,
    /// By the time at which they were attached.
    pub attachments: Vec<AttachmentBody>,
}

/// A condition of the procedure, asked before it is known which components are needed.
#[derive(Serialize, ToSchema)]
pub struct ConditionBody {
    #[schema(example = "authorised")]
    pub code: String,
    /// In both languages.
    pub question: Words,
    /// Whether it was answered with yes.
    #[schema(example = true)]
    pub yes: bool,
}

/// A move of a dossier from state to state.
#[derive(Serialize, ToSchema)]
pub struct MoveBody {
    /// 1, 2, … within the dossier.
    #[schema(example = 2)]
    pub seq: i32,
    /// None for the opening.
    pub from: Option<State>,
    pub to: Option<State>,
    /// `open`, or the name of a move.
    #[schema(example = "submit")]
    pub r#move: String,
    /// The same in words.
    pub name: Option<Words>,
    pub at: DateTime<Utc>,
    /// Who made it.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub by_name: String,
    /// Whether an officer or a system made it.
    #[schema(example = false)]
    pub by_agency: bool,
    #[schema(example = "papers_missing")]
    pub reason_code: Option<String>,
    /// The reason in words.
    pub reason: Option<Words>,
    /// What was written about it.
    #[schema(example = "Thiếu giấy chứng sinh.")]
    pub note: Option<String>,
}

impl From<DossierMove> for MoveBody {
    fn from(step: DossierMove) -> Self {
        let code = step.reason_code.as_deref();
        let reason = code.and_then(|code| match step.name.as_str() {
            "ask_supplement" => SupplementReason::parse(code).map(words::of_supplement_reason),
            _ => RefusalReason::parse(code).map(words::of_refusal_reason),
        });
        Self {
            seq: step.seq,
            from: step.from_state.as_deref().and_then(State::parse),
            to: State::parse(&step.to_state),
            name: Move::parse(&step.name).map(words::of_move),
            r#move: step.name,
            at: step.at,
            by_name: step.by_name,
            by_agency: step.agency_id.is_some(),
            reason_code: step.reason_code,
            reason,
            note: step.note,
        }
    }
}

/// What the caller may do with the dossier now.
#[derive(Serialize, ToSchema)]
pub struct PossibleBody {
    /// Moves that may be made; `submit` is refused while `complete` is false.
    pub moves: Vec<Move>,
    /// To change conditions, contact and summary.
    #[schema(example = true)]
    pub update: bool,
    /// To attach papers.
    #[schema(example = true)]
    pub attach: bool,
    /// To see which papers of the vault answer.
    #[schema(example = true)]
    pub propose: bool,
    /// To scan papers, and to compare them with their originals.
    #[schema(example = false)]
    pub digitise: bool,
    /// To accept and refuse papers.
    #[schema(example = false)]
    pub decide: bool,
    /// To ask the owner for a code, or to name an authority.
    #[schema(example = false)]
    pub ask_consent: bool,
}

impl From<Possible> for PossibleBody {
    fn from(possible: Possible) -> Self {
        let Possible { moves, update, attach, propose, digitise, decide, ask_consent } = possible;
        Self { moves, update, attach, propose, digitise, decide, ask_consent }
    }
}

/// A dossier with all that its page shows.
#[derive(Serialize, ToSchema)]
pub struct DossierDetail {
    #[serde(flatten)]
    pub dossier: DossierBody,
    /// Days of work that the procedure may take.
    #[schema(example = 5)]
    pub working_days: Option<u16>,
    /// What is asked before it is known which components are needed.
    pub questions: Vec<ConditionBody>,
    /// Whether nothing is missing.
    #[schema(example = false)]
    pub complete: bool,
    /// In the procedure's order.
    pub components: Vec<ComponentBody>,
    /// The first first.
    pub moves: Vec<MoveBody>,
    /// What officers asked of the owner, and what was given, the newest first.
    pub consents: Vec<ConsentBody>,
    /// Papers of others that were asked for by their citation codes, the newest first.
    pub requests: Vec<PaperRequestBody>,
    /// What the caller may do now.
    pub may: PossibleBody,
}

impl DossierDetail {
    pub fn new(kho: &Kho, page: DossierPage) -> Self {
        let DossierPage {
            named,
            procedure,
            types,
            attachments,
            completeness,
            moves,
            consents,
            requests,
            is_officer,
            possible,
        } = page;
        let answered = named.dossier.conditions();
        let questions = procedure.conditions.iter().map(|condition| ConditionBody {
            code: condition.code.clone(),
            question: condition.question.clone(),
            yes: answered.contains(&condition.code),
        });
        let component = |(component, standing): (&Component, ComponentStanding)| {
            let papers = attachments.iter().filter(|one| one.component_code == component.code);
            let papers = papers.filter(|one| !is_officer || is_in_dossier(one)).cloned();
            ComponentBody {
                code: component.code.clone(),
                name: component.name.clone(),
                need: component.need,
                when: component.when.clone(),
                group: component.group.clone(),
                copies: component.copies,
                accepts: named_types(component, &types),
                max_age: component.max_age.map(|age| age.to_string()),
                min_trust: component.min_trust,
                note: component.note.clone(),
                sentence: words::of_component(&standing.state, &procedure),
                standing,
                attachments: papers.map(|one| AttachmentBody::new(one, &types, is_officer)).collect(),
            }
        };
        let now = kho.clock.now();
        let state = State::parse(&named.dossier.state);
        let is_open = state.is_some_and(State::is_open);
        Self {
            working_days: procedure.working_days,
            questions: questions.collect(),
            complete: completeness.complete,
            components: procedure.components.iter().zip(completeness.components).map(component).collect(),
            moves: moves.into_iter().map(MoveBody::from).collect(),
            consents: consents.into_iter().map(|one| ConsentBody::new(one, is_open, now)).collect(),
            requests: requests.into_iter().map(PaperRequestBody::from).collect(),
            may: possible.into(),
            dossier: DossierBody::new(kho, named),
        }
    }
}
