//! A thousand vaults and what is asked of them (fixtures/src/cases): each was made from its answer, by a program that does not know these rules.

use std::collections::HashSet;

use kho_mapping::catalogue::{Component, DocumentType, Need, Procedure};
use kho_mapping::completeness::{Attached, ComponentState, Decision, completeness};
use kho_mapping::fit::{Obstacle, Shelf, Types};
use kho_mapping::paper::{Paper, Readability, Verdict};
use serde::Deserialize;

use crate::build;

#[derive(Deserialize)]
struct Cases {
    types: Vec<Kind>,
    procedures: Vec<Asked>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Kind {
    code: String,
    validity: String,
}

#[derive(Deserialize)]
struct Asked {
    owner: String,
    conditions: usize,
    components: Vec<AskedComponent>,
}

#[derive(Deserialize)]
struct AskedComponent {
    code: String,
    need: Need,
    when: Option<String>,
    group: Option<String>,
    #[serde(default)]
    accepts: Vec<String>,
    max_age: Option<String>,
    min_trust: u8,
}

#[derive(Deserialize)]
struct Case {
    procedure: usize,
    on: String,
    yes: Vec<String>,
    papers: Vec<Stored>,
    answers: Vec<Answer>,
    forms: bool,
    complete: bool,
    #[serde(default)]
    untold: Vec<(usize, Option<usize>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    is: Option<usize>,
    from: Option<String>,
    to: Option<String>,
    trust: Option<u8>,
    sign: Option<String>,
    file: Option<String>,
    #[serde(default)]
    superseded: bool,
    #[serde(default)]
    revoked: bool,
    at: u32,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    right: Vec<usize>,
    #[serde(default)]
    near: Vec<(usize, Vec<String>)>,
    state: String,
}

fn paper(stored: &Stored, types: &[Kind]) -> Paper {
    Paper {
        type_code: stored.is.map(|place| types[place].code.clone()),
        issued_on: stored.from.as_deref().map(build::day),
        expires_on: stored.to.as_deref().map(build::day),
        trust: stored.trust.unwrap_or(1),
        verdict: stored.sign.as_deref().map(|sign| match sign {
            "valid" => Verdict::Valid,
            "changed" => Verdict::ValidWithLaterChanges,
            "unsure" => Verdict::Indeterminate,
            "invalid" => Verdict::Invalid,
            other => panic!("{other}"),
        }),
        readability: match stored.file.as_deref() {
            None => Readability::Readable,
            Some("blank") => Readability::Blank,
            Some("locked") => Readability::Locked,
            Some("empty") => Readability::Empty,
            Some("unknown") => Readability::Unknown,
            Some(other) => panic!("{other}"),
        },
        superseded: stored.superseded,
        revoked: stored.revoked,
        added_at: build::moment(stored.at),
        ..build::paper("")
    }
}

fn procedure(asked: &Asked) -> Procedure {
    let components = asked.components.iter().map(|asked| {
        let accepts: Vec<&str> = asked.accepts.iter().map(String::as_str).collect();
        Component {
            need: asked.need,
            when: asked.when.clone(),
            group: asked.group.clone(),
            max_age: asked.max_age.as_deref().map(|age| age.parse().unwrap()),
            min_trust: asked.min_trust,
            ..build::component(&asked.code, &accepts)
        }
    });
    let conditions: Vec<String> = (0..asked.conditions).map(|nth| format!("Q{nth}")).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    build::procedure(components.collect(), &conditions)
}

/// As the cases write it: the code and its facts.
fn written(obstacle: &Obstacle) -> String {
    let code = obstacle.code();
    match obstacle {
        Obstacle::Expired { last_day } => format!("{code} {last_day}"),
        Obstacle::TooOld { issued_on, oldest } => format!("{code} {issued_on} {oldest}"),
        Obstacle::TrustTooLow { has, needs } => format!("{code} {has} {needs}"),
        _ => code.to_owned(),
    }
}

fn state(state: &ComponentState) -> String {
    match state {
        ComponentState::SatisfiedByAlternative { alternative } => {
            format!("satisfied_by_alternative {alternative}")
        }
        other => other.code().to_owned(),
    }
}

/// Proposed and right, proposed, right.
#[derive(Default)]
struct Score {
    hits: usize,
    proposed: usize,
    right: usize,
    best_first: usize,
    asked: usize,
}

#[test]
fn the_proposals_are_the_right_papers_and_no_others() {
    let text = include_str!("../../../fixtures/cases/proposals.json");
    let cases: Cases = serde_json::from_str(text).unwrap();
    let types: Vec<DocumentType> =
        cases.types.iter().map(|kind| build::kind(&kind.code, &kind.validity)).collect();
    let types = Types::of(&types);
    let procedures: Vec<Procedure> = cases.procedures.iter().map(procedure).collect();
    assert_eq!(cases.cases.len(), 1_000);

    let mut score = Score::default();
    let (mut untold, mut untold_right) = (0, 0);
    let mut faults = Vec::new();
    for (number, case) in cases.cases.iter().enumerate() {
        let papers: Vec<Paper> = case.papers.iter().map(|stored| paper(stored, &cases.types)).collect();
        let procedure = &procedures[case.procedure];
        let on = build::day(&case.on);
        let proposals = Shelf::of(&papers).propose_all(procedure, &types, on);

        for (place, (proposals, answer)) in proposals.iter().zip(&case.answers).enumerate() {
            let found: Vec<usize> = proposals.fitting.iter().map(|proposal| proposal.paper).collect();
            let right: HashSet<usize> = answer.right.iter().copied().collect();
            score.hits += found.iter().filter(|paper| right.contains(paper)).count();
            score.proposed += found.len();
            score.right += right.len();
            if !answer.right.is_empty() {
                score.asked += 1;
                score.best_first += usize::from(found.first() == answer.right.first());
            }
            if found != answer.right {
                faults.push(format!("{number}/{place}: proposed {found:?}, right {:?}", answer.right));
            }
            let mut near: Vec<(usize, Vec<String>)> = proposals
                .near
                .iter()
                .map(|near| {
                    let mut obstacles: Vec<String> = near.obstacles.iter().map(written).collect();
                    obstacles.sort_unstable();
                    (near.paper, obstacles)
                })
                .collect();
            near.sort_unstable();
            if near != answer.near {
                faults.push(format!("{number}/{place}: near {near:?}, in truth {:?}", answer.near));
            }
        }
        untold += case.untold.len();
        untold_right += case.untold.iter().filter(|(_, answers)| answers.is_some()).count();
        faults.extend(standing(case, procedure, &papers, &types).map(|fault| format!("{number}: {fault}")));
    }

    let of_hundred = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    let organisations =
        cases.cases.iter().filter(|case| cases.procedures[case.procedure].owner == "organisation").count();
    println!(
        "1,000 cases ({organisations} of organisations), {} asked-for components with a right paper",
        score.asked
    );
    println!("precision {:.2} % of {} proposed", of_hundred(score.hits, score.proposed), score.proposed);
    println!("recall    {:.2} % of {} right", of_hundred(score.hits, score.right), score.right);
    println!("the best paper first in {:.2} %", of_hundred(score.best_first, score.asked));
    println!(
        "beside these, {untold} papers that cannot be told (no type or day of issue recorded), {untold_right} of them right in truth: recall {:.2} % of all",
        of_hundred(score.hits, score.right + untold_right)
    );
    assert!(
        faults.is_empty(),
        "{} faults, such as:\n{}",
        faults.len(),
        faults[..faults.len().min(10)].join("\n")
    );
    assert!(score.hits == score.right && score.hits == score.proposed && score.right > 3_000);
}

/// What is wrong about how the dossier stands with the best paper of each component in it.
fn standing(
    case: &Case,
    procedure: &Procedure,
    papers: &[Paper],
    types: &Types<'_>,
) -> impl Iterator<Item = String> {
    let form = Paper { type_code: None, ..build::paper("") };
    let mut attached = Vec::new();
    for (component, answer) in procedure.components.iter().zip(&case.answers) {
        let paper = match answer.right.first() {
            Some(best) => &papers[*best],
            None if component.accepts.is_empty() && case.forms => &form,
            None => continue,
        };
        attached.push(Attached {
            id: &component.code,
            component: &component.code,
            paper,
            decision: Decision::Open,
        });
    }
    let stands = completeness(procedure, &case.yes, &attached, types, build::day(&case.on));

    let mut faults = Vec::new();
    if stands.complete != case.complete {
        faults.push(format!("complete: {}, in truth {}", stands.complete, case.complete));
    }
    for (component, answer) in stands.components.iter().zip(&case.answers) {
        let found = state(&component.state);
        if found != answer.state {
            faults.push(format!("{}: {found}, in truth {}", component.component, answer.state));
        }
    }
    faults.into_iter()
}
