//! How much is reused and digitised, and where dossiers stand (QĐ 766/QĐ-TTg scores both): counted by the acts themselves, never typed in.
//!
//! For officers and administrators of an agency about their own, for system administrators and auditors about all.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::hierarchy::Hierarchy;
use crate::db::report::{By, Period, Span, Standing, Sum};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::dossier::day_of;
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// Years that one report spans at the most.
const MOST_DAYS: i64 = 366 * 20;

/// Into what a report is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    Day,
    Month,
    Year,
    Agency,
    Reason,
}

impl Division {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "day" => Some(Division::Day),
            "month" => Some(Division::Month),
            "year" => Some(Division::Year),
            "agency" => Some(Division::Agency),
            "reason" => Some(Division::Reason),
            _ => None,
        }
    }

    fn source(self) -> By {
        match self {
            Division::Day | Division::Month | Division::Year => By::Day,
            Division::Agency => By::Agency,
            Division::Reason => By::Reason,
        }
    }

    /// Under which key a sum is told: days are cut to their month or year.
    fn key(self, of_row: &str) -> &str {
        let letters = match self {
            Division::Month => 7,
            Division::Year => 4,
            Division::Day | Division::Agency | Division::Reason => of_row.len(),
        };
        of_row.get(..letters).unwrap_or(of_row)
    }
}

/// What a report is asked about.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// Code of one agency; none for all that the actor may see.
    pub agency: Option<String>,
    /// Those beneath the agencies too.
    pub beneath: bool,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Dossiers handed in.
    pub dossiers: i64,
    /// Components answered by a paper that lay in the vault before.
    pub reused: i64,
    /// Components for which a paper was added.
    pub added: i64,
    /// Components that an agency digitised.
    pub digitised: i64,
    /// Results that came into vaults.
    pub results: i64,
    /// Papers that an officer did not accept.
    pub refusals: i64,
    /// Dossiers decided.
    pub decided: i64,
    /// Those of them whose result lies in its owner's vault.
    pub decided_digitised: i64,
    /// Components of dossiers received.
    pub components: i64,
    /// Those of them that have a file.
    pub components_with_file: i64,
}

impl Counts {
    fn add(&mut self, what: &str, count: i64) {
        let sum = match what {
            "dossier" => &mut self.dossiers,
            "component_reused" => &mut self.reused,
            "component_added" => &mut self.added,
            "component_digitised" => &mut self.digitised,
            "result" => &mut self.results,
            "refusal" => &mut self.refusals,
            "decided" => &mut self.decided,
            "decided_digitised" => &mut self.decided_digitised,
            "component" => &mut self.components,
            "component_with_file" => &mut self.components_with_file,
            _ => return,
        };
        *sum += count;
    }

    /// Of all components that were answered, the part that a stored paper answered; none where there were none.
    pub fn reuse_rate(&self) -> Option<f64> {
        rate(self.reused, self.reused + self.added + self.digitised)
    }

    /// Of the dossiers that were decided, the part whose result lies in its owner's vault.
    pub fn digitisation_rate(&self) -> Option<f64> {
        rate(self.decided_digitised, self.decided)
    }

    /// Of the components of dossiers that were received, the part that has a file.
    pub fn component_digitisation_rate(&self) -> Option<f64> {
        rate(self.components_with_file, self.components)
    }
}

fn rate(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// One line of a report.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The day, month, year, agency's code or reason.
    pub key: String,
    pub name: Option<String>,
    pub name_en: Option<String>,
    pub counts: Counts,
}

/// A report and its sum.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub lines: Vec<Line>,
    pub total: Counts,
}

impl Kho {
    /// What was reused, added, digitised and refused in a period.
    pub async fn report_reuse(
        &self,
        actor: &Actor,
        request: &ReportRequest,
        division: Division,
    ) -> Result<Report> {
        let mut tx = self.db.read().await?;
        let period = self.gate_report(&mut tx, actor, request).await?;
        let sums = db::report::sums(&mut tx, &period, division.source()).await?;
        Ok(fold(sums, division))
    }

    /// Where the dossiers that were received in a period stand, and how many of them are late.
    pub async fn report_standings(&self, actor: &Actor, request: &ReportRequest) -> Result<Vec<Standing>> {
        let mut tx = self.db.read().await?;
        let period = self.gate_report(&mut tx, actor, request).await?;
        Ok(db::report::standings(&mut tx, &period, day_of(self.clock.now())).await?)
    }

    /// Which agencies the actor may read reports about, within what is asked.
    async fn gate_report(&self, tx: &mut Tx, actor: &Actor, request: &ReportRequest) -> Result<Period> {
        const READERS: [Role; 4] = [Role::SystemAdmin, Role::Auditor, Role::AgencyAdmin, Role::Officer];
        let posts = self.gate_role(tx, actor, Act::ReportRead, &READERS).await?;
        let days = (request.until - request.from).num_days();
        if days < 0 {
            return Err(Problem::field("until", "before_from"));
        }
        if days > MOST_DAYS {
            return Err(Problem::field("from", "too_early").with("maximum_days", MOST_DAYS));
        }
        let sees_all = posts.iter().any(|post| !post.role.is_of_agency());
        let (from, until) = (request.from, request.until);
        let all_days = |agency| Span { agency, from, until };
        if sees_all && request.agency.is_none() {
            return Ok(Period { from, until, agencies: None });
        }
        let own = posts.iter().filter_map(|post| post.agency_id).map(all_days).collect::<Vec<_>>();
        let hierarchy = Hierarchy::read(tx).await?;
        let agencies = match &request.agency {
            None if request.beneath => hierarchy.with_beneath(&own),
            None => own,
            Some(code) => {
                let agency = db::agency::by_code(tx, &code.trim().to_ascii_uppercase()).await?;
                let unknown = || Problem::field("agency", "unknown");
                let one = vec![all_days(agency.ok_or_else(unknown)?.id)];
                let asked = if request.beneath { hierarchy.with_beneath(&one) } else { one };
                let seen = match sees_all {
                    true => asked,
                    false => common(&asked, &hierarchy.with_beneath(&own)),
                };
                if seen.is_empty() {
                    return Err(unknown());
                }
                seen
            }
        };
        Ok(Period { from, until, agencies: Some(agencies) })
    }
}

/// The days of each agency that are in both.
fn common(left: &[Span], right: &[Span]) -> Vec<Span> {
    let both = |one: &Span, other: &Span| Span {
        agency: one.agency,
        from: one.from.max(other.from),
        until: one.until.min(other.until),
    };
    let pairs = left.iter().flat_map(|one| {
        right.iter().filter(|other| other.agency == one.agency).map(move |other| both(one, other))
    });
    pairs.filter(|span| span.from <= span.until).collect()
}

fn fold(sums: Vec<Sum>, division: Division) -> Report {
    let mut lines = BTreeMap::<String, Line>::new();
    let mut total = Counts::default();
    for sum in sums {
        total.add(&sum.what, sum.count);
        let key = division.key(&sum.key);
        let line = lines.entry(key.to_owned()).or_insert_with(|| Line {
            key: key.to_owned(),
            name: sum.name,
            name_en: sum.name_en,
            counts: Counts::default(),
        });
        line.counts.add(&sum.what, sum.count);
    }
    Report { lines: lines.into_values().collect(), total }
}
