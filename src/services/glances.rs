//! What belongs to one look: a list asks for a hundred pictures, a reader of PDF files asks for one paper in fifty parts. The trail keeps
//! the look, not each request, which would write a record under the vault's lock for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::domain::account::Actor;
use crate::domain::id::AccountId;

/// Who looks at what, and why: another reason is another look.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Glance {
    who: AccountId,
    what: Uuid,
    purpose: Option<String>,
}

impl Glance {
    pub(super) fn of(actor: &Actor, what: Uuid) -> Self {
        Self { who: actor.account_id, what, purpose: actor.purpose.clone() }
    }
}

/// The looks of late, and when each began, on this node.
#[derive(Clone, Debug, Default)]
pub struct Glances(Arc<Mutex<HashMap<Glance, DateTime<Utc>>>>);

impl Glances {
    /// Looking again within this time is the same look.
    const WINDOW: TimeDelta = TimeDelta::minutes(15);
    /// Looks remembered at the most; beyond, looks are kept more often than they need be.
    const REMEMBERED: usize = 10_000;

    /// Whether a look begins with this: the caller keeps a record of it.
    pub(super) fn begins(&self, glance: &Glance, now: DateTime<Utc>) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(glance).is_some_and(|at| now - *at < Self::WINDOW) {
            return false;
        }
        if seen.len() >= Self::REMEMBERED {
            seen.retain(|_, at| now - *at < Self::WINDOW);
            if seen.len() >= Self::REMEMBERED {
                seen.clear();
            }
        }
        seen.insert(glance.clone(), now);
        true
    }

    /// Its record could not be kept: the next request tries again.
    pub(super) fn forget(&self, glance: &Glance) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(glance);
    }
}
