//! The one source of time. Everything that needs "now" takes it from here, so that a test can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};

/// A clock: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Microseconds since the epoch, shared with the test that moves them.
    Fixed(Arc<AtomicI64>),
}

/// What clocks in Viet Nam are ahead of UTC, all year round.
const VIET_NAM: TimeDelta = TimeDelta::hours(7);

/// A time as the databases keep it: cut to whole microseconds.
pub fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

impl Clock {
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// The present, cut to whole microseconds: PostgreSQL keeps no more, and both engines must answer alike.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the place that reads the system clock")]
            Clock::System => stored(Utc::now()),
            Clock::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// The day that it is in Viet Nam.
    pub fn today(&self) -> NaiveDate {
        (self.now() + VIET_NAM).date_naive()
    }

    /// Moves a fixed clock forward; the system's clock stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Clock::Fixed(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}
