//! Which papers answer a component, and what keeps others out.
//!
//! Days are days of the calendar and both ends count: a paper whose last day is today still holds today, and one that may be six months old
//! and was issued on 31 August is good until the last day of February (Civil Code, article 148: where the last month has no such day, the
//! period ends with the month). The day that counts is the day of submission, or today before it. A paper issued after that day has no
//! obstacle: a supplement is judged by the day of the submission and may well be younger.
//!
//! What is not known is no obstacle, except where the rule turns on it: the type of a paper, and its day of issue where age counts. A paper
//! without a last day of its own and of a type that lasts to the day that stands on it is held to last: identity cards of the old are issued without one.

mod obstacle;
mod propose;

pub use obstacle::{Obstacle, holds_until, obstacles};
pub use propose::{Near, Proposal, Proposals, Reason, Shelf, Types, propose};
