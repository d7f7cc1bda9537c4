//! What holds of any vault and any procedure.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use kho_mapping::catalogue::{Component, DocumentType, Need, Procedure};
use kho_mapping::completeness::{Attached, Decision, completeness};
use kho_mapping::fit::{Types, obstacles, propose};
use kho_mapping::paper::{Paper, Readability, Verdict};
use kho_mapping::reasons::PaperReason;
use proptest::prelude::*;
use proptest::{collection, option, sample};

use crate::build::{component, day, kind, moment, procedure};

const TYPES: [(&str, &str); 4] = [("a", "permanent"), ("b", "dated"), ("c", "P6M"), ("d", "P30D")];

fn types() -> Vec<DocumentType> {
    TYPES.iter().map(|(code, validity)| kind(code, validity)).collect()
}

fn type_code() -> impl Strategy<Value = String> {
    sample::select(&TYPES[..]).prop_map(|(code, _)| code.to_owned())
}

/// A day of two years, with today among the middle ones.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..730).prop_map(|days| day("2025-04-01") + Days::new(days))
}

fn some_paper() -> impl Strategy<Value = Paper> {
    let facts =
        (option::weighted(0.9, type_code()), option::of(some_day()), option::of(some_day()), 1_u8..=4);
    let verdict = option::of(sample::select(&Verdict::ALL[..]));
    let readability = prop_oneof![
        6 => Just(Readability::Readable),
        1 => Just(Readability::Unknown),
        1 => Just(Readability::Blank),
        1 => Just(Readability::Locked),
        1 => Just(Readability::Damaged),
    ];
    let rest = (verdict, readability, prop::bool::weighted(0.1), prop::bool::weighted(0.1), 0_u32..50);
    (facts, rest).prop_map(
        |(
            (type_code, issued_on, expires_on, trust),
            (verdict, readability, superseded, revoked, minutes),
        )| {
            Paper {
                type_code,
                issued_on,
                expires_on,
                trust,
                verdict,
                readability,
                superseded,
                revoked,
                added_at: moment(minutes),
                ..crate::build::paper("")
            }
        },
    )
}

fn some_component() -> impl Strategy<Value = Component> {
    let need = sample::select(vec![Need::Required, Need::Optional, Need::Conditional]);
    let age = option::of(sample::select(vec!["P1M", "P6M", "P90D", "P1Y"]));
    (collection::vec(type_code(), 0..3), need, option::of(0..2), age, 1_u8..=3).prop_map(
        |(accepts, need, group, age, min_trust)| Component {
            accepts,
            need,
            when: (need == Need::Conditional).then(|| "q".to_owned()),
            group: group.map(|group| format!("{need:?}{group}")),
            max_age: age.map(|age| age.parse().unwrap()),
            min_trust,
            ..component("", &[])
        },
    )
}

fn some_procedure() -> impl Strategy<Value = Procedure> {
    collection::vec(some_component(), 1..5).prop_map(|mut components| {
        for (nth, component) in components.iter_mut().enumerate() {
            component.code = format!("C{nth}");
        }
        procedure(components, &["q"])
    })
}

fn some_decision() -> impl Strategy<Value = Decision> {
    sample::select(vec![Decision::Open, Decision::Accepted, Decision::Refused(PaperReason::Unreadable)])
}

fn today() -> NaiveDate {
    day("2026-04-01")
}

proptest! {
    #[test]
    fn no_proposed_paper_has_an_obstacle_and_no_other_is_without(
        papers in collection::vec(some_paper(), 0..30),
        component in some_component(),
    ) {
        let kinds = types();
        let types = Types::of(&kinds);

        let proposals = propose(&papers, &component, &types, today());

        let found = |paper: usize| {
            obstacles(&papers[paper], &component, types.of_paper(&papers[paper]), today())
        };
        let fitting: HashSet<usize> = proposals.fitting.iter().map(|proposal| proposal.paper).collect();
        let near: HashSet<usize> = proposals.near.iter().map(|near| near.paper).collect();
        prop_assert_eq!(fitting.len(), proposals.fitting.len());
        prop_assert_eq!(near.len(), proposals.near.len());
        for (index, paper) in papers.iter().enumerate() {
            let accepted = paper.type_code.as_ref().is_some_and(|code| component.accepts.contains(code));
            prop_assert_eq!(fitting.contains(&index), accepted && found(index).is_empty());
            prop_assert_eq!(near.contains(&index), accepted && !found(index).is_empty());
        }
        for near in &proposals.near {
            prop_assert_eq!(&near.obstacles, &found(near.paper));
        }
    }

    /// The order of the vault says nothing: but for papers that are alike in all that ranks them, the same come in the same order.
    #[test]
    fn the_order_is_total_and_the_same_however_papers_lie(
        (papers, mixed) in collection::vec(some_paper(), 0..20).prop_flat_map(|papers| {
            let order: Vec<usize> = (0..papers.len()).collect();
            (Just(papers), Just(order).prop_shuffle())
        }),
        component in some_component(),
    ) {
        // No two are added in the same moment.
        let papers: Vec<Paper> =
            papers.into_iter().zip(0..).map(|(paper, nth)| Paper { added_at: moment(nth), ..paper }).collect();
        let kinds = types();
        let types = Types::of(&kinds);
        let elsewhere: Vec<Paper> = mixed.iter().map(|index| papers[*index].clone()).collect();

        let here = propose(&papers, &component, &types, today());
        let there = propose(&elsewhere, &component, &types, today());

        prop_assert_eq!(&here, &propose(&papers, &component, &types, today()));
        let fitting: Vec<usize> = here.fitting.iter().map(|proposal| proposal.paper).collect();
        let again: Vec<usize> = there.fitting.iter().map(|proposal| mixed[proposal.paper]).collect();
        prop_assert_eq!(fitting, again);
        let near: Vec<usize> = here.near.iter().map(|near| near.paper).collect();
        let again: Vec<usize> = there.near.iter().map(|near| mixed[near.paper]).collect();
        prop_assert_eq!(near, again);
    }

    /// Attaching one more paper, fitting or not, never takes anything away.
    #[test]
    fn one_more_paper_never_makes_a_complete_dossier_incomplete(
        procedure in some_procedure(),
        papers in collection::vec((some_paper(), 0_usize..5, some_decision()), 1..8),
        yes in any::<bool>(),
    ) {
        let kinds = types();
        let types = Types::of(&kinds);
        let yes = if yes { vec!["q"] } else { Vec::new() };
        let codes: Vec<String> = (0..5).map(|nth| format!("C{nth}")).collect();
        let attached: Vec<Attached<'_>> = papers
            .iter()
            .map(|(paper, place, decision)| Attached {
                id: "1", component: &codes[*place], paper, decision: *decision,
            })
            .collect();

        let mut complete = false;
        let mut answered = 0;
        for count in 0..=attached.len() {
            let found = completeness(&procedure, &yes, &attached[..count], &types, today());
            prop_assert!(found.complete || !complete, "{:?}", found);
            complete = found.complete;
            let now = found.components.iter().filter(|one| !one.blocks).count();
            prop_assert!(now >= answered);
            answered = now;
        }
    }

    /// What is proposed is what completes.
    #[test]
    fn a_proposed_paper_satisfies_its_component(
        papers in collection::vec(some_paper(), 0..20),
        asked in some_component(),
    ) {
        let kinds = types();
        let types = Types::of(&kinds);
        let proposals = propose(&papers, &asked, &types, today());
        let procedure = procedure(vec![asked], &["q"]);

        for proposal in &proposals.fitting {
            let attached = Attached {
                id: "1",
                component: &procedure.components[0].code,
                paper: &papers[proposal.paper],
                decision: Decision::Open,
            };
            let found = completeness(&procedure, &["q"], &[attached], &types, today());
            prop_assert_eq!(found.components[0].state.code(), "satisfied");
            prop_assert!(found.complete);
        }
    }
}
