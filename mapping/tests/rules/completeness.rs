//! What a dossier has and lacks.

use kho_mapping::catalogue::{Component, DocumentType, Need, Procedure};
use kho_mapping::completeness::{Attached, Completeness, ComponentState, Decision, completeness};
use kho_mapping::fit::{Obstacle, Types};
use kho_mapping::paper::Paper;
use kho_mapping::reasons::PaperReason;

use crate::build::{component, day, kind, paper, procedure};

fn types() -> Vec<DocumentType> {
    vec![kind("card", "dated"), kind("passport", "dated"), kind("extract", "P6M")]
}

/// A and B are alternatives, C is asked of the represented, D is optional, E is a form.
fn asked() -> Procedure {
    let group = Some("identity".to_owned());
    let components = vec![
        Component { group: group.clone(), ..component("A", &["card"]) },
        Component { group, ..component("B", &["passport"]) },
        Component {
            need: Need::Conditional,
            when: Some("represented".to_owned()),
            ..component("C", &["extract"])
        },
        Component { need: Need::Optional, ..component("D", &["extract"]) },
        component("E", &[]),
    ];
    procedure(components, &["represented"])
}

fn with(attached: &[Attached<'_>], yes: &[&str]) -> Completeness {
    completeness(&asked(), yes, attached, &Types::of(&types()), day("2026-04-01"))
}

fn open<'p>(component: &'p str, paper: &'p Paper) -> Attached<'p> {
    Attached { id: component, component, paper, decision: Decision::Open }
}

fn codes(found: &Completeness) -> Vec<&'static str> {
    found.components.iter().map(|component| component.state.code()).collect()
}

#[test]
fn an_empty_dossier_lacks_what_is_needed() {
    let found = with(&[], &[]);

    assert_eq!(codes(&found), ["missing", "missing", "not_needed", "optional_missing", "missing"]);
    assert!(!found.complete);
    let blocks: Vec<bool> = found.components.iter().map(|component| component.blocks).collect();
    assert_eq!(blocks, [true, true, false, false, true]);
}

#[test]
fn one_alternative_is_enough() {
    let (passport, form) = (paper("passport"), Paper { type_code: None, ..paper("") });

    let found = with(&[open("B", &passport), open("E", &form)], &[]);

    assert_eq!(
        found.components[0].state,
        ComponentState::SatisfiedByAlternative { alternative: "B".to_owned() }
    );
    assert_eq!(found.components[1].state, ComponentState::Satisfied { by: "B".to_owned() });
    assert!(found.complete);
}

#[test]
fn a_condition_answered_with_yes_asks_for_more() {
    let (passport, form) = (paper("passport"), paper("form"));

    let found = with(&[open("B", &passport), open("E", &form)], &["represented"]);

    assert_eq!(found.components[2].state, ComponentState::Missing);
    assert!(!found.complete);
}

#[test]
fn an_unfit_paper_is_told_with_what_is_in_the_way_and_an_alternative_still_helps() {
    let ended = Paper { expires_on: Some(day("2026-03-31")), ..paper("card") };
    let (passport, form) = (paper("passport"), paper("form"));
    let attached_but = ComponentState::AttachedBut {
        by: "A".to_owned(),
        obstacles: vec![Obstacle::Expired { last_day: day("2026-03-31") }],
    };

    let alone = with(&[open("A", &ended), open("E", &form)], &[]);
    assert_eq!((alone.complete, &alone.components[0].state), (false, &attached_but));

    let both = with(&[open("A", &ended), open("B", &passport), open("E", &form)], &[]);
    assert_eq!((both.complete, &both.components[0].state), (true, &attached_but));
    assert!(!both.components[0].blocks);
}

#[test]
fn what_the_rules_cannot_tell_is_left_to_the_officer() {
    let unnamed = Paper { type_code: None, ..paper("") };
    let undated = Paper { issued_on: None, ..paper("extract") };

    let found = with(&[open("A", &unnamed), open("C", &undated), open("E", &unnamed)], &["represented"]);

    assert_eq!(
        found.components[0].state,
        ComponentState::LeftToOfficer { by: "A".to_owned(), doubts: vec![Obstacle::TypeUnknown] }
    );
    assert_eq!(
        found.components[2].state,
        ComponentState::LeftToOfficer { by: "C".to_owned(), doubts: vec![Obstacle::IssueDateUnknown] }
    );
    assert!(found.complete);
}

#[test]
fn a_doubt_beside_a_fault_is_no_doubt() {
    let unnamed = Paper { type_code: None, revoked: true, ..paper("") };

    assert_eq!(with(&[open("A", &unnamed)], &[]).components[0].state.code(), "attached_but");
}

#[test]
fn an_officer_stands_above_the_rules_but_not_above_the_issuer() {
    let wrong = Paper { superseded: true, ..paper("extract") };
    let accepted = |paper| Attached { decision: Decision::Accepted, ..open("A", paper) };
    assert_eq!(with(&[accepted(&wrong)], &[]).components[0].state.code(), "satisfied");

    let revoked = Paper { revoked: true, ..paper("card") };
    assert_eq!(
        with(&[accepted(&revoked)], &[]).components[0].state,
        ComponentState::AttachedBut { by: "A".to_owned(), obstacles: vec![Obstacle::Revoked] }
    );

    let good = paper("card");
    let refused = Attached { decision: Decision::Refused(PaperReason::WrongPerson), ..open("A", &good) };
    assert_eq!(
        with(&[refused], &[]).components[0].state,
        ComponentState::Refused { by: "A".to_owned(), reason: PaperReason::WrongPerson }
    );
}

#[test]
fn the_best_paper_of_a_component_speaks_for_it() {
    let (good, ended) = (paper("card"), Paper { expires_on: Some(day("2026-03-31")), ..paper("card") });
    let refused =
        Attached { id: "1", decision: Decision::Refused(PaperReason::Unreadable), ..open("A", &good) };
    let unfit = Attached { id: "2", ..open("A", &ended) };
    let fit = Attached { id: "3", ..open("A", &good) };

    assert_eq!(with(&[refused, unfit], &[]).components[0].state.code(), "attached_but");
    assert_eq!(
        with(&[refused, unfit, fit], &[]).components[0].state,
        ComponentState::Satisfied { by: "3".to_owned() }
    );
}

#[test]
fn an_optional_paper_never_blocks() {
    let (passport, form) = (paper("passport"), paper("form"));
    let old = Paper { revoked: true, ..paper("extract") };

    let found = with(&[open("B", &passport), open("E", &form), open("D", &old)], &[]);

    assert_eq!(found.components[3].state.code(), "attached_but");
    assert!(found.complete);
}

#[test]
fn it_is_written_flat() {
    let passport = paper("passport");

    let found = serde_json::to_value(with(&[open("B", &passport)], &[])).unwrap();

    assert_eq!(
        found["components"][0],
        serde_json::json!({
            "component": "A", "blocks": false, "state": "satisfied_by_alternative", "alternative": "B"
        })
    );
}
