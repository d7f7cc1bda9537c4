//! The conclusion about one signature: at which time it is proven to have existed, whether its certificate was to be believed then, and
//! the indication that follows (ETSI EN 319 102-1, chapter 5).
//!
//! A signature is judged at the earliest time at which it is proven to have existed: that of its oldest time stamp that holds, else now.
//! A time stamp is judged in the same way, at the time that a younger one proves for it. So the basic process, the one with time and the
//! one for archives (5.3, 5.5, 5.6) are one question asked at several times, from the youngest time stamp to the signature.

mod decide;
mod times;

use chrono::{DateTime, Utc};

use crate::path::{Store, Trust, Use, trust};
use crate::verify::Context;
use crate::x509::Certificate;

pub(crate) use decide::{Case, decide};
pub(crate) use times::{Stamp, check_stamp, prove};

/// What every question needs to know.
pub(crate) struct Knowledge<'k, 'a> {
    pub context: &'k Context,
    pub store: Store<'a>,
}

impl Knowledge<'_, '_> {
    pub fn trust(&self, certificate: &Certificate, purpose: Use, at: DateTime<Utc>) -> Trust {
        let context = self.context;
        trust(certificate, purpose, at, context.at, &self.store, &context.anchors, &context.policy)
    }
}
