//! On what ground an officer may look for papers of an owner: a code that the owner tells, or an authority that the owner is told of.

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::json;

use crate::crypto::NoRandomness;
use crate::crypto::token::equal_in_constant_time;
use crate::db::consent::{Consent, NamedConsent};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Outcome, Record, SYSTEM_CHAIN};
use crate::domain::id::{ConsentId, DossierId, VaultId};
use crate::domain::notice::Kind;
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::gate_dossier::{DossierTarget, dossier_detail, state_of};
use crate::services::notices::Audience;
use crate::services::sessions::newest_first;

/// How long a code is good.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes after which one is none any more.
const TRIES: i32 = 5;
/// Codes that may be asked for a dossier within [`ASKING`].
const ASKED: i32 = 5;
const ASKING: TimeDelta = TimeDelta::hours(1);

/// A ground that an officer names.
#[derive(Clone, Debug)]
pub enum WantedConsent {
    OneTimeCode,
    Authority { legal_basis: String, reason: String },
}

impl Kho {
    /// Asks the owner for a code, or notes an authority and tells the owner of it.
    pub async fn ask_consent(&self, actor: &Actor, id: DossierId, wanted: WantedConsent) -> Result<Consent> {
        let throttled = format!("consent-asked:{id}");
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, Act::ConsentAsk, id).await?;
        let consent = match wanted {
            WantedConsent::OneTimeCode => {
                self.expect_few_failures(&mut tx, &[(&throttled, ASKED)]).await?;
                let now = self.clock.now();
                db::throttle::count_failure(&mut tx, &throttled, now, now + ASKING).await?;
                self.ask_code(&mut tx, actor, &target).await?
            }
            WantedConsent::Authority { legal_basis, reason } => {
                let legal_basis = checked_text("legal_basis", Some(&legal_basis), 500)?;
                let legal_basis = legal_basis.ok_or_else(|| Problem::field("legal_basis", "missing"))?;
                let reason = checked_text("reason", Some(&reason), 1000)?;
                let reason = reason.ok_or_else(|| Problem::field("reason", "missing"))?;
                self.note_authority(&mut tx, actor, &target, legal_basis, reason).await?
            }
        };
        let detail = json!({ "consent": consent.id, "kind": consent.kind, "legal_basis": consent.legal_basis, "reason": consent.reason });
        self.audit(&mut tx, target.record(self, actor, Act::ConsentAsk, detail)).await?;
        tx.commit().await?;
        Ok(consent)
    }

    async fn ask_code(&self, tx: &mut Tx, actor: &Actor, target: &DossierTarget) -> Result<Consent> {
        let dossier = &target.dossier;
        let people = db::notice::people(tx, &[dossier.vault_id]).await?;
        if !people.iter().any(|person| Audience::Keepers.includes(&person.role)) {
            return Err(Code::OwnerNotReachable.into());
        }
        let code = six_digits()?;
        let mut consent = self.new_consent(actor, dossier, "one_time_code");
        let ends = consent.asked_at + CODE_LIFE;
        consent.code_expires_at = Some(ends);
        consent.code_digest = Some(self.keyring.seal_secret(&seal_purpose(consent.id), code.as_bytes())?);
        db::consent::insert(tx, &consent).await?;
        let mut news = self.dossier_news(Kind::ConsentAsked, actor, dossier);
        news.detail.consent_id = Some(consent.id);
        news.detail.confirm_code = Some(code);
        news.detail.expires_at = Some(ends);
        news.detail.purpose = Some(consent.purpose.clone());
        self.tell_people(tx, &[dossier.vault_id], Audience::Keepers, &news).await?;
        Ok(consent)
    }

    async fn note_authority(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &DossierTarget,
        legal_basis: String,
        reason: String,
    ) -> Result<Consent> {
        let dossier = &target.dossier;
        let mut consent = self.new_consent(actor, dossier, "authority");
        consent.given_at = Some(consent.asked_at);
        let mut news = self.dossier_news(Kind::AuthorityUsed, actor, dossier);
        news.detail.consent_id = Some(consent.id);
        news.detail.legal_basis = Some(legal_basis.clone());
        news.detail.note = Some(reason.clone());
        news.detail.purpose = Some(consent.purpose.clone());
        consent.legal_basis = Some(legal_basis);
        consent.reason = Some(reason);
        db::consent::insert(tx, &consent).await?;
        self.tell_people(tx, &[dossier.vault_id], Audience::Keepers, &news).await?;
        Ok(consent)
    }

    fn new_consent(&self, actor: &Actor, dossier: &Dossier, kind: &str) -> Consent {
        let now = self.clock.now();
        Consent {
            id: ConsentId::new(now),
            vault_id: dossier.vault_id,
            dossier_id: dossier.id,
            kind: kind.to_owned(),
            purpose: actor.purpose.clone().unwrap_or_else(|| dossier.procedure_name.clone()),
            legal_basis: None,
            reason: None,
            code_digest: None,
            failures: 0,
            asked_by: actor.account_id,
            asked_at: now,
            code_expires_at: None,
            given_at: None,
            withdrawn_at: None,
        }
    }

    /// The owner's own consent, which attaching a paper to the own dossier gives: one for a dossier.
    pub(super) async fn owner_consent(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        dossier: &Dossier,
    ) -> Result<Consent> {
        if let Some(consent) = db::consent::live(tx, dossier.id, true).await? {
            return Ok(consent);
        }
        let mut consent = self.new_consent(actor, dossier, "owner");
        consent.given_at = Some(consent.asked_at);
        db::consent::insert(tx, &consent).await?;
        let detail = dossier_detail(dossier, None, json!({ "consent": consent.id, "kind": "owner" }));
        let record = Record::done(dossier.vault_id, self.clock.now(), actor, Act::ConsentGive);
        self.audit(tx, record.about(dossier.id.0).named(&dossier.code).detail(detail)).await?;
        Ok(consent)
    }

    /// Takes the code that the owner told. A wrong one is counted and kept, whatever else happens.
    pub async fn confirm_consent(
        &self,
        actor: &Actor,
        id: DossierId,
        consent: ConsentId,
        code: &str,
    ) -> Result<Consent> {
        let act = Act::ConsentGive;
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, id).await?;
        let found = db::consent::get(&mut tx, consent).await?.filter(|found| found.dossier_id == id);
        let mut consent = found.ok_or_else(|| target.refuse(self, actor, act, Code::NotFound))?;
        let now = self.clock.now();
        let is_fresh = consent.given_at.is_none()
            && consent.withdrawn_at.is_none()
            && consent.failures < TRIES
            && consent.code_expires_at.is_some_and(|ends| now < ends);
        let sealed = consent.code_digest.take().filter(|_| is_fresh);
        let sealed = sealed.ok_or_else(|| target.refuse(self, actor, act, Code::ConsentCodeExpired))?;
        let expected = self.keyring.open_secret(&seal_purpose(consent.id), &sealed)?;
        let digits = code.chars().filter(|c| !c.is_whitespace()).take(20).collect::<String>();
        let detail = json!({ "consent": consent.id, "kind": consent.kind });
        let mut record = target.record(self, actor, act, detail);
        if !equal_in_constant_time(digits.as_bytes(), &expected) {
            consent.failures += 1;
            let left = TRIES - consent.failures;
            consent.code_digest = Some(sealed).filter(|_| left > 0);
            db::consent::update(&mut tx, &consent).await?;
            record.outcome = Outcome::Failed;
            self.audit(&mut tx, record).await?;
            tx.commit().await?;
            return Err(Problem::new(Code::ConsentCodeWrong).with("tries_left", left));
        }
        consent.given_at = Some(now);
        db::consent::update(&mut tx, &consent).await?;
        self.audit(&mut tx, record).await?;
        tx.commit().await?;
        Ok(consent)
    }

    /// One page of what was asked of an owner and given, the newest first.
    pub async fn list_consents(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        page: &PageRequest,
    ) -> Result<Page<NamedConsent>> {
        let vault = vault.or(actor.vault_id).ok_or_else(|| Problem::field("vault", "missing"))?;
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::ConsentList, vault).await?;
        let rows = db::consent::page(&mut tx, vault, page).await?;
        Ok(Page::cut(rows, page.limit, |last| newest_first(page, last.consent.asked_at, last.consent.id.0)))
    }

    /// Withdraws a consent, or declines what is asked. What came into a dossier by it and was not received yet is taken out again; what was
    /// received stays, but nothing more is looked for.
    pub async fn withdraw_consent(&self, actor: &Actor, id: ConsentId) -> Result<()> {
        let act = Act::ConsentWithdraw;
        actor.check_scope(act)?;
        let mut tx = self.db.begin().await?;
        let found = db::consent::get(&mut tx, id).await?;
        let nobody = || self.refused(SYSTEM_CHAIN, actor, act, id.0, Code::NotFound);
        let vault = found.ok_or_else(nobody)?.vault_id;
        db::vault::lock(&mut tx, vault).await?;
        self.gate_vault(&mut tx, actor, act, vault).await?;
        let mut consent = db::consent::get(&mut tx, id).await?.ok_or(Code::NotFound)?;
        if consent.withdrawn_at.is_some() {
            return Ok(());
        }
        let dossier = db::dossier::get(&mut tx, consent.dossier_id).await?.ok_or(Code::NotFound)?;
        consent.withdrawn_at = Some(self.clock.now());
        consent.code_digest = None;
        db::consent::update(&mut tx, &consent).await?;
        let mut removed = 0;
        if state_of(&dossier)?.is_open() && dossier.received_at.is_none() {
            for attachment in db::consent::undecided(&mut tx, id).await? {
                removed += 1;
                self.remove_withdrawn(&mut tx, actor, &dossier, attachment).await?;
            }
        }
        let detail = json!({ "consent": id, "kind": consent.kind, "removed": removed });
        let record = Record::done(vault, self.clock.now(), actor, act).about(dossier.id.0);
        let record = record.named(&dossier.code).detail(dossier_detail(&dossier, None, detail));
        self.audit(&mut tx, record).await?;
        Ok(tx.commit().await?)
    }
}

/// Six digits, each number as likely as any other.
fn six_digits() -> Result<String> {
    const NUMBERS: u32 = 1_000_000;
    loop {
        let mut bytes = [0; 4];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Problem::from(NoRandomness))?;
        let number = u32::from_be_bytes(bytes);
        // The last, incomplete million would make its numbers likelier.
        if number < u32::MAX - u32::MAX % NUMBERS {
            return Ok(format!("{:06}", number % NUMBERS));
        }
    }
}

fn seal_purpose(id: ConsentId) -> String {
    format!("consent {id}")
}
