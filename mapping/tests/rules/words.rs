//! Sentences.

use kho_mapping::catalogue::Words;
use kho_mapping::completeness::ComponentState;
use kho_mapping::dossier::{Move, State};
use kho_mapping::fit::{Obstacle, Types, propose};
use kho_mapping::paper::{Paper, Verdict};
use kho_mapping::reasons::{PaperReason, RefusalReason, SupplementReason};
use kho_mapping::words;

use crate::build::{component, day, kind, paper, procedure};

#[test]
fn a_proposal_says_why_in_both_languages() {
    let certificate = Paper {
        issued_on: Some(day("2019-03-12")),
        authority: Some("UBND xã Hòa Bình".to_owned()),
        trust: 3,
        verdict: Some(Verdict::Valid),
        ..paper("birth-certificate")
    };
    let types = [kind("birth-certificate", "permanent")];
    let asked = component("C1", &["birth-certificate"]);
    let proposals = propose(&[certificate], &asked, &Types::of(&types), day("2026-04-01"));
    let name = Words { vi: "Giấy khai sinh".to_owned(), en: "Birth certificate".to_owned() };

    let said = words::of_proposal(&proposals.fitting[0].reason, &name);

    assert_eq!(
        said.vi,
        "Giấy khai sinh, cấp ngày 12/03/2019 bởi UBND xã Hòa Bình; chữ ký hợp lệ; mức tin cậy 3: cơ quan cấp đã ký số."
    );
    assert_eq!(
        said.en,
        "Birth certificate, issued on 12 March 2019 by UBND xã Hòa Bình; signature valid; trust level 3: signed by the issuer."
    );
}

#[test]
fn a_proposal_says_nothing_that_is_not_known() {
    let extract = Paper { issued_on: None, expires_on: Some(day("2026-12-31")), ..paper("extract") };
    let types = [kind("extract", "P6M")];
    let proposals =
        propose(&[extract], &component("C1", &["extract"]), &Types::of(&types), day("2026-04-01"));

    let said = words::of_proposal(&proposals.fitting[0].reason, &crate::build::words("Trích lục"));

    assert_eq!(said.vi, "Trích lục; có giá trị đến hết ngày 31/12/2026; mức tin cậy 1: tự bổ sung.");
}

#[test]
fn an_obstacle_says_the_facts() {
    let too_old = Obstacle::TooOld { issued_on: day("2025-08-31"), oldest: day("2025-09-01") };

    let said = words::of_obstacle(&too_old);

    assert_eq!(said.vi, "Cấp ngày 31/08/2025 nên đã quá cũ: cần giấy cấp từ ngày 01/09/2025 trở lại đây.");
    assert_eq!(
        said.en,
        "Issued on 31 August 2025, which is too long ago: it must have been issued on 1 September 2025 or later."
    );
    let trust = words::of_obstacle(&Obstacle::TrustTooLow { has: 1, needs: 2 });
    assert_eq!(trust.vi, "Mức tin cậy 1 (tự bổ sung); cần từ mức 2 (đã đối chiếu bản gốc) trở lên.");
}

#[test]
fn an_alternative_is_named() {
    let asked = procedure(vec![component("C1", &["card"]), component("C2", &["passport"])], &[]);
    let state = ComponentState::SatisfiedByAlternative { alternative: "C2".to_owned() };

    assert_eq!(words::of_component(&state, &asked).vi, "Không cần nữa, vì đã có: C2.");
}

fn obstacles() -> Vec<Obstacle> {
    let day = day("2026-04-01");
    vec![
        Obstacle::WrongType,
        Obstacle::TypeUnknown,
        Obstacle::Expired { last_day: day },
        Obstacle::TooOld { issued_on: day, oldest: day },
        Obstacle::IssueDateUnknown,
        Obstacle::TrustTooLow { has: 1, needs: 2 },
        Obstacle::SignatureInvalid,
        Obstacle::Blank,
        Obstacle::Locked,
        Obstacle::Empty,
        Obstacle::Damaged,
        Obstacle::Superseded,
        Obstacle::Revoked,
    ]
}

#[test]
fn sentences_end_as_sentences_do_and_none_is_said_for_two_things() {
    let mut said: Vec<Words> = obstacles().iter().map(words::of_obstacle).collect();
    said.extend(SupplementReason::ALL.iter().map(|reason| words::of_supplement_reason(*reason)));
    for sentences in [
        said,
        PaperReason::ALL.iter().map(|reason| words::of_paper_reason(*reason)).collect(),
        RefusalReason::ALL.iter().map(|reason| words::of_refusal_reason(*reason)).collect(),
    ] {
        for (nth, sentence) in sentences.iter().enumerate() {
            assert!(sentence.vi.ends_with('.') && sentence.en.ends_with('.'), "{sentence:?}");
            assert!(!sentences[..nth].iter().any(|one| one.vi == sentence.vi || one.en == sentence.en));
        }
    }
}

#[test]
fn states_and_moves_have_labels_of_their_own() {
    let states = State::ALL.map(|state| words::of_state(state).vi);
    let moves = Move::ALL.map(|done| words::of_move(done).vi);
    for labels in [states, moves] {
        for (nth, label) in labels.iter().enumerate() {
            assert!(!label.is_empty() && !label.ends_with('.') && !labels[..nth].contains(label), "{label}");
        }
    }
}

#[test]
fn codes_are_those_that_are_written() {
    for obstacle in obstacles() {
        assert_eq!(serde_json::to_value(&obstacle).unwrap()["code"], obstacle.code());
    }
    for reason in PaperReason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        assert_eq!(PaperReason::parse(reason.as_str()), Some(*reason));
    }
    assert!(PaperReason::Other.needs_note() && !PaperReason::Unreadable.needs_note());
}
