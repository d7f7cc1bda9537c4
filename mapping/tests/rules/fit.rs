//! What fits a component, to the day.

use kho_mapping::catalogue::{Component, DocumentType};
use kho_mapping::fit::{Obstacle, Shelf, Types, obstacles, propose};
use kho_mapping::paper::{Paper, Readability, Verdict};

use crate::build::{component, day, kind, moment, paper, procedure};

fn codes(paper: &Paper, component: &Component, kind: &DocumentType, on: &str) -> Vec<&'static str> {
    obstacles(paper, component, Some(kind), day(on)).iter().map(Obstacle::code).collect()
}

fn of_age(age: &str) -> Component {
    Component { max_age: Some(age.parse().unwrap()), ..component("C1", &["extract"]) }
}

#[test]
fn a_paper_holds_on_its_last_day() {
    let card = Paper { expires_on: Some(day("2026-05-31")), ..paper("card") };
    let (component, kind) = (component("C1", &["card"]), kind("card", "dated"));

    assert_eq!(codes(&card, &component, &kind, "2026-05-31"), [""; 0]);
    assert_eq!(
        obstacles(&card, &component, Some(&kind), day("2026-06-01")),
        [Obstacle::Expired { last_day: day("2026-05-31") }]
    );
}

#[test]
fn age_counts_to_the_same_day_of_the_month_or_to_its_end() {
    let extract = Paper { issued_on: Some(day("2025-08-31")), ..paper("extract") };
    let kind = kind("extract", "permanent");

    assert_eq!(codes(&extract, &of_age("P6M"), &kind, "2026-02-28"), [""; 0]);
    assert_eq!(
        obstacles(&extract, &of_age("P6M"), Some(&kind), day("2026-03-01")),
        [Obstacle::TooOld { issued_on: day("2025-08-31"), oldest: day("2025-09-01") }]
    );
}

#[test]
fn a_leap_day_has_its_years() {
    let extract = Paper { issued_on: Some(day("2024-02-29")), ..paper("extract") };
    let kind = kind("extract", "permanent");

    assert_eq!(codes(&extract, &of_age("P1Y"), &kind, "2025-02-28"), [""; 0]);
    assert_eq!(codes(&extract, &of_age("P1Y"), &kind, "2025-03-01"), ["too_old"]);
    assert_eq!(codes(&extract, &of_age("P4Y"), &kind, "2028-02-29"), [""; 0]);
}

#[test]
fn the_last_day_on_the_paper_goes_before_that_of_its_type() {
    let component = component("C1", &["extract"]);
    let kind = kind("extract", "P6M");
    let issued = Paper { issued_on: Some(day("2025-10-15")), ..paper("extract") };

    assert_eq!(codes(&issued, &component, &kind, "2026-04-15"), [""; 0]);
    assert_eq!(codes(&issued, &component, &kind, "2026-04-16"), ["expired"]);
    let longer = Paper { expires_on: Some(day("2026-12-31")), ..issued.clone() };
    assert_eq!(codes(&longer, &component, &kind, "2026-04-16"), [""; 0]);
    let shorter = Paper { expires_on: Some(day("2025-12-31")), ..issued };
    assert_eq!(codes(&shorter, &component, &kind, "2026-01-01"), ["expired"]);
}

#[test]
fn an_unknown_day_of_issue_matters_only_where_age_counts() {
    let undated = Paper { issued_on: None, ..paper("extract") };
    let ageless = component("C1", &["extract"]);

    assert_eq!(codes(&undated, &ageless, &kind("extract", "permanent"), "2026-04-01"), [""; 0]);
    assert_eq!(codes(&undated, &ageless, &kind("extract", "dated"), "2026-04-01"), [""; 0]);
    assert_eq!(codes(&undated, &ageless, &kind("extract", "P6M"), "2026-04-01"), ["issue_date_unknown"]);
    assert_eq!(
        codes(&undated, &of_age("P6M"), &kind("extract", "permanent"), "2026-04-01"),
        ["issue_date_unknown"]
    );
    let dated = Paper { expires_on: Some(day("2026-12-31")), ..undated };
    assert_eq!(codes(&dated, &ageless, &kind("extract", "P6M"), "2026-04-01"), [""; 0]);
}

#[test]
fn every_obstacle_is_told_at_once() {
    let hopeless = Paper {
        expires_on: Some(day("2025-01-01")),
        issued_on: Some(day("2024-01-01")),
        verdict: Some(Verdict::Invalid),
        readability: Readability::Locked,
        superseded: true,
        revoked: true,
        ..paper("extract")
    };
    let strict = Component { min_trust: 3, ..of_age("P6M") };

    assert_eq!(
        codes(&hopeless, &strict, &kind("extract", "permanent"), "2026-04-01"),
        ["revoked", "superseded", "signature_invalid", "locked", "expired", "too_old", "trust_too_low"]
    );
}

#[test]
fn what_nobody_can_read_is_an_obstacle_and_what_could_not_be_opened_here_a_doubt() {
    let (component, kind) = (component("C1", &["extract"]), kind("extract", "permanent"));
    for readability in Readability::ALL {
        let found = Paper { readability, ..paper("extract") };
        let found = obstacles(&found, &component, Some(&kind), day("2026-04-01"));
        let told = found.iter().map(|one| (one.code(), one.is_doubt())).collect::<Vec<_>>();
        match readability {
            Readability::Readable | Readability::Unknown => assert_eq!(told, []),
            Readability::Damaged => assert_eq!(told, [("damaged", true)]),
            _ => assert_eq!(told, [(readability.as_str(), false)]),
        }
        assert_eq!(Readability::parse(readability.as_str()), Some(readability));
    }
}

#[test]
fn what_could_not_be_examined_is_no_obstacle() {
    let unexamined = Paper { readability: Readability::Unknown, verdict: None, ..paper("extract") };
    let unsure = Paper { verdict: Some(Verdict::Indeterminate), ..paper("extract") };
    let (component, kind) = (component("C1", &["extract"]), kind("extract", "permanent"));

    assert_eq!(codes(&unexamined, &component, &kind, "2026-04-01"), [""; 0]);
    assert_eq!(codes(&unsure, &component, &kind, "2026-04-01"), [""; 0]);
}

#[test]
fn types_are_wrong_unknown_or_of_no_matter() {
    let unnamed = Paper { type_code: None, ..paper("") };
    let other = kind("other", "permanent");

    assert_eq!(codes(&paper("other"), &component("C1", &["extract"]), &other, "2026-04-01"), ["wrong_type"]);
    assert_eq!(
        obstacles(&unnamed, &component("C1", &["extract"]), None, day("2026-04-01")),
        [Obstacle::TypeUnknown]
    );
    let form = component("C2", &[]);
    assert_eq!(codes(&paper("other"), &form, &other, "2026-04-01"), [""; 0]);
    assert_eq!(obstacles(&unnamed, &form, None, day("2026-04-01")), []);
}

#[test]
fn forms_and_papers_without_a_name_are_not_proposed() {
    let papers = [paper("extract"), Paper { type_code: None, ..paper("") }];
    let types = [kind("extract", "permanent")];

    let proposals = propose(&papers, &component("C1", &[]), &Types::of(&types), day("2026-04-01"));

    assert!(proposals.fitting.is_empty() && proposals.near.is_empty());
}

#[test]
fn trust_goes_before_the_verdict_and_the_verdict_before_the_day() {
    let papers = [
        Paper { added_at: moment(1), ..paper("extract") },
        Paper { added_at: moment(2), ..paper("extract") },
        Paper { issued_on: None, added_at: moment(9), ..paper("extract") },
        Paper {
            issued_on: Some(day("2026-03-02")),
            verdict: Some(Verdict::Indeterminate),
            ..paper("extract")
        },
        Paper { verdict: Some(Verdict::ValidWithLaterChanges), ..paper("extract") },
        Paper { issued_on: None, verdict: Some(Verdict::Valid), ..paper("extract") },
        Paper { issued_on: Some(day("1999-01-01")), trust: 2, ..paper("extract") },
    ];
    let types = [kind("extract", "permanent")];

    let proposals = propose(&papers, &component("C1", &["extract"]), &Types::of(&types), day("2026-04-01"));

    let ranked: Vec<usize> = proposals.fitting.iter().map(|proposal| proposal.paper).collect();
    assert_eq!(ranked, [6, 5, 4, 3, 1, 0, 2]);
}

#[test]
fn papers_of_all_accepted_types_stand_in_one_row() {
    let papers =
        [paper("card"), Paper { trust: 2, ..paper("passport") }, Paper { trust: 3, ..paper("card") }];
    let types = [kind("card", "dated"), kind("passport", "dated")];
    // A code that stands twice proposes nothing twice.
    let component = component("C1", &["card", "passport", "card"]);

    let proposals = propose(&papers, &component, &Types::of(&types), day("2026-04-01"));

    let ranked: Vec<usize> = proposals.fitting.iter().map(|proposal| proposal.paper).collect();
    assert_eq!(ranked, [2, 1, 0]);
    assert_eq!(proposals.fitting[1].reason.type_code, "passport");
}

#[test]
fn near_papers_with_the_fewest_obstacles_come_first() {
    let papers = [
        Paper { revoked: true, superseded: true, trust: 4, ..paper("card") },
        Paper { revoked: true, ..paper("card") },
        Paper { readability: Readability::Blank, trust: 2, ..paper("card") },
        paper("passport"),
    ];
    let types = [kind("card", "dated")];

    let proposals = propose(&papers, &component("C1", &["card"]), &Types::of(&types), day("2026-04-01"));

    let near: Vec<usize> = proposals.near.iter().map(|near| near.paper).collect();
    assert_eq!(near, [2, 1, 0]);
}

#[test]
fn a_paper_issued_after_the_submission_may_supplement_it() {
    let later = Paper { issued_on: Some(day("2026-04-20")), ..paper("extract") };

    assert_eq!(codes(&later, &of_age("P6M"), &kind("extract", "permanent"), "2026-04-01"), [""; 0]);
}

#[test]
fn a_type_that_the_catalogue_lost_lasts() {
    let types: [DocumentType; 0] = [];

    let proposals =
        propose(&[paper("card")], &component("C1", &["card"]), &Types::of(&types), day("2026-04-01"));

    assert_eq!(proposals.fitting.len(), 1);
}

#[test]
fn a_whole_procedure_is_answered_at_once() {
    let papers: Vec<Paper> = (0..3_000)
        .map(|nth| Paper { added_at: moment(nth), ..paper(["invoice", "card"][nth as usize % 2]) })
        .collect();
    let types = [kind("card", "dated"), kind("invoice", "permanent")];
    let asked = procedure(
        vec![component("C1", &["card"]), component("C2", &[]), component("C3", &["invoice", "card"])],
        &[],
    );

    let all = Shelf::of(&papers).propose_all(&asked, &Types::of(&types), day("2026-04-01"));

    let counts: Vec<usize> = all.iter().map(|proposals| proposals.fitting.len()).collect();
    assert_eq!(counts, [1_500, 0, 3_000]);
    assert_eq!(all[2].fitting[0].paper, 2_999);
}
