//! What a dossier has and what it lacks (J7).
//!
//! The rules refuse what they know to be wrong and leave to the officer what they cannot tell: an attached paper whose only obstacles are
//! doubts ([`Obstacle::is_doubt`]) is there. An officer's decision stands above the rules, either way: an accepted paper satisfies its
//! component whatever obstacle a rule finds, a refused one never does. One thing stands above the officer: a paper whose issuer revoked it has
//! no effect, and whoever accepted it did not know.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::catalogue::{Component, Need, Procedure};
use crate::fit::{Obstacle, Types, obstacles};
use crate::paper::Paper;
use crate::reasons::PaperReason;

/// A paper in a component; those that were replaced or removed are not told here.
#[derive(Clone, Copy, Debug)]
pub struct Attached<'p> {
    /// The caller's key for it, by which the answer names it.
    pub id: &'p str,
    /// Code of the component.
    pub component: &'p str,
    pub paper: &'p Paper,
    pub decision: Decision,
}

/// What an officer decided about an attached paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Open,
    Accepted,
    Refused(PaperReason),
}

/// How a whole dossier stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completeness {
    /// Whether nothing that is needed is missing.
    pub complete: bool,
    /// Each component, in the order of the procedure.
    pub components: Vec<ComponentStanding>,
}

/// How one component stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComponentStanding {
    /// Code of the component.
    #[cfg_attr(feature = "openapi", schema(example = "C1"))]
    pub component: String,
    /// Whether this keeps the dossier from being complete.
    pub blocks: bool,
    #[serde(flatten)]
    pub state: ComponentState,
}

/// What a component has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ComponentState {
    /// A paper is there that answers it.
    Satisfied {
        /// Id of the attachment.
        #[cfg_attr(feature = "openapi", schema(example = "019c9f3e-7a10-7000-8000-000000000001"))]
        by: String,
    },
    /// A paper is there, and whether it does is left to the officer.
    LeftToOfficer {
        /// Id of the attachment.
        #[cfg_attr(feature = "openapi", schema(example = "019c9f3e-7a10-7000-8000-000000000001"))]
        by: String,
        /// What the rules cannot tell.
        doubts: Vec<Obstacle>,
    },
    /// Another of its group is there.
    SatisfiedByAlternative {
        /// Code of the component that is satisfied instead.
        #[cfg_attr(feature = "openapi", schema(example = "C2"))]
        alternative: String,
    },
    /// A paper is there and will not do.
    AttachedBut {
        /// Id of the attachment.
        #[cfg_attr(feature = "openapi", schema(example = "019c9f3e-7a10-7000-8000-000000000001"))]
        by: String,
        /// All that is in the way.
        obstacles: Vec<Obstacle>,
    },
    /// An officer refused the paper.
    Refused {
        /// Id of the attachment.
        #[cfg_attr(feature = "openapi", schema(example = "019c9f3e-7a10-7000-8000-000000000001"))]
        by: String,
        /// Why.
        reason: PaperReason,
    },
    /// Nothing is there, and it is needed.
    Missing,
    /// Nothing is there, and nothing need be.
    OptionalMissing,
    /// Its condition was not answered with yes.
    NotNeeded,
}

impl ComponentState {
    pub fn code(&self) -> &'static str {
        match self {
            ComponentState::Satisfied { .. } => "satisfied",
            ComponentState::LeftToOfficer { .. } => "left_to_officer",
            ComponentState::SatisfiedByAlternative { .. } => "satisfied_by_alternative",
            ComponentState::AttachedBut { .. } => "attached_but",
            ComponentState::Refused { .. } => "refused",
            ComponentState::Missing => "missing",
            ComponentState::OptionalMissing => "optional_missing",
            ComponentState::NotNeeded => "not_needed",
        }
    }

    /// Whether a paper is there that nothing known speaks against.
    fn is_answered(&self) -> bool {
        matches!(self, ComponentState::Satisfied { .. } | ComponentState::LeftToOfficer { .. })
    }
}

/// How a dossier stands. `conditions` are the codes of those answered with yes, `on` is the day of submission, or today before it.
pub fn completeness(
    procedure: &Procedure,
    conditions: &[impl AsRef<str>],
    attached: &[Attached<'_>],
    types: &Types<'_>,
    on: NaiveDate,
) -> Completeness {
    let yes: HashSet<&str> = conditions.iter().map(AsRef::as_ref).collect();
    let mut by_component: HashMap<&str, Vec<&Attached<'_>>> = HashMap::new();
    for one in attached {
        by_component.entry(one.component).or_default().push(one);
    }

    let own: Vec<ComponentState> = procedure
        .components
        .iter()
        .map(|component| {
            if component.need == Need::Conditional
                && !component.when.as_deref().is_some_and(|when| yes.contains(when))
            {
                return ComponentState::NotNeeded;
            }
            let papers = by_component.get(component.code.as_str()).map_or(&[][..], Vec::as_slice);
            state(component, papers, types, on)
        })
        .collect();

    // The first of each group that is answered speaks for the others.
    let mut answered: HashMap<&str, &str> = HashMap::new();
    for (component, state) in procedure.components.iter().zip(&own) {
        if let Some(group) = &component.group
            && state.is_answered()
        {
            answered.entry(group).or_insert(&component.code);
        }
    }

    let components: Vec<ComponentStanding> = procedure
        .components
        .iter()
        .zip(own)
        .map(|(component, own)| {
            let instead = component.group.as_deref().and_then(|group| answered.get(group));
            let needed = component.need != Need::Optional && own != ComponentState::NotNeeded;
            let blocks = needed && !own.is_answered() && instead.is_none();
            let state = match (own, instead) {
                (ComponentState::Missing | ComponentState::OptionalMissing, Some(instead)) => {
                    ComponentState::SatisfiedByAlternative { alternative: (*instead).to_owned() }
                }
                (own, _) => own,
            };
            ComponentStanding { component: component.code.clone(), blocks, state }
        })
        .collect();
    Completeness { complete: components.iter().all(|component| !component.blocks), components }
}

/// What a component has by itself: its best paper speaks for it, the first of those that are equally good.
fn state(
    component: &Component,
    papers: &[&Attached<'_>],
    types: &Types<'_>,
    on: NaiveDate,
) -> ComponentState {
    let nothing = match component.need {
        Need::Optional => ComponentState::OptionalMissing,
        Need::Required | Need::Conditional => ComponentState::Missing,
    };
    papers.iter().map(|one| of_paper(component, one, types, on)).min_by_key(goodness).unwrap_or(nothing)
}

/// Smaller is better.
fn goodness(state: &ComponentState) -> u8 {
    match state {
        ComponentState::Satisfied { .. } => 0,
        ComponentState::LeftToOfficer { .. } => 1,
        ComponentState::AttachedBut { .. } => 2,
        ComponentState::Refused { .. } => 3,
        ComponentState::SatisfiedByAlternative { .. }
        | ComponentState::Missing
        | ComponentState::OptionalMissing
        | ComponentState::NotNeeded => 4,
    }
}

fn of_paper(
    component: &Component,
    attached: &Attached<'_>,
    types: &Types<'_>,
    on: NaiveDate,
) -> ComponentState {
    let by = attached.id.to_owned();
    match attached.decision {
        Decision::Refused(reason) => ComponentState::Refused { by, reason },
        Decision::Accepted if attached.paper.revoked => {
            ComponentState::AttachedBut { by, obstacles: vec![Obstacle::Revoked] }
        }
        Decision::Accepted => ComponentState::Satisfied { by },
        Decision::Open => {
            let found = obstacles(attached.paper, component, types.of_paper(attached.paper), on);
            if found.is_empty() {
                ComponentState::Satisfied { by }
            } else if found.iter().all(Obstacle::is_doubt) {
                ComponentState::LeftToOfficer { by, doubts: found }
            } else {
                ComponentState::AttachedBut { by, obstacles: found }
            }
        }
    }
}
