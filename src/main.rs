//! The command line of Kho.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::CommandLine::parse())
}
