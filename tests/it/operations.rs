//! `docs/operations.md` keeps up with the program.

use std::process::Command;

const PAGE: &str = include_str!("../../docs/operations.md");
const CONFIG: &str = include_str!("../../src/config.rs");

#[test]
fn every_setting_is_in_the_table() {
    let fields = CONFIG.split("pub struct Config {").nth(1).unwrap().split("\n}").next().unwrap();
    let names = fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next());
    let rows = PAGE.lines().filter(|line| line.starts_with('|')).collect::<String>();
    let missing = names.filter(|name| !rows.contains(&format!("`{name}`"))).collect::<Vec<_>>();
    assert!(missing.is_empty(), "not in docs/operations.md: {missing:?}");
}

#[test]
fn every_command_exists_with_its_flags() {
    let blocks = PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.split_once("kho ")).map(|(_, rest)| rest);
    let named =
        PAGE.split('`').filter_map(|text| text.strip_prefix("kho ")).filter(|text| !text.contains('\n'));
    let mut tried = 0;
    for line in lines.chain(named) {
        // `--help` last: what stands before it must be known.
        let script = format!("\"$0\" {line} --help");
        let done = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_kho")])
            .output()
            .expect("bash runs");
        assert!(done.status.success(), "kho {line}: {}", String::from_utf8_lossy(&done.stderr));
        tried += 1;
    }
    assert!(tried > 10, "{tried} commands were found");
}
