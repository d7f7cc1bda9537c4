//! Programs of others on node, in processes of their own: the reference implementations of protocols that the server speaks.
//!
//! They need `node` and `npm`; where these cannot be had, `KHO_TEST_WITHOUT_NODE=1` leaves such tests out.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

pub fn is_left_out() -> bool {
    let left_out = std::env::var_os("KHO_TEST_WITHOUT_NODE").is_some_and(|value| value == "1");
    if left_out {
        eprintln!("left out: KHO_TEST_WITHOUT_NODE=1");
    }
    left_out
}

/// Runs a command that must succeed; what it prints.
pub async fn run(command: &mut Command) -> String {
    let missing = "node and npm are needed for this test; KHO_TEST_WITHOUT_NODE=1 leaves it out";
    let output =
        command.stdin(Stdio::null()).output().await.unwrap_or_else(|error| panic!("{missing}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A script of `tests/FOLDER`, in a folder of the build where what it needs is installed once for each lock file.
pub async fn script(folder: &str, name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "package-lock.json", name] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let lock = std::fs::read(source.join("package-lock.json")).unwrap();
    let installed = folder.join("installed-lock.json");
    if std::fs::read(&installed).ok().as_ref() != Some(&lock) {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder)).await;
        std::fs::write(&installed, &lock).unwrap();
    }
    folder.join(name)
}
