//! What keeps a paper out of a component.

use chrono::NaiveDate;
use serde::Serialize;

use crate::catalogue::{Component, DocumentType, Validity};
use crate::paper::{Paper, Readability, Verdict};

/// What keeps a paper out of a component, with the facts that the sentence needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Obstacle {
    /// Its type is named and is none of those that answer the component.
    WrongType,
    /// Nobody said what kind of paper it is.
    TypeUnknown,
    /// Its last day is over: the one that stands on it, else the one that its type gives.
    Expired {
        /// The last day on which it held.
        #[cfg_attr(feature = "openapi", schema(example = "2026-05-31"))]
        last_day: NaiveDate,
    },
    /// It was issued longer ago than the component allows.
    TooOld {
        /// The day of issue.
        #[cfg_attr(feature = "openapi", schema(example = "2025-08-31"))]
        issued_on: NaiveDate,
        /// The earliest day of issue that would do.
        #[cfg_attr(feature = "openapi", schema(example = "2025-09-01"))]
        oldest: NaiveDate,
    },
    /// Its day of issue is not known, and its age or its last day depends on it.
    IssueDateUnknown,
    /// Less speaks for it than the component asks for.
    TrustTooLow {
        /// Its level of trust, 1 to 4.
        #[cfg_attr(feature = "openapi", schema(example = 1))]
        has: u8,
        /// The level that the component asks for.
        #[cfg_attr(feature = "openapi", schema(example = 2))]
        needs: u8,
    },
    /// What was signed is not what it says, or who signed could not.
    SignatureInvalid,
    /// Its pages show nothing.
    Blank,
    /// It asks for a password.
    Locked,
    /// The file has no content.
    Empty,
    /// The file could not be opened here.
    Damaged,
    /// A later paper of its issuer stands in its place.
    Superseded,
    /// Its issuer took its validity.
    Revoked,
}

impl Obstacle {
    pub fn code(&self) -> &'static str {
        match self {
            Obstacle::WrongType => "wrong_type",
            Obstacle::TypeUnknown => "type_unknown",
            Obstacle::Expired { .. } => "expired",
            Obstacle::TooOld { .. } => "too_old",
            Obstacle::IssueDateUnknown => "issue_date_unknown",
            Obstacle::TrustTooLow { .. } => "trust_too_low",
            Obstacle::SignatureInvalid => "signature_invalid",
            Obstacle::Blank => "blank",
            Obstacle::Locked => "locked",
            Obstacle::Empty => "empty",
            Obstacle::Damaged => "damaged",
            Obstacle::Superseded => "superseded",
            Obstacle::Revoked => "revoked",
        }
    }

    /// Whether the rules cannot tell, rather than know better. Such a paper is not proposed, but whoever attaches it by hand may do so: an
    /// officer who sees it can tell.
    pub fn is_doubt(&self) -> bool {
        matches!(self, Obstacle::TypeUnknown | Obstacle::IssueDateUnknown | Obstacle::Damaged)
    }
}

/// Until which day a paper holds: the one that stands on it, else what its type gives from the day of issue.
pub fn holds_until(paper: &Paper, kind: Option<&DocumentType>) -> Option<NaiveDate> {
    paper.expires_on.or_else(|| match (kind?.validity, paper.issued_on) {
        (Validity::For(period), Some(issued_on)) => Some(period.last_day(issued_on)),
        _ => None,
    })
}

/// All that keeps a paper out of a component on a day, in a fixed order. `kind` is the paper's own type. A component that accepts no type is a
/// form for this very dossier: no type is wrong there.
pub fn obstacles(
    paper: &Paper,
    component: &Component,
    kind: Option<&DocumentType>,
    on: NaiveDate,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if !component.accepts.is_empty() {
        match &paper.type_code {
            None => found.push(Obstacle::TypeUnknown),
            Some(code) if !component.accepts.contains(code) => found.push(Obstacle::WrongType),
            Some(_) => {}
        }
    }
    if paper.revoked {
        found.push(Obstacle::Revoked);
    }
    if paper.superseded {
        found.push(Obstacle::Superseded);
    }
    if paper.verdict == Some(Verdict::Invalid) {
        found.push(Obstacle::SignatureInvalid);
    }
    match paper.readability {
        Readability::Readable | Readability::Unknown => {}
        Readability::Blank => found.push(Obstacle::Blank),
        Readability::Locked => found.push(Obstacle::Locked),
        Readability::Empty => found.push(Obstacle::Empty),
        // Another program may open what ours could not.
        Readability::Damaged => found.push(Obstacle::Damaged),
    }
    age(paper, component, kind, on, &mut found);
    if paper.trust < component.min_trust {
        found.push(Obstacle::TrustTooLow { has: paper.trust, needs: component.min_trust });
    }
    found
}

fn age(
    paper: &Paper,
    component: &Component,
    kind: Option<&DocumentType>,
    on: NaiveDate,
    found: &mut Vec<Obstacle>,
) {
    if let Some(last_day) = holds_until(paper, kind)
        && last_day < on
    {
        found.push(Obstacle::Expired { last_day });
    }
    let Some(issued_on) = paper.issued_on else {
        let lasts_from_issue =
            paper.expires_on.is_none() && kind.is_some_and(|kind| matches!(kind.validity, Validity::For(_)));
        if component.max_age.is_some() || lasts_from_issue {
            found.push(Obstacle::IssueDateUnknown);
        }
        return;
    };
    if let Some(max_age) = component.max_age
        && max_age.last_day(issued_on) < on
    {
        found.push(Obstacle::TooOld { issued_on, oldest: max_age.first_day(on) });
    }
}
