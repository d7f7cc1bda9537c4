//! The states of a dossier, who moves it, and where to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a dossier stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DossierState))]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Submitted,
    Received,
    /// The submitter was asked for more; the dossier waits.
    SupplementRequested,
    Processing,
    /// The result is there and waits to be handed over.
    Decided,
    Returned,
    Withdrawn,
    Refused,
}

/// What is done to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DossierMove))]
#[serde(rename_all = "snake_case")]
pub enum Move {
    Submit,
    /// Taken into the books with a receipt note; at the counter and by systems straight from the draft.
    Receive,
    AskSupplement,
    /// What was asked for is there: back to where it was asked.
    Supplement,
    Process,
    Decide,
    Return,
    Withdraw,
    Refuse,
}

/// Who moves a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Whoever hands it in from the own account.
    Submitter,
    /// An officer of one of its agencies, at the desk.
    Officer,
    /// An officer with the submitter in front of the counter: does what either of them may, and receives a draft at once. Only for dossiers that were opened at the counter.
    Counter,
    /// The system that opened it, by its own key.
    System,
}

/// A state, and in [`State::SupplementRequested`] the one it goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Standing {
    state: State,
    before: Option<State>,
}

/// A move that leads nowhere from where the dossier stands, or is not this party's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    pub state: State,
    pub attempted: Move,
    pub party: Party,
    /// Whether another party could do it.
    pub open_to_others: bool,
}

impl State {
    pub const ALL: [State; 9] = [
        State::Draft,
        State::Submitted,
        State::Received,
        State::SupplementRequested,
        State::Processing,
        State::Decided,
        State::Returned,
        State::Withdrawn,
        State::Refused,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Received => "received",
            State::SupplementRequested => "supplement_requested",
            State::Processing => "processing",
            State::Decided => "decided",
            State::Returned => "returned",
            State::Withdrawn => "withdrawn",
            State::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether anything is still to be done with it.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Returned | State::Withdrawn | State::Refused)
    }

    /// Whether a supplement can be asked for here.
    fn can_wait(self) -> bool {
        matches!(self, State::Submitted | State::Received | State::Processing)
    }
}

impl Move {
    pub const ALL: [Move; 9] = [
        Move::Submit,
        Move::Receive,
        Move::AskSupplement,
        Move::Supplement,
        Move::Process,
        Move::Decide,
        Move::Return,
        Move::Withdraw,
        Move::Refuse,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Move::Submit => "submit",
            Move::Receive => "receive",
            Move::AskSupplement => "ask_supplement",
            Move::Supplement => "supplement",
            Move::Process => "process",
            Move::Decide => "decide",
            Move::Return => "return",
            Move::Withdraw => "withdraw",
            Move::Refuse => "refuse",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.as_str() == text)
    }

    /// Whether the submitter must be told why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Move::Refuse | Move::AskSupplement)
    }

    /// Whether it is the party's to do, wherever it leads.
    fn is_of(self, party: Party) -> bool {
        let submitters = matches!(self, Move::Submit | Move::Supplement | Move::Withdraw);
        match party {
            Party::Submitter => submitters,
            Party::Officer => !submitters,
            Party::Counter | Party::System => true,
        }
    }
}

impl Party {
    pub const ALL: [Party; 4] = [Party::Submitter, Party::Officer, Party::Counter, Party::System];
}

impl Standing {
    /// Where every dossier begins.
    pub const DRAFT: Standing = Standing { state: State::Draft, before: None };

    /// As it was stored. None where the two cannot be together: only a dossier that waits for a supplement remembers where it was.
    pub fn new(state: State, before: Option<State>) -> Option<Self> {
        let fits = match before {
            None => state != State::SupplementRequested,
            Some(before) => state == State::SupplementRequested && before.can_wait(),
        };
        fits.then_some(Self { state, before })
    }

    pub fn state(self) -> State {
        self.state
    }

    /// In which state a supplement was asked for.
    pub fn before(self) -> Option<State> {
        self.before
    }

    /// Where a move leads.
    pub fn next(self, attempted: Move, party: Party) -> Result<Standing, IllegalMove> {
        self.led_to(attempted, party).ok_or_else(|| IllegalMove {
            state: self.state,
            attempted,
            party,
            open_to_others: Party::ALL.into_iter().any(|other| self.led_to(attempted, other).is_some()),
        })
    }

    /// The moves that a party may make.
    pub fn allowed(self, party: Party) -> impl Iterator<Item = Move> {
        Move::ALL.into_iter().filter(move |attempted| self.led_to(*attempted, party).is_some())
    }

    fn led_to(self, attempted: Move, party: Party) -> Option<Standing> {
        if !attempted.is_of(party) {
            return None;
        }
        let state = match (self.state, attempted) {
            (State::Draft, Move::Submit) => State::Submitted,
            // A draft is its owner's alone until it is handed in, whichever way.
            (State::Draft, Move::Receive) if matches!(party, Party::Counter | Party::System) => {
                State::Received
            }
            (State::Submitted, Move::Receive) => State::Received,
            (State::Received, Move::Process) => State::Processing,
            (State::Processing, Move::Decide) => State::Decided,
            (State::Decided, Move::Return) => State::Returned,
            (state, Move::AskSupplement) if state.can_wait() => {
                return Some(Standing { state: State::SupplementRequested, before: Some(state) });
            }
            (State::SupplementRequested, Move::Supplement) => self.before?,
            (State::Draft, Move::Withdraw) => State::Withdrawn,
            (State::SupplementRequested, Move::Withdraw) => State::Withdrawn,
            (state, Move::Withdraw) if state.can_wait() => State::Withdrawn,
            (State::SupplementRequested, Move::Refuse) => State::Refused,
            (state, Move::Refuse) if state.can_wait() => State::Refused,
            _ => return None,
        };
        Some(Standing { state, before: None })
    }
}

impl fmt::Display for IllegalMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (attempted, state) = (self.attempted.as_str(), self.state.as_str());
        if self.open_to_others {
            write!(f, "{attempted} is another party's to do in the state {state}")
        } else {
            write!(f, "{attempted} leads nowhere from the state {state}")
        }
    }
}

impl std::error::Error for IllegalMove {}
