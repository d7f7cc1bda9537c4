//! Rows of the trust store.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::sql;

/// A certificate that the administrator chose.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TrustCertificate {
    pub sha256: Vec<u8>,
    /// `anchor` or `intermediate`.
    pub role: String,
    pub der: Vec<u8>,
    pub subject: String,
    pub label: Option<String>,
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
    /// JSON arrays of texts.
    pub names: String,
    pub policies: String,
    pub authenticates: bool,
    pub added_at: DateTime<Utc>,
}

/// Adds a certificate, or changes how far one that is there is believed.
pub async fn put(tx: &mut Tx, certificate: &TrustCertificate) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO trust_certificate
             (sha256, role, der, subject, label, valid_from, valid_until, names, policies, authenticates, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (sha256) DO UPDATE SET role = excluded.role, label = excluded.label,
             valid_from = excluded.valid_from, valid_until = excluded.valid_until,
             names = excluded.names, policies = excluded.policies, authenticates = excluded.authenticates",
        &certificate.sha256,
        &certificate.role,
        &certificate.der,
        &certificate.subject,
        certificate.label.as_deref(),
        certificate.valid_from,
        certificate.valid_until,
        &certificate.names,
        &certificate.policies,
        certificate.authenticates,
        certificate.added_at
    )?;
    Ok(())
}

/// The whole store, anchors first.
pub async fn all(tx: &mut Tx) -> Result<Vec<TrustCertificate>, DbError> {
    sql!(
        tx,
        all TrustCertificate,
        "SELECT sha256, role, der, subject, label, valid_from, valid_until, names, policies, authenticates, added_at
         FROM trust_certificate ORDER BY role, subject, sha256"
    )
}

pub async fn remove(tx: &mut Tx, sha256: &[u8]) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM trust_certificate WHERE sha256 = $1", sha256)?;
    Ok(())
}
