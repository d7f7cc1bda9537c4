//! The trust store: which certificates signatures are believed by. Nothing is believed until the administrator adds it.

use chrono::{DateTime, Utc};
use kho_signature::x509::{Certificate, NameConstraints, PolicyId};
use kho_signature::{Anchor, Context, Kept, KeptKind, Policy};
use serde_json::json;

use crate::db::trust::TrustCertificate;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// What a certificate of the store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustRole {
    /// Chains end in it, and are believed.
    Anchor,
    /// It completes chains whose signers leave it out; nothing is believed because of it.
    Intermediate,
}

impl TrustRole {
    pub fn as_str(self) -> &'static str {
        match self {
            TrustRole::Anchor => "anchor",
            TrustRole::Intermediate => "intermediate",
        }
    }
}

/// How far a certificate is believed.
#[derive(Clone, Debug)]
pub struct Terms {
    pub role: TrustRole,
    pub label: Option<String>,
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
    /// Names that it may certify, as [`NameConstraints::permitting`] reads them; empty for all.
    pub names: Vec<String>,
    /// Policies one of which a path under it needs, as numbers with dots; empty for all.
    pub policies: Vec<String>,
    /// Signers under it issue papers, so that a valid signature of theirs authenticates a document.
    pub authenticates: bool,
}

/// Which algorithms and keys are accepted, by date.
#[derive(Debug, Default)]
pub struct Rules {
    pub policy: Policy,
    /// Its file, where it is not the built-in one.
    pub text: Option<String>,
}

impl Terms {
    /// Without any restriction.
    pub fn of(role: TrustRole) -> Self {
        Self {
            role,
            label: None,
            valid_from: None,
            valid_until: None,
            names: Vec::new(),
            policies: Vec::new(),
            authenticates: false,
        }
    }
}

/// What signatures are judged by.
pub(super) struct Judgement {
    pub context: Context,
    /// SHA-256 of the anchors whose signers' papers are authenticated, in hexadecimal.
    pub authenticating: Vec<String>,
}

impl Kho {
    /// All certificates of the database, anchors first.
    pub async fn trust_certificates(&self, actor: &Actor) -> Result<Vec<TrustCertificate>> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::TrustChange, &[Role::SystemAdmin]).await?;
        Ok(db::trust::all(&mut tx).await?)
    }

    /// Adds certificates, or changes the terms of those that are there; everything judged so far is judged again.
    pub async fn add_trust(&self, actor: &Actor, certificates: &[Certificate], terms: &Terms) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::TrustChange, &[Role::SystemAdmin]).await?;
        constraints_of(&terms.names).map_err(|_| Problem::field("names", "malformed"))?;
        policies_of(&terms.policies).map_err(|_| Problem::field("policies", "malformed"))?;
        for certificate in certificates {
            let row = TrustCertificate {
                sha256: certificate.sha256().to_vec(),
                role: terms.role.as_str().to_owned(),
                der: certificate.der().to_vec(),
                subject: certificate.subject().text(),
                label: terms.label.clone(),
                valid_from: terms.valid_from,
                valid_until: terms.valid_until,
                names: json!(terms.names).to_string(),
                policies: json!(terms.policies).to_string(),
                authenticates: terms.authenticates && terms.role == TrustRole::Anchor,
                added_at: now,
            };
            db::trust::put(&mut tx, &row).await?;
            self.audit(&mut tx, changed(&row, "added", now, actor)).await?;
        }
        db::signature_report::judge_all_again(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// Removes the one certificate whose SHA-256 begins with `prefix` (hexadecimal); what was judged by it is judged again.
    pub async fn remove_trust(&self, actor: &Actor, prefix: &str) -> Result<TrustCertificate> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::TrustChange, &[Role::SystemAdmin]).await?;
        let prefix = prefix.replace(':', "").to_ascii_lowercase();
        let named = |row: &TrustCertificate| data_encoding::HEXLOWER.encode(&row.sha256).starts_with(&prefix);
        let mut found = db::trust::all(&mut tx).await?.into_iter().filter(named);
        let row = found.next().filter(|_| !prefix.is_empty()).ok_or(Code::NotFound)?;
        if found.next().is_some() {
            return Err(Problem::field("fingerprint", "ambiguous"));
        }
        db::trust::remove(&mut tx, &row.sha256).await?;
        self.audit(&mut tx, changed(&row, "removed", now, actor)).await?;
        db::signature_report::judge_all_again(&mut tx, now).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// What a file is judged by now: the store, and what was kept for this version when it was judged before.
    pub(super) async fn judgement(&self, tx: &mut Tx, kept: Vec<db::evidence::Kept>) -> Result<Judgement> {
        let mut context = Context::new(self.clock.now());
        context.policy = self.policy.policy.clone();
        context.anchors = self.trust_files.anchors.iter().cloned().map(Anchor::new).collect();
        context.pool = self.trust_files.intermediates.clone();
        context.crls = self.trust_files.crls.clone();
        let mut authenticating = Vec::new();
        for row in db::trust::all(tx).await? {
            let certificate = Certificate::from_der(&row.der).map_err(internal)?;
            if row.role == TrustRole::Anchor.as_str() {
                let mut anchor = Anchor::new(certificate);
                (anchor.valid_from, anchor.valid_until) = (row.valid_from, row.valid_until);
                anchor.names = constraints_of(&texts(&row.names)?).map_err(internal)?;
                anchor.policies = policies_of(&texts(&row.policies)?).map_err(internal)?;
                context.anchors.push(anchor);
            } else {
                context.pool.push(certificate);
            }
            if row.authenticates {
                authenticating.push(data_encoding::HEXLOWER.encode(&row.sha256));
            }
        }
        context.kept = kept.into_iter().filter_map(to_kept).collect();
        Ok(Judgement { context, authenticating })
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::new(Code::Internal).caused_by(error)
}

fn texts(array: &str) -> Result<Vec<String>> {
    serde_json::from_str(array).map_err(internal)
}

fn constraints_of(names: &[String]) -> Result<Option<NameConstraints>, kho_signature::asn1::Error> {
    (!names.is_empty()).then(|| NameConstraints::permitting(names)).transpose()
}

fn policies_of(policies: &[String]) -> Result<Vec<PolicyId>, kho_signature::asn1::Error> {
    policies.iter().map(|policy| policy.parse()).collect()
}

fn to_kept(row: db::evidence::Kept) -> Option<Kept> {
    let kind = match row.kind.as_str() {
        "certificate" => KeptKind::Certificate,
        "crl" => KeptKind::Crl,
        "ocsp" => KeptKind::Ocsp,
        _ => return None,
    };
    Some(Kept { kind, der: row.der, since: row.kept_since })
}

fn changed(row: &TrustCertificate, what: &str, at: DateTime<Utc>, actor: &Actor) -> Record {
    let detail = json!({
        "authenticates": row.authenticates, "change": what, "names": row.names, "policies": row.policies,
        "role": row.role,
        "sha256": data_encoding::HEXLOWER.encode(&row.sha256),
    });
    Record::new(SYSTEM_CHAIN, at, actor.into(), Act::TrustChange).named(&row.subject).detail(detail)
}
