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
    pub agencies: Option<Vec<Span>>,
}

/// From which day to which a report is about an agency; within the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub agency: AgencyId,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// The condition that a row is of one of the agencies; `days` is that of a span that is shorter than the period.
fn of_agencies(
    period: &Period,
    values: &mut Values,
    agency: &str,
    days: impl Fn(&mut Values, NaiveDate, NaiveDate) -> String,
) -> String {
    let Some(spans) = &period.agencies else { return String::new() };
    let is_whole = |span: &&Span| span.from <= period.from && span.until >= period.until;
    let (whole, parts): (Vec<&Span>, Vec<&Span>) = spans.iter().partition(is_whole);
    let mut any = vec![format!("{agency} IN ({})", values.bind_ids(whole.iter().map(|span| span.agency.0)))];
    for span in parts {
        let of_span = values.bind(Value::Id(span.agency.0));
        any.push(format!("({agency} = {of_span} AND {})", days(values, span.from, span.until)));
    }
    format!(" AND ({})", any.join(" OR "))
}

/// The days from one to another, of the sums.
fn days_of_sums(values: &mut Values, from: NaiveDate, until: NaiveDate) -> String {
    let from = values.bind(Value::Date(from));
    format!("r.day >= {from} AND r.day <= {}", values.bind(Value::Date(until)))
}

/// The same of dossiers, by when they were received.
fn days_of_receipts(values: &mut Values, from: NaiveDate, until: NaiveDate) -> String {
    let start = |day: NaiveDate| Value::Time(crate::domain::dossier::start_of(day));
    let from = values.bind(start(from));
    let end = values.bind(start(until.succ_opt().unwrap_or(until)));
    format!("d.received_at >= {from} AND d.received_at < {end}")
}

/// What is counted of one day, agency or reason.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sum {
    /// The day (ISO 8601), the agency's code or the reason.
    pub key: String,
    pub name: Option<String>,
    pub name_en: Option<String>,
    /// See [`super::count::Counted`].
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
    let days = days_of_sums(&mut values, period.from, period.until);
    let days = days + &of_agencies(period, &mut values, "r.agency_id", days_of_sums);
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
    let days = days_of_receipts(&mut values, period.from, period.until);
    let within = of_agencies(period, &mut values, "d.processing_agency_id", days_of_receipts);
    let today = values.bind(Value::Date(today));
    let text = format!(
        "SELECT a.code AS agency, a.name, a.name_en, s.state, s.count, s.overdue
         FROM (SELECT d.processing_agency_id, d.state, COUNT(*) AS count,
                      COUNT(CASE WHEN d.due_on < {today} AND d.state IN ('received', 'supplement_requested', 'processing')
                                 THEN 1 END) AS overdue
               FROM dossier d WHERE {days}{within}
               GROUP BY d.processing_agency_id, d.state) s
         JOIN agency a ON a.id = s.processing_agency_id ORDER BY a.code, s.state"
    );
    sql!(tx, all Standing, sqlx::AssertSqlSafe(text); values)
}
