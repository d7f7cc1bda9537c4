//! Sums over what happened to dossiers, for reports. What is counted a day is read from `reuse_day`, which the acts themselves count into;
//! what stands where is counted from the dossiers.

use chrono::NaiveDate;

use super::value::{Value, Values};
use super::{DbError, Tx};
use crate::domain::id::AgencyId;
use crate::sql;

/// Which days and agencies a report is about.
#[derive(Clone, Debug)]
pub struct Period {
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// All where none is named.
    pub agencies: Option<Vec<AgencyId>>,
}

/// What is counted of one day, agency or reason.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sum {
    /// The day (ISO 8601), the agency's code or the reason.
    pub key: String,
    pub name: Option<String>,
    pub name_en: Option<String>,
    /// See [`super::event::Counted`].
    pub what: String,
    pub count: i64,
}

/// By what a report is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Day,
    Agency,
    /// Of refusals alone.
    Reason,
}

/// The sums of a period, in the order of days, codes of agencies or reasons.
pub async fn sums(tx: &mut Tx, period: &Period, by: By) -> Result<Vec<Sum>, DbError> {
    let mut values = Values::default();
    let from = values.bind(Value::Date(period.from));
    let until = values.bind(Value::Date(period.until));
    let within = match &period.agencies {
        None => String::new(),
        Some(agencies) => {
            format!(" AND r.agency_id IN ({})", values.bind_ids(agencies.iter().map(|agency| agency.0)))
        }
    };
    let days = format!("r.day >= {from} AND r.day <= {until}{within}");
    // SUM of whole numbers is NUMERIC on PostgreSQL.
    let text = match by {
        By::Day => format!(
            "SELECT CAST(r.day AS TEXT) AS key, CAST(NULL AS TEXT) AS name, CAST(NULL AS TEXT) AS name_en, r.what,
                    CAST(SUM(r.count) AS BIGINT) AS count
             FROM reuse_day r WHERE {days} GROUP BY r.day, r.what ORDER BY r.day, r.what"
        ),
        By::Agency => format!(
            "SELECT a.code AS key, a.name, a.name_en, r.what, CAST(SUM(r.count) AS BIGINT) AS count
             FROM reuse_day r JOIN agency a ON a.id = r.agency_id
             WHERE {days} GROUP BY a.code, a.name, a.name_en, r.what ORDER BY a.code, r.what"
        ),
        By::Reason => format!(
            "SELECT r.reason_code AS key, CAST(NULL AS TEXT) AS name, CAST(NULL AS TEXT) AS name_en, r.what,
                    CAST(SUM(r.count) AS BIGINT) AS count
             FROM reuse_day r WHERE {days} AND r.what = 'refusal' GROUP BY r.reason_code, r.what
             ORDER BY r.reason_code"
        ),
    };
    sql!(tx, all Sum, sqlx::AssertSqlSafe(text); values)
}

/// How many dossiers of an agency are in a state.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Standing {
    pub agency: String,
    pub name: String,
    pub name_en: String,
    pub state: String,
    pub count: i64,
    /// Those of them whose day has passed.
    pub overdue: i64,
}

/// The dossiers that were received in a period, by processing agency and state; `today` decides what is overdue.
pub async fn standings(tx: &mut Tx, period: &Period, today: NaiveDate) -> Result<Vec<Standing>, DbError> {
    let mut values = Values::default();
    let start = |day: NaiveDate| Value::Time(crate::domain::dossier::start_of(day));
    let from = values.bind(start(period.from));
    let end = values.bind(start(period.until.succ_opt().unwrap_or(period.until)));
    let today = values.bind(Value::Date(today));
    let within = match &period.agencies {
        None => String::new(),
        Some(agencies) => {
            let list = values.bind_ids(agencies.iter().map(|agency| agency.0));
            format!(" AND d.processing_agency_id IN ({list})")
        }
    };
    let text = format!(
        "SELECT a.code AS agency, a.name, a.name_en, s.state, s.count, s.overdue
         FROM (SELECT d.processing_agency_id, d.state, COUNT(*) AS count,
                      COUNT(CASE WHEN d.due_on < {today} AND d.state IN ('received', 'supplement_requested', 'processing')
                                 THEN 1 END) AS overdue
               FROM dossier d WHERE d.received_at >= {from} AND d.received_at < {end}{within}
               GROUP BY d.processing_agency_id, d.state) s
         JOIN agency a ON a.id = s.processing_agency_id ORDER BY a.code, s.state"
    );
    sql!(tx, all Standing, sqlx::AssertSqlSafe(text); values)
}
