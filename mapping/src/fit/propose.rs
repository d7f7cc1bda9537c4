//! Which papers of a vault are proposed for a component, best first.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Obstacle, holds_until, obstacles};
use crate::catalogue::{Component, DocumentType, Procedure};
use crate::paper::{Paper, Verdict};

/// Types of document by their code.
#[derive(Clone, Debug, Default)]
pub struct Types<'c>(HashMap<&'c str, &'c DocumentType>);

impl<'c> Types<'c> {
    pub fn of(types: impl IntoIterator<Item = &'c DocumentType>) -> Self {
        Self(types.into_iter().map(|kind| (kind.code.as_str(), kind)).collect())
    }

    pub fn get(&self, code: &str) -> Option<&'c DocumentType> {
        self.0.get(code).copied()
    }

    /// The type of a paper.
    pub fn of_paper(&self, paper: &Paper) -> Option<&'c DocumentType> {
        self.get(paper.type_code.as_deref()?)
    }
}

/// What answers a component, and what nearly does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proposals {
    /// Best first.
    pub fitting: Vec<Proposal>,
    /// Of the right type, with obstacles; those with the fewest first, then as the fitting ones.
    pub near: Vec<Near>,
}

/// A paper that answers a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its place among the papers that were asked about.
    pub paper: usize,
    pub reason: Reason,
}

/// A paper of the right type that something keeps out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// Its place among the papers that were asked about.
    pub paper: usize,
    /// Never empty.
    pub obstacles: Vec<Obstacle>,
}

/// Why a paper is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProposalReason))]
pub struct Reason {
    /// Code of its type of document.
    #[cfg_attr(feature = "openapi", schema(example = "birth-certificate"))]
    pub type_code: String,
    /// The day of issue.
    #[cfg_attr(feature = "openapi", schema(example = "2019-03-12"))]
    pub issued_on: Option<NaiveDate>,
    /// Who issued it.
    #[cfg_attr(feature = "openapi", schema(example = "UBND xã Hòa Bình"))]
    pub authority: Option<String>,
    /// The last day on which it holds, where it has one.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-31"))]
    pub holds_until: Option<NaiveDate>,
    /// Its level of trust, 1 to 4.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub trust: u8,
    /// What was found about its signatures, where it has some that were examined.
    pub verdict: Option<Verdict>,
}

/// Papers by their type, classified once, so that a procedure with many components costs a vault of thousands of papers one walk.
pub struct Shelf<'p> {
    papers: &'p [Paper],
    by_type: HashMap<&'p str, Vec<usize>>,
}

impl<'p> Shelf<'p> {
    pub fn of(papers: &'p [Paper]) -> Self {
        let mut by_type: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, paper) in papers.iter().enumerate() {
            if let Some(code) = &paper.type_code {
                by_type.entry(code).or_default().push(index);
            }
        }
        Self { papers, by_type }
    }

    /// What is proposed for one component; nothing where it accepts no type.
    pub fn propose(&self, component: &Component, types: &Types<'_>, on: NaiveDate) -> Proposals {
        let mut proposals = Proposals::default();
        for (nth, code) in component.accepts.iter().enumerate() {
            if component.accepts[..nth].contains(code) {
                continue;
            }
            for &index in self.by_type.get(code.as_str()).into_iter().flatten() {
                let paper = &self.papers[index];
                let kind = types.get(code);
                let obstacles = obstacles(paper, component, kind, on);
                if obstacles.is_empty() {
                    proposals.fitting.push(Proposal { paper: index, reason: reason(paper, code, kind) });
                } else {
                    proposals.near.push(Near { paper: index, obstacles });
                }
            }
        }
        proposals.fitting.sort_unstable_by_key(|proposal| self.rank(proposal.paper));
        proposals.near.sort_unstable_by_key(|near| (near.obstacles.len(), self.rank(near.paper)));
        proposals
    }

    /// The same for each component of a procedure, in its order.
    pub fn propose_all(&self, procedure: &Procedure, types: &Types<'_>, on: NaiveDate) -> Vec<Proposals> {
        procedure.components.iter().map(|component| self.propose(component, types, on)).collect()
    }

    /// Smaller is better. No two papers rank the same: the place in the list decides at last.
    fn rank(&self, index: usize) -> Rank {
        let paper = &self.papers[index];
        let verdict = match paper.verdict {
            Some(Verdict::Valid) => 0,
            Some(Verdict::ValidWithLaterChanges) => 1,
            None | Some(Verdict::Indeterminate) => 2,
            Some(Verdict::Invalid) => 3,
        };
        (Reverse(paper.trust), verdict, Reverse(paper.issued_on), Reverse(paper.added_at), index)
    }
}

type Rank = (Reverse<u8>, u8, Reverse<Option<NaiveDate>>, Reverse<DateTime<Utc>>, usize);

/// What is proposed for a single component.
pub fn propose(papers: &[Paper], component: &Component, types: &Types<'_>, on: NaiveDate) -> Proposals {
    Shelf::of(papers).propose(component, types, on)
}

fn reason(paper: &Paper, code: &str, kind: Option<&DocumentType>) -> Reason {
    Reason {
        type_code: code.to_owned(),
        issued_on: paper.issued_on,
        authority: paper.authority.clone(),
        holds_until: holds_until(paper, kind),
        trust: paper.trust,
        verdict: paper.verdict,
    }
}
