//! What programs of other systems look up of an owner's papers: within a dossier, for somebody whom they name.
//!
//! A paper is handed out by a ticket, which says for whom, in which dossier and which version, and is good for an hour in the hands of the program
//! that got it. It gives nothing by itself: access is decided anew when it is used.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kho_mapping::catalogue::{Procedure, Validity};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dossier_pages::MOST_ATTACHMENTS;
use super::dossiers::owner_named;
use super::snapshot::Snapshot;
use crate::db::attachment::{Attachment, Candidate};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::SYSTEM_CHAIN;
use crate::domain::id::{AccountId, DossierId, EntryId, VersionId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_look_up::{Asked, ProgramTarget, Requester};

/// How long a ticket is good.
const TICKET_LIFE: TimeDelta = TimeDelta::hours(1);
/// Kinds of paper that may be asked for at once.
const MOST_WANTED: usize = 100;

/// What a program asks for.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// The program's own key of the dossier, or its code here.
    pub dossier: Option<String>,
    /// Identity number or code of the owner.
    pub owner: String,
    pub requester: Requester,
    pub procedure: String,
    /// Kinds of paper; all where none is named.
    pub wanted: Vec<WantedPaper>,
}

/// A kind of paper that a program asks for.
#[derive(Clone, Debug)]
pub struct WantedPaper {
    /// Code of a type of result, or of document.
    pub code: String,
    pub number: Option<String>,
}

/// A paper that a program may see.
#[derive(Clone, Debug)]
pub struct FoundPaper {
    /// What is known of it now; of a paper in the dossier, title, type, level and version are those that were pinned.
    pub paper: Candidate,
    pub component: String,
    /// Where it is in the dossier already: who put it there, and when.
    pub attached: Option<(String, DateTime<Utc>)>,
    /// Of the version; none where a later one took its place in the vault.
    pub size_bytes: Option<i64>,
    /// The type of result that it is one of, else its type of document.
    pub kind_code: String,
    /// Whether papers of its type hold for ever.
    pub is_permanent: bool,
    /// The officer who compared it with the original, and when.
    pub compared: Option<(String, DateTime<Utc>)>,
    pub ticket: String,
}

/// What a look-up found, and in which dossier.
pub struct LookedUpPapers {
    pub papers: Vec<FoundPaper>,
    pub dossier: Dossier,
    pub owner: db::vault::Vault,
    /// Code of the agency for which the program asked.
    pub agency: String,
    pub procedure: Arc<Procedure>,
}

/// What a ticket says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ticket {
    pub client: AccountId,
    pub dossier: DossierId,
    pub version: VersionId,
    pub requester: Requester,
    pub until: DateTime<Utc>,
}

const TICKET_PURPOSE: &str = "look-up ticket";

impl Kho {
    /// The papers within a dossier that a program asks for. Kept in the owner's trail with the requester, also where it is refused.
    pub async fn look_papers_up(&self, actor: &Actor, wish: &LookUp) -> Result<LookedUpPapers> {
        let act = Act::PaperLookUp;
        let owner = owner_named("owner_identity", &wish.owner)?;
        if wish.wanted.len() > MOST_WANTED {
            return Err(Problem::field("wanted", "number").with("maximum", MOST_WANTED));
        }
        let (kind, code) = owner.parts();
        let mut tx = self.db.read().await?;
        let vault = db::vault::by_owner(&mut tx, kind, code).await?;
        let chain = vault.as_ref().map_or(SYSTEM_CHAIN, |vault| vault.id.0);
        let asked = Asked { act, actor, requester: &wish.requester, chain };
        let dossier = match &wish.dossier {
            Some(key) => self.dossier_by_key(&mut tx, actor, key).await?,
            None => None,
        };
        let procedure = Some(wish.procedure.as_str());
        let target = self.gate_program(&mut tx, &asked, dossier, procedure).await?;
        let vault = vault.ok_or(Code::NotFound)?;
        let catalogue = self.catalogue_now(&mut tx).await?;
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        let shown = self.shown_to(&mut tx, &target).await?;
        let versions = shown.iter().map(|shown| shown.paper.version_id).collect::<Vec<_>>();
        let compared = db::trust_evidence::compared(&mut tx, &versions).await?;
        drop(tx);
        let compared = compared
            .into_iter()
            .map(|row| (row.version_id, (row.by_name, row.at)))
            .collect::<HashMap<_, _>>();
        let mut papers = Vec::new();
        for shown in shown {
            let Some(kind_code) = kind_asked_for(&wish.wanted, &catalogue, &shown.paper) else { continue };
            let known = shown.paper.type_code.as_deref().and_then(|code| catalogue.document_types.get(code));
            papers.push(FoundPaper {
                ticket: self.new_ticket(&target, shown.paper.version_id)?,
                kind_code,
                is_permanent: known.is_some_and(|known| known.validity == Validity::Permanent),
                compared: compared.get(&shown.paper.version_id).cloned(),
                component: shown.component,
                attached: shown.attached,
                size_bytes: shown.size_bytes,
                paper: shown.paper,
            });
        }
        let in_dossier = papers.iter().filter(|found| found.attached.is_some()).count();
        let detail = json!({
            "ground": target.consent.as_ref().map(|one| &one.kind), "in_dossier": in_dossier,
            "proposed": papers.len() - in_dossier,
        });
        self.trail.keep(target.record(self, act, detail)).await?;
        Ok(LookedUpPapers {
            papers,
            owner: vault,
            agency: target.post.agency_code,
            dossier: target.dossier,
            procedure: rules.procedure,
        })
    }

    /// All that a program may see within a dossier: what is in it and stands, then what fits it where there is a ground to look.
    pub(super) async fn shown_to(&self, tx: &mut Tx, target: &ProgramTarget) -> Result<Vec<Shown>> {
        let attachments = db::attachment::of(tx, target.dossier.id, MOST_ATTACHMENTS).await?;
        // Somebody else's papers are none of the owner's who was asked for.
        let standing = |one: &&Attachment| {
            one.given_by.is_none() && matches!(one.state.as_str(), "attached" | "accepted")
        };
        let standing = attachments.iter().filter(standing).collect::<Vec<_>>();
        let mut entries = standing.iter().map(|one| one.entry_id).collect::<Vec<_>>();
        entries.sort_unstable();
        entries.dedup();
        let known = db::attachment::candidates_by_id(tx, &entries).await?;
        let known: HashMap<EntryId, Candidate> = known.into_iter().map(|one| (one.entry_id, one)).collect();
        let mut shown = Vec::new();
        for one in standing {
            // What was deleted since, or revoked by its issuer, is no paper any more.
            let Some(now) = known.get(&one.entry_id).filter(|now| now.revoked_reason.is_none()) else {
                continue;
            };
            shown.push(Shown::attached(one, now));
        }
        if target.consent.is_some() {
            let rules = self.rules_of(tx, &target.dossier).await?;
            for proposals in self.proposals_of(tx, &target.dossier, &rules, false).await? {
                for (paper, _) in proposals.fitting {
                    if !shown.iter().any(|one| one.paper.version_id == paper.version_id) {
                        let component = proposals.component.clone();
                        let size_bytes = Some(paper.size_bytes);
                        shown.push(Shown { paper, component, attached: None, size_bytes });
                    }
                }
            }
        }
        Ok(shown)
    }

    fn new_ticket(&self, target: &ProgramTarget, version: VersionId) -> Result<String> {
        let ticket = Ticket {
            client: target.actor.account_id,
            dossier: target.dossier.id,
            version,
            requester: target.requester.clone(),
            until: self.clock.now() + TICKET_LIFE,
        };
        let said =
            serde_json::to_vec(&ticket).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let sealed = self.keyring.seal_secret(TICKET_PURPOSE, &said)?;
        Ok(data_encoding::BASE64URL_NOPAD.encode(&sealed))
    }

    /// What a ticket says, if it is one of ours.
    pub(super) fn read_ticket(&self, ticket: &str) -> Option<Ticket> {
        let sealed = data_encoding::BASE64URL_NOPAD.decode(ticket.as_bytes()).ok()?;
        let said = self.keyring.open_secret(TICKET_PURPOSE, &sealed).ok()?;
        serde_json::from_slice(&said).ok()
    }
}

/// A paper that a program may see, and on what account.
pub(super) struct Shown {
    pub paper: Candidate,
    pub component: String,
    pub attached: Option<(String, DateTime<Utc>)>,
    pub size_bytes: Option<i64>,
}

impl Shown {
    /// A paper of the dossier: the version that was pinned, whatever came after it.
    fn attached(one: &Attachment, now: &Candidate) -> Self {
        let paper = Candidate {
            version_id: one.version_id,
            title: Some(one.title.clone()),
            type_code: one.type_code.clone(),
            trust_level: one.trust_level,
            sha256: one.sha256.clone(),
            ..now.clone()
        };
        let attached = Some((one.attached_by_name.clone(), one.attached_at));
        let is_current = now.version_id == one.version_id;
        let size_bytes = Some(now.size_bytes).filter(|_| is_current);
        Self { paper, component: one.component_code.clone(), attached, size_bytes }
    }
}

/// Under which code a paper answers what is asked for; none where it does not.
fn kind_asked_for(wanted: &[WantedPaper], catalogue: &Snapshot, paper: &Candidate) -> Option<String> {
    let type_code = paper.type_code.as_deref();
    let is_of = |code: &str| {
        type_code == Some(code)
            || catalogue.result_types.get(code).is_some_and(|known| type_code == Some(&*known.document_type))
    };
    if wanted.is_empty() {
        let result = catalogue.result_types.iter().find(|known| type_code == Some(&*known.document_type));
        let code = result.map(|known| known.code.clone()).or_else(|| paper.type_code.clone());
        return Some(code.unwrap_or_default());
    }
    let same_number = |number: &str| {
        let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        paper.number.as_deref().is_some_and(|own| plain(own) == plain(number))
    };
    let answers = |one: &&WantedPaper| is_of(&one.code) && one.number.as_deref().is_none_or(same_number);
    wanted.iter().find(answers).map(|one| one.code.clone())
}
