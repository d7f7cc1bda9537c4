//! The command line of Kho.

fn main() {}
