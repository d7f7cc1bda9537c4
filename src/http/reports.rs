//! Reports on reuse, digitisation and the state of dossiers.

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::Caller;
use crate::db::report::Standing;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::mapping::reports::{Counts, Division, Line, Report, ReportRequest};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReuseQuery {
    /// The first day, in Vietnamese time.
    #[param(example = "2026-01-01")]
    from: NaiveDate,
    /// The last day.
    #[param(example = "2026-12-31")]
    until: NaiveDate,
    /// Code of one agency; else all that the caller may see.
    #[param(example = "H52.10.5", max_length = 60)]
    agency: Option<String>,
    /// The agencies beneath too, as they were in the period.
    #[serde(default)]
    beneath: bool,
    /// `day`, `month`, `year`, `agency` or `reason` (of refusals).
    #[serde(default = "month")]
    #[param(example = "month", max_length = 20)]
    by: String,
}

fn month() -> String {
    "month".to_owned()
}

/// What was counted.
#[derive(Serialize, ToSchema)]
pub struct CountsBody {
    /// Dossiers handed in.
    #[schema(example = 1_204)]
    pub dossiers: i64,
    /// Components answered by a paper that lay in the vault before the dossier was opened.
    #[schema(example = 2_871)]
    pub reused: i64,
    /// Components for which a paper was added.
    #[schema(example = 1_398)]
    pub added: i64,
    /// Components that an agency digitised.
    #[schema(example = 211)]
    pub digitised: i64,
    /// Results that came into vaults.
    #[schema(example = 1_102)]
    pub results: i64,
    /// Papers that an officer did not accept.
    #[schema(example = 48)]
    pub refusals: i64,
    /// Dossiers decided, by the agency that processed them.
    #[schema(example = 1_154)]
    pub decided: i64,
    /// Dossiers that were decided in the period and whose result lies in its owner's vault, whenever it came there.
    #[schema(example = 1_148)]
    pub decided_digitised: i64,
    /// Components of the dossiers that were received: those that are needed or have a file, alternatives as one.
    #[schema(example = 4_630)]
    pub components: i64,
    /// Components of the dossiers that were received that have a file, whenever it came.
    #[schema(example = 4_480)]
    pub components_with_file: i64,
    /// Of all components that were answered, the part that a stored paper answered, from 0 to 1; none where there were none.
    #[schema(example = 0.64)]
    pub reuse_rate: Option<f64>,
    /// Of the dossiers that were decided, the part whose result lies in its owner's vault; none where none was decided.
    #[schema(example = 0.99)]
    pub digitisation_rate: Option<f64>,
    /// Of the components of dossiers that were received, the part that has a file; none where there were none.
    #[schema(example = 0.97)]
    pub component_digitisation_rate: Option<f64>,
}

impl From<Counts> for CountsBody {
    fn from(counts: Counts) -> Self {
        Self {
            dossiers: counts.dossiers,
            reused: counts.reused,
            added: counts.added,
            digitised: counts.digitised,
            results: counts.results,
            refusals: counts.refusals,
            decided: counts.decided,
            decided_digitised: counts.decided_digitised,
            components: counts.components,
            components_with_file: counts.components_with_file,
            reuse_rate: counts.reuse_rate(),
            digitisation_rate: counts.digitisation_rate(),
            component_digitisation_rate: counts.component_digitisation_rate(),
        }
    }
}

/// One line of a report.
#[derive(Serialize, ToSchema)]
pub struct ReportLine {
    /// The day, month or year, the agency's code, or the reason.
    #[schema(example = "2026-11")]
    pub key: String,
    /// Name of the agency.
    #[schema(example = "UBND xã Suối Mơ")]
    pub name: Option<String>,
    /// English name of the agency.
    #[schema(example = "People's Committee of Suoi Mo Commune")]
    pub name_en: Option<String>,
    #[serde(flatten)]
    pub counts: CountsBody,
}

impl From<Line> for ReportLine {
    fn from(line: Line) -> Self {
        Self { key: line.key, name: line.name, name_en: line.name_en, counts: line.counts.into() }
    }
}

/// A report, and the sum of its lines.
#[derive(Serialize, ToSchema)]
pub struct ReuseReport {
    pub items: Vec<ReportLine>,
    /// The sum of all lines.
    pub total: CountsBody,
}

impl From<Report> for ReuseReport {
    fn from(report: Report) -> Self {
        Self { items: report.lines.into_iter().map(ReportLine::from).collect(), total: report.total.into() }
    }
}

/// How much was reused and digitised
///
/// Counted by the acts themselves. For officers about their agency, for system administrators and auditors about all.
#[utoipa::path(tag = "reports", params(ReuseQuery),
    responses((status = 200, description = "The report", body = ReuseReport)))]
#[get("/reports/reuse")]
pub async fn report_reuse(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ReuseQuery>,
) -> Result<HttpResponse> {
    let report = reuse(&kho, &caller, query.into_inner()).await?;
    Ok(HttpResponse::Ok().json(ReuseReport::from(report)))
}

/// The same as a table
///
/// CSV (RFC 4180) in UTF-8, for spreadsheets.
#[utoipa::path(tag = "reports", params(ReuseQuery),
    responses((status = 200, description = "The report", body = String, content_type = "text/csv")))]
#[get("/reports/reuse.csv")]
pub async fn export_reuse(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ReuseQuery>,
) -> Result<HttpResponse> {
    let report = reuse(&kho, &caller, query.into_inner()).await?;
    let mut rows = vec![
        "key,name,dossiers,reused,added,digitised,results,refusals,decided,decided_digitised,components,components_with_file,\
         reuse_rate,digitisation_rate,component_digitisation_rate"
            .to_owned(),
    ];
    rows.extend(report.lines.into_iter().map(|line| {
        let counts = line.counts;
        let rate = |rate: Option<f64>| rate.map(|rate| format!("{rate:.4}")).unwrap_or_default();
        [
            cell(&line.key),
            cell(line.name.as_deref().unwrap_or_default()),
            counts.dossiers.to_string(),
            counts.reused.to_string(),
            counts.added.to_string(),
            counts.digitised.to_string(),
            counts.results.to_string(),
            counts.refusals.to_string(),
            counts.decided.to_string(),
            counts.decided_digitised.to_string(),
            counts.components.to_string(),
            counts.components_with_file.to_string(),
            rate(counts.reuse_rate()),
            rate(counts.digitisation_rate()),
            rate(counts.component_digitisation_rate()),
        ]
        .join(",")
    }));
    Ok(table("reuse.csv", &rows))
}

async fn reuse(kho: &Kho, caller: &Caller, query: ReuseQuery) -> Result<Report> {
    let ReuseQuery { from, until, agency, beneath, by } = query;
    let division = Division::parse(&by).ok_or_else(|| Problem::field("by", "unknown"))?;
    kho.report_reuse(&caller.0, &ReportRequest { from, until, agency, beneath }, division).await
}

/// A value of a table. Quoted where it must be; one that a spreadsheet would take for a formula becomes text.
fn cell(text: &str) -> String {
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn table(name: &str, rows: &[String]) -> HttpResponse {
    // The mark by which spreadsheets know UTF-8.
    let text = format!("\u{feff}{}\r\n", rows.join("\r\n"));
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .body(text)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StandingQuery {
    /// The first day on which the dossiers were received, in Vietnamese time.
    #[param(example = "2026-01-01")]
    from: NaiveDate,
    /// The last day.
    #[param(example = "2026-12-31")]
    until: NaiveDate,
    /// Code of one processing agency; else all that the caller may see.
    #[param(example = "H52.10.5", max_length = 60)]
    agency: Option<String>,
    /// The agencies beneath too, as they were in the period.
    #[serde(default)]
    beneath: bool,
}

impl From<StandingQuery> for ReportRequest {
    fn from(query: StandingQuery) -> Self {
        let StandingQuery { from, until, agency, beneath } = query;
        Self { from, until, agency, beneath }
    }
}

/// How many dossiers of an agency are in a state.
#[derive(Serialize, ToSchema)]
pub struct DossiersInState {
    /// Code of the processing agency.
    #[schema(example = "H52.10.5")]
    pub agency: String,
    /// Name of the agency.
    #[schema(example = "UBND xã Suối Mơ")]
    pub name: String,
    /// English name of the agency.
    #[schema(example = "People's Committee of Suoi Mo Commune")]
    pub name_en: String,
    /// The state.
    #[schema(example = "processing")]
    pub state: String,
    /// Dossiers.
    #[schema(example = 37)]
    pub count: i64,
    /// Those of them that are late.
    #[schema(example = 2)]
    pub overdue: i64,
}

impl From<Standing> for DossiersInState {
    fn from(standing: Standing) -> Self {
        Self {
            agency: standing.agency,
            name: standing.name,
            name_en: standing.name_en,
            state: standing.state,
            count: standing.count,
            overdue: standing.overdue,
        }
    }
}

/// By agency and state.
#[derive(Serialize, ToSchema)]
pub struct StandingReport {
    pub items: Vec<DossiersInState>,
}

/// Where dossiers stand
///
/// Those that were received in a period, by processing agency and state, and how many are late.
#[utoipa::path(tag = "reports", params(StandingQuery),
    responses((status = 200, description = "The report", body = StandingReport)))]
#[get("/reports/dossiers")]
pub async fn report_dossiers(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<StandingQuery>,
) -> Result<HttpResponse> {
    let standings = kho.report_standings(&caller.0, &query.into_inner().into()).await?;
    let items = standings.into_iter().map(DossiersInState::from).collect();
    Ok(HttpResponse::Ok().json(StandingReport { items }))
}

/// The same as a table
///
/// CSV (RFC 4180) in UTF-8, for spreadsheets.
#[utoipa::path(tag = "reports", params(StandingQuery),
    responses((status = 200, description = "The report", body = String, content_type = "text/csv")))]
#[get("/reports/dossiers.csv")]
pub async fn export_dossiers(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<StandingQuery>,
) -> Result<HttpResponse> {
    let standings = kho.report_standings(&caller.0, &query.into_inner().into()).await?;
    let mut rows = vec!["agency,name,state,count,overdue".to_owned()];
    rows.extend(standings.into_iter().map(|one| {
        [cell(&one.agency), cell(&one.name), one.state, one.count.to_string(), one.overdue.to_string()]
            .join(",")
    }));
    Ok(table("dossiers.csv", &rows))
}
