//! The rules by which stored papers answer what procedures ask for: no I/O, no clock, no database.
//!
//! [`catalogue`] says what exists and what is asked for; [`paper`] is what the rules see of a stored document; [`fit`] says which papers
//! answer a component and what keeps others out; [`completeness`] says what a dossier lacks; [`dossier`] holds its states; [`trust`] computes a
//! level from evidence; [`reasons`] are what an officer can say no with; [`words`] says all of it in Vietnamese and English. To add a rule: its reason becomes a case of an enum with a stable
//! code, its sentence goes into [`words`], and the matches there fail to compile until it has one.

pub mod catalogue;
pub mod completeness;
pub mod dossier;
pub mod fit;
pub mod paper;
pub mod reasons;
pub mod trust;
pub mod words;
