//! The rules, by what the plan and the law say of them. `build` makes papers and components; each file is about the room of its name.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod build;
mod completeness;
mod dossier;
mod fit;
mod invariants;
mod period;
mod proposals;
mod trust;
mod words;
