//! Dossiers as lists and pages show them: with the names of their owner and agencies.

use chrono::NaiveDate;
use uuid::Uuid;

use super::dossier::Dossier;
use super::value::{Value, Values};
use super::{DbError, Tx};
use crate::domain::id::{AccountId, AgencyId, DossierId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// A dossier with the names of whom it concerns.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedDossier {
    #[sqlx(flatten)]
    pub dossier: Dossier,
    /// `person` or `organisation`.
    pub owner_kind: String,
    pub owner_code: String,
    pub owner_name: String,
    pub receiving_code: String,
    pub receiving_name: String,
    pub receiving_name_en: String,
    pub processing_code: String,
    pub processing_name: String,
    pub processing_name_en: String,
}

/// Whose dossiers are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Those of an owner.
    Vault(VaultId),
    /// Those that an account submitted for whomever.
    Submitter(AccountId),
    /// Those that an agency receives or processes, but for what a citizen has not submitted yet.
    Agency(AgencyId),
}

const NAMED: &str = concat!(
    "SELECT ",
    crate::dossier_columns!(),
    ", v.owner_kind, v.owner_code, v.owner_name, r.code AS receiving_code, r.name AS receiving_name,
       r.name_en AS receiving_name_en, p.code AS processing_code, p.name AS processing_name, p.name_en AS processing_name_en
     FROM dossier d JOIN vault v ON v.id = d.vault_id JOIN agency r ON r.id = d.receiving_agency_id
          JOIN agency p ON p.id = d.processing_agency_id"
);

pub async fn get(tx: &mut Tx, id: DossierId) -> Result<Option<NamedDossier>, DbError> {
    let text = format!("{NAMED} WHERE d.id = $1");
    sql!(tx, optional NamedDossier, sqlx::AssertSqlSafe(text), id)
}

/// One page, last changed first; one row more than the page holds.
pub async fn page(
    tx: &mut Tx,
    whose: Whose,
    state: Option<&str>,
    page: &PageRequest,
) -> Result<Vec<NamedDossier>, DbError> {
    let mut values = Values::default();
    let (before, before_id) = page.before_time();
    let limit = values.bind(Value::Number(i64::from(page.limit) + 1));
    let state = match state {
        Some(state) => format!(" AND state = {}", values.bind(Value::Text(state.to_owned()))),
        None => String::new(),
    };
    let (before, before_id) = (values.bind(Value::Time(before)), values.bind(Value::Id(before_id)));
    // Each column has an index in the order of the list, which an OR of two would not use.
    let one = |column: &str, id: &str, more: &str| {
        format!(
            "SELECT id FROM (SELECT id FROM dossier
             WHERE {column} = {id}{state}{more} AND (updated_at, id) < ({before}, {before_id})
             ORDER BY updated_at DESC, id DESC LIMIT {limit}) some_{column}"
        )
    };
    let ids = match whose {
        Whose::Vault(vault) => one("vault_id", &values.bind(Value::Id(vault.0)), ""),
        Whose::Submitter(account) => one("submitter_account_id", &values.bind(Value::Id(account.0)), ""),
        Whose::Agency(agency) => {
            let id = values.bind(Value::Id(agency.0));
            let seen = " AND (state <> 'draft' OR channel <> 'online')";
            format!(
                "{} UNION {}",
                one("receiving_agency_id", &id, seen),
                one("processing_agency_id", &id, seen)
            )
        }
    };
    let text = format!("{NAMED} WHERE d.id IN ({ids}) ORDER BY d.updated_at DESC, d.id DESC LIMIT {limit}");
    sql!(tx, all NamedDossier, sqlx::AssertSqlSafe(text); values)
}

/// After every day on which a dossier is due, and still of four digits.
pub const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The dossiers that these agencies work on, what is due first at the front and what is due never at the end, after a place in that order.
pub async fn worked_on(
    tx: &mut Tx,
    agencies: &[AgencyId],
    after: (NaiveDate, Uuid),
    limit: i64,
) -> Result<Vec<NamedDossier>, DbError> {
    let mut values = Values::default();
    let never = values.bind(Value::Date(NEVER));
    let (due, id) = (values.bind(Value::Date(after.0)), values.bind(Value::Id(after.1)));
    let limit = values.bind(Value::Number(limit));
    let agencies = values.bind_ids(agencies.iter().map(|agency| agency.0));
    // Each column has an index by state, which an OR of two would not use.
    let one = |column: &str| {
        format!(
            "SELECT id FROM (SELECT id FROM dossier
             WHERE {column} IN ({agencies}) AND state IN ('received', 'supplement_requested', 'processing')
               AND (COALESCE(due_on, {never}), id) > ({due}, {id})
             ORDER BY COALESCE(due_on, {never}), id LIMIT {limit}) some_{column}"
        )
    };
    let ids = format!("{} UNION {}", one("receiving_agency_id"), one("processing_agency_id"));
    let text =
        format!("{NAMED} WHERE d.id IN ({ids}) ORDER BY COALESCE(d.due_on, {never}), d.id LIMIT {limit}");
    sql!(tx, all NamedDossier, sqlx::AssertSqlSafe(text); values)
}
