//! Files that are archives of others: what is in them, and which of it a signature is about (EN 319 162-1, ECMA-376-2).
//!
//! | file | what it is for |
//! |---|---|
//! | `relationships` | relations between parts, and the transform that signs some of them |

pub mod relationships;
