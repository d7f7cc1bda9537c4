//! Codes of versions that owners give instead of copies: made, listed, withdrawn; and what owners say to those who ask.

use std::collections::HashMap;

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::json;

use crate::crypto::NoRandomness;
use crate::db;
use crate::db::citation::{Citation, CitationUse, NamedCitation, NamedUse};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::citation::CitationCode;
use crate::domain::id::{CitationId, CitationUseId, EntryId, VaultId};
use crate::domain::notice::Kind;
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate::Ground;
use crate::services::gate_citation::is_agreed;
use crate::services::notices::{Audience, News};
use crate::services::sessions::newest_first;

/// Uses that are told of one citation, the newest.
const USES_TOLD: i64 = 20;
/// Times that the owner may be asked for one citation within [`ASKING`].
pub(super) const ASKED: i32 = 5;
pub(super) const ASKING: TimeDelta = TimeDelta::hours(1);

/// A citation, and who saw its paper.
pub struct ListedCitation {
    pub named: NamedCitation,
    pub uses: Vec<NamedUse>,
}

/// A citation that was made, or was there.
pub struct MadeCitation {
    pub listed: ListedCitation,
    pub is_new: bool,
}

impl Kho {
    /// Makes the code of a version. A version has one: asked for again, it is the same, until it is withdrawn. For the owner's side alone, whoever
    /// else may share the paper.
    pub async fn make_citation(&self, actor: &Actor, id: EntryId, number: i32) -> Result<MadeCitation> {
        let act = Act::CitationCreate;
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, act, id).await?;
        if matches!(target.ground, Ground::Grant(_)) {
            return Err(self.refused(target.vault_id().0, actor, act, id.0, Code::NotAllowed));
        }
        target.entry.expect_document()?;
        let version = db::version::by_number(&mut tx, id, number).await?.ok_or(Code::NotFound)?;
        if let Some(citation) = db::citation::of_version(&mut tx, version.id).await? {
            let listed = self.listed_citation(&mut tx, citation.id).await?;
            return Ok(MadeCitation { listed, is_new: false });
        }
        let now = self.clock.now();
        let citation = Citation {
            id: CitationId::new(now),
            code: drawn_code()?.as_str().to_owned(),
            vault_id: target.vault_id(),
            entry_id: id,
            version_id: version.id,
            created_at: now,
            created_by: actor.account_id,
            withdrawn_at: None,
        };
        db::citation::insert(&mut tx, &citation).await?;
        let record = target.record(self, actor, act).version(version.id);
        self.audit(&mut tx, record.detail(json!({ "citation": citation.code }))).await?;
        let listed = self.listed_citation(&mut tx, citation.id).await?;
        tx.commit().await?;
        Ok(MadeCitation { listed, is_new: true })
    }

    async fn listed_citation(&self, tx: &mut db::Tx, id: CitationId) -> Result<ListedCitation> {
        let named = db::citation::named(tx, id).await?.ok_or(Code::NotFound)?;
        let uses = db::citation::uses_of(tx, &[id], USES_TOLD).await?;
        Ok(ListedCitation { named, uses })
    }

    /// One page of an owner's citations, or of those of one document, the newest first, with who saw what they stand for.
    pub async fn list_citations(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        entry: Option<EntryId>,
        page: &PageRequest,
    ) -> Result<Page<ListedCitation>> {
        let vault = vault.or(actor.vault_id).ok_or_else(|| Problem::field("vault", "missing"))?;
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::CitationList, vault).await?;
        let rows = db::citation::page(&mut tx, vault, entry, page).await?;
        let page = Page::cut(rows, page.limit, |last| {
            newest_first(page, last.citation.created_at, last.citation.id.0)
        });
        let ids = page.items.iter().map(|named| named.citation.id).collect::<Vec<_>>();
        let mut uses: HashMap<CitationId, Vec<NamedUse>> = HashMap::new();
        for one in db::citation::uses_of(&mut tx, &ids, USES_TOLD).await? {
            uses.entry(one.used.citation_id).or_default().push(one);
        }
        let items = page.items.into_iter().map(|named| {
            let uses = uses.remove(&named.citation.id).unwrap_or_default();
            ListedCitation { named, uses }
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// Withdraws a citation: the code leads nowhere from now on, and never to another paper. What came into a dossier by it stays there, as a copy
    /// that was handed over would.
    pub async fn withdraw_citation(&self, actor: &Actor, code: &str) -> Result<()> {
        let act = Act::CitationWithdraw;
        actor.check_scope(act)?;
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.begin().await?;
        let citation = self.own_citation(&mut tx, actor, act, &code).await?;
        if citation.withdrawn_at.is_some() {
            return Ok(());
        }
        db::citation::withdraw(&mut tx, citation.id, self.clock.now()).await?;
        let record = self.citation_record(&mut tx, actor, act, &citation).await?;
        self.audit(&mut tx, record.detail(json!({ "citation": citation.code }))).await?;
        Ok(tx.commit().await?)
    }

    /// A citation of a vault on which the actor has the right that the act needs, under the vault's lock.
    async fn own_citation(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        act: Act,
        code: &CitationCode,
    ) -> Result<Citation> {
        let found = db::citation::by_code(tx, code.as_str()).await?;
        let nobody = || self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotFound);
        let vault = found.ok_or_else(nobody)?.vault_id;
        db::vault::lock(tx, vault).await?;
        self.gate_vault(tx, actor, act, vault).await?;
        db::citation::by_code(tx, code.as_str()).await?.ok_or_else(|| Code::NotFound.into())
    }

    pub(super) async fn citation_record(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        act: Act,
        citation: &Citation,
    ) -> Result<Record> {
        let record = Record::done(citation.vault_id, self.clock.now(), actor, act);
        let record = match db::entry::get(tx, citation.entry_id).await? {
            Some(entry) => record.on(entry.id, entry.title.as_ref().unwrap_or(&entry.name)),
            None => record.about(citation.entry_id.0),
        };
        Ok(record.version(citation.version_id))
    }

    /// An officer asks the owner to see what a code stands for, where there is no dossier of that owner. Whoever has asked and got no answer yet
    /// has asked once; the answer says whether it is new.
    pub async fn ask_for_cited(
        &self,
        actor: &Actor,
        code: &str,
        agency: Option<&str>,
    ) -> Result<(NamedUse, bool)> {
        let act = Act::CitationAsk;
        actor.check_scope(act)?;
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.begin().await?;
        if let Some(citation) = db::citation::by_code(&mut tx, code.as_str()).await? {
            db::vault::lock(&mut tx, citation.vault_id).await?;
        }
        let (citation, entry, post) = match self.gate_asking(&mut tx, actor, &code, agency).await {
            Ok(gated) => gated,
            Err(problem) => {
                drop(tx);
                self.count_citation_miss(actor, &problem).await?;
                return Err(problem);
            }
        };
        let now = self.clock.now();
        if let Some(asked) = db::citation::request_of(&mut tx, citation.id, actor.account_id).await?
            && (asked.answered_at.is_none() || is_agreed(&asked, now))
        {
            let named = db::citation::named_use(&mut tx, asked.id).await?.ok_or(Code::NotFound)?;
            return Ok((named, false));
        }
        let subject = format!("citation-asked:{}", citation.id);
        self.expect_few_failures(&mut tx, &[(&subject, ASKED)]).await?;
        db::throttle::count_failure(&mut tx, &subject, now, now + ASKING).await?;
        let people = db::notice::people(&mut tx, &[citation.vault_id]).await?;
        if !people.iter().any(|person| Audience::Keepers.includes(&person.role)) {
            return Err(Code::OwnerNotReachable.into());
        }
        let purpose = actor.purpose.clone().unwrap_or_default();
        let used = CitationUse {
            id: CitationUseId::new(now),
            citation_id: citation.id,
            agency_id: post.agency_id,
            account_id: actor.account_id,
            by_name: actor.name.clone(),
            purpose: purpose.clone(),
            dossier_id: None,
            component_code: None,
            attachment_id: None,
            withdrawn_at: None,
            at: now,
            answered_at: None,
            allowed: None,
            last_at: None,
            times: 0,
        };
        db::citation::insert_use(&mut tx, &used).await?;
        let mut news = News::new(Kind::CitationAsked, Some(actor)).about(&entry);
        news.entry = Some((entry.id, entry.title.as_deref().unwrap_or(&entry.name)));
        news.detail.citation = Some(citation.code.clone());
        news.detail.purpose = Some(purpose);
        self.tell_people(&mut tx, &[citation.vault_id], Audience::Keepers, &news).await?;
        let record = self.citation_record(&mut tx, actor, act, &citation).await?;
        let detail = json!({ "agency": post.agency_code, "citation": citation.code });
        self.audit(&mut tx, record.detail(detail)).await?;
        let named = db::citation::named_use(&mut tx, used.id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok((named, true))
    }

    /// What the owner says to somebody who asked, to see the paper or to have it in a dossier; it may be said otherwise later.
    pub async fn answer_request(
        &self,
        actor: &Actor,
        code: &str,
        request: CitationUseId,
        allowed: bool,
    ) -> Result<NamedUse> {
        let act = Act::CitationAnswer;
        actor.check_scope(act)?;
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.begin().await?;
        let found = db::citation::named_use(&mut tx, request).await?;
        let is_for_dossier = |one: &NamedUse| one.used.component_code.is_some();
        if let Some(dossier) = found.filter(is_for_dossier).and_then(|one| one.used.dossier_id) {
            let citation = db::citation::by_code(&mut tx, code.as_str()).await?;
            let vaults = citation.iter().map(|citation| citation.vault_id).collect::<Vec<_>>();
            self.lock_dossier(&mut tx, dossier, &vaults).await?;
        }
        let citation = self.own_citation(&mut tx, actor, act, &code).await?;
        let found = db::citation::named_use(&mut tx, request).await?;
        let of_this = |one: &NamedUse| {
            let is_request = one.used.dossier_id.is_none() || is_for_dossier(one);
            one.used.citation_id == citation.id && is_request
        };
        let asked = found.filter(of_this).ok_or(Code::NotFound)?;
        if asked.used.allowed == Some(allowed) {
            return Ok(asked);
        }
        if is_for_dossier(&asked) {
            self.give_paper(&mut tx, actor, &citation, &asked, allowed).await?;
        }
        db::citation::answer_use(&mut tx, request, allowed, self.clock.now()).await?;
        let record = self.citation_record(&mut tx, actor, act, &citation).await?;
        let detail = json!({
            "agency": asked.agency_code, "allowed": allowed, "citation": citation.code, "to": asked.used.by_name,
            "dossier": asked.dossier_code, "component": asked.used.component_code,
        });
        self.audit(&mut tx, record.detail(detail)).await?;
        let named = db::citation::named_use(&mut tx, request).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(named)
    }
}

fn drawn_code() -> Result<CitationCode> {
    loop {
        let mut drawn = [0; CitationCode::DRAWN];
        SystemRandom::new().fill(&mut drawn).map_err(|_| Problem::from(NoRandomness))?;
        if let Some(code) = CitationCode::of(&drawn) {
            return Ok(code);
        }
    }
}
