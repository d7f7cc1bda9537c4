//! States of a dossier, against the drawing in docs/mapping.md.

use kho_mapping::dossier::{Move, Party, Standing, State};
use proptest::prelude::*;

/// The arrows of the drawing, but for supplements: from, move, to, and whose.
const ARROWS: &[(State, Move, State, &[Party])] = {
    use {Move::*, Party::*, State::*};
    const SUBMITTERS: &[Party] = &[Submitter, Counter, System];
    const OFFICERS: &[Party] = &[Officer, Counter, System];
    &[
        (Draft, Submit, Submitted, SUBMITTERS),
        (Draft, Receive, Received, &[Counter, System]),
        (Submitted, Receive, Received, OFFICERS),
        (Received, Process, Processing, OFFICERS),
        (Processing, Decide, Decided, OFFICERS),
        (Decided, Return, Returned, OFFICERS),
        (Submitted, AskSupplement, SupplementRequested, OFFICERS),
        (Received, AskSupplement, SupplementRequested, OFFICERS),
        (Processing, AskSupplement, SupplementRequested, OFFICERS),
        (Draft, Withdraw, Withdrawn, SUBMITTERS),
        (Submitted, Withdraw, Withdrawn, SUBMITTERS),
        (SupplementRequested, Withdraw, Withdrawn, SUBMITTERS),
        (Received, Withdraw, Withdrawn, SUBMITTERS),
        (Processing, Withdraw, Withdrawn, SUBMITTERS),
        (Submitted, Refuse, Refused, OFFICERS),
        (Received, Refuse, Refused, OFFICERS),
        (SupplementRequested, Refuse, Refused, OFFICERS),
        (Processing, Refuse, Refused, OFFICERS),
    ]
};

/// Every standing that there can be.
fn standings() -> Vec<Standing> {
    let before = || std::iter::once(None).chain(State::ALL.map(Some));
    State::ALL
        .into_iter()
        .flat_map(|state| before().filter_map(move |before| Standing::new(state, before)))
        .collect()
}

#[test]
fn exactly_the_arrows_of_the_drawing_are_moves() {
    for standing in standings() {
        for attempted in Move::ALL {
            for party in Party::ALL {
                let arrow = ARROWS.iter().find(|(from, done, _, whose)| {
                    *from == standing.state() && *done == attempted && whose.contains(&party)
                });
                let supplement = attempted == Move::Supplement && party != Party::Officer;
                let leads_to = match arrow {
                    Some((_, _, to, _)) => Some(*to),
                    None => standing.before().filter(|_| supplement),
                };

                let next = standing.next(attempted, party);

                assert_eq!(next.ok().map(Standing::state), leads_to, "{standing:?} {attempted:?} {party:?}");
                assert_eq!(standing.allowed(party).any(|allowed| allowed == attempted), leads_to.is_some());
            }
        }
    }
}

#[test]
fn a_supplement_goes_back_to_where_it_was_asked() {
    for state in [State::Submitted, State::Received, State::Processing] {
        let standing = Standing::new(state, None).unwrap();

        let asked = standing.next(Move::AskSupplement, Party::Officer).unwrap();
        assert_eq!((asked.state(), asked.before()), (State::SupplementRequested, Some(state)));

        assert_eq!(asked.next(Move::Supplement, Party::Submitter), Ok(standing));
    }
}

#[test]
fn only_a_waiting_dossier_remembers_where_it_was() {
    assert_eq!(Standing::new(State::SupplementRequested, None), None);
    assert_eq!(Standing::new(State::SupplementRequested, Some(State::Draft)), None);
    assert_eq!(Standing::new(State::Received, Some(State::Submitted)), None);
    assert_eq!(Standing::new(State::Draft, None), Some(Standing::DRAFT));
}

#[test]
fn a_move_of_another_party_is_told_from_one_that_leads_nowhere() {
    let submitted = Standing::new(State::Submitted, None).unwrap();

    assert!(submitted.next(Move::Receive, Party::Submitter).unwrap_err().open_to_others);
    assert!(!submitted.next(Move::Decide, Party::Officer).unwrap_err().open_to_others);
}

#[test]
fn an_online_draft_is_nobodys_but_its_owners() {
    assert_eq!(Standing::DRAFT.allowed(Party::Officer).count(), 0);
}

#[test]
fn closed_states_have_no_moves_and_every_open_one_can_be_left() {
    for standing in standings() {
        let ends = |party| {
            let mut allowed = standing.allowed(party);
            allowed.any(|done| standing.next(done, party).unwrap().state() != standing.state())
        };
        assert_eq!(Party::ALL.into_iter().any(ends), standing.state().is_open(), "{standing:?}");
        // The one-stop system is never stuck with an open dossier.
        assert_eq!(ends(Party::System), standing.state().is_open(), "{standing:?}");
    }
}

#[test]
fn names_are_read_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for done in Move::ALL {
        assert_eq!(Move::parse(done.as_str()), Some(done));
        assert_eq!(serde_json::to_value(done).unwrap(), done.as_str());
    }
    assert_eq!(State::parse("archived"), None);
}

fn attempts() -> impl Strategy<Value = Vec<(Move, Party)>> {
    let one = (proptest::sample::select(&Move::ALL[..]), proptest::sample::select(&Party::ALL[..]));
    proptest::collection::vec(one, 0..40)
}

proptest! {
    /// Whatever is attempted: what is stored can be read back, a closed dossier stays as it is, and one that was received was never a draft again.
    #[test]
    fn no_walk_leaves_the_drawing(attempts in attempts()) {
        let mut standing = Standing::DRAFT;
        let mut received = false;
        for (attempted, party) in attempts {
            let Ok(next) = standing.next(attempted, party) else { continue };
            prop_assert!(standing.state().is_open());
            prop_assert_eq!(Standing::new(next.state(), next.before()), Some(next));
            received |= next.state() == State::Received;
            prop_assert!(!received || next.state() != State::Draft);
            prop_assert!(next.state() != State::Decided || standing.state() == State::Processing);
            standing = next;
        }
    }
}
