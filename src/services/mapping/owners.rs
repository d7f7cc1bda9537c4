//! What officers see before there is a dossier: whether an owner is known, and the work of their agency.

use chrono::TimeDelta;
use kho_mapping::dossier::State;
use serde_json::json;

use super::dossiers::owner_named;
use crate::db::dossier_list::{NamedDossier, Whose};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::OfficerPost;

/// Look-ups of one account within [`WINDOW`]: of nobody, and altogether. A counter needs few; whoever goes through numbers is stopped.
const MISSES: i32 = 20;
const LOOK_UPS: i32 = 100;
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// All that an officer is told of an owner.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// The name under which the vault is kept; none where there is no vault.
    pub name: Option<String>,
}

impl Kho {
    /// Tells an officer whether an owner has a vault, and under which name. Kept in the owner's trail, also where it is refused.
    pub async fn look_up_owner(&self, actor: &Actor, code: &str) -> Result<LookedUp> {
        let act = Act::OwnerLookUp;
        actor.check_scope(act)?;
        let owner = owner_named("identity_number", code)?;
        let (kind, code) = owner.parts();
        let missed = format!("owner-missed:{}", actor.account_id);
        let asked = format!("owner-asked:{}", actor.account_id);
        let mut tx = self.db.read().await?;
        let vault = db::vault::by_owner(&mut tx, kind, code).await?;
        let chain = vault.as_ref().map_or(SYSTEM_CHAIN, |vault| vault.id.0);
        let object = vault.as_ref().map_or(actor.account_id.0, |vault| vault.id.0);
        let posts = self.officer_posts(&mut tx, actor).await?;
        if posts.is_empty() {
            return Err(self.refused(chain, actor, act, object, Code::NotAllowed));
        }
        if actor.purpose.is_none() {
            return Err(self.refused(chain, actor, act, object, Code::PurposeMissing));
        }
        let limits = [(missed.as_str(), MISSES), (asked.as_str(), LOOK_UPS)];
        match self.expect_few_failures(&mut tx, &limits).await {
            Err(problem) if problem.code == Code::TooManyAttempts => {
                return Err(self.refused(chain, actor, act, object, Code::TooManyAttempts));
            }
            rest => rest?,
        }
        drop(tx);
        let counted =
            if vault.is_some() { vec![asked.as_str()] } else { vec![missed.as_str(), asked.as_str()] };
        self.count_failures_within(WINDOW, &counted).await?;
        let agencies = posts.iter().map(|post| post.agency_code.as_str()).collect::<Vec<_>>();
        let detail = json!({ "agencies": agencies, "found": vault.is_some() });
        let record = Record::new(chain, self.clock.now(), actor.into(), act).about(object).detail(detail);
        self.trail.keep(record).await?;
        Ok(LookedUp { name: vault.map(|vault| vault.owner_name) })
    }

    /// One page of an agency's dossiers, last changed first; the only agency of the officer where none is named.
    pub async fn list_agency_dossiers(
        &self,
        actor: &Actor,
        agency: Option<&str>,
        state: Option<State>,
        page: &PageRequest,
    ) -> Result<Page<NamedDossier>> {
        let mut tx = self.db.read().await?;
        let posts = self.posts_for(&mut tx, actor, Act::DossierList, agency).await?;
        let [post] = &posts[..] else { return Err(Problem::field("agency", "missing")) };
        self.dossiers(&mut tx, Whose::Agency(post.agency_id), state, page).await
    }

    /// The agencies for which an officer asks: the one that is named, else all.
    pub(super) async fn posts_for(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        agency: Option<&str>,
    ) -> Result<Vec<OfficerPost>> {
        actor.check_scope(act)?;
        let mut posts = self.officer_posts(tx, actor).await?;
        if let Some(code) = agency {
            let code = code.trim().to_ascii_uppercase();
            posts.retain(|post| post.agency_code == code);
        }
        if posts.is_empty() {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotAllowed));
        }
        Ok(posts)
    }
}
