//! What was acknowledged survives SIGKILL at any moment, and what was not leaves nothing behind (guarantee 1).
//!
//! The real binary serves on data of its own while several people add documents, add versions and delete for ever; it is killed at a random
//! moment and started again, `KHO_TEST_KILLS` times (8 if that is not set). `KHO_TEST_SEED` repeats a run.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::support::{PASSWORD, Person, back_ends, pdf, sign_in_at, text};

/// The command line on one deployment's data.
struct Deployment {
    folder: tempfile::TempDir,
    database: String,
    objects: String,
}

impl Deployment {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kho"));
        command
            .args(arguments)
            .env("KHO_DATA_DIR", self.folder.path())
            .env("KHO_DATABASE_URL", &self.database)
            .env("KHO_OBJECTS", &self.objects)
            .env("KHO_PASSWORD", PASSWORD);
        command
    }

    /// Runs a command that must end with exit code 0; what it printed is told otherwise.
    fn expect(&self, arguments: &[&str]) {
        let done = self.command(arguments).output().expect("the command runs");
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "kho {}: {out}{err}", arguments.join(" "));
    }

    /// A serving node and its address.
    fn serve(&self) -> (Node, String) {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its address");
        let address = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(address.starts_with("http://"), "{line}");
        (Node(child), address)
    }
}

/// A process that does not outlive the test.
struct Node(Child);

impl Node {
    fn kill(&mut self) {
        // Gone already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What the server said is kept: by document, the hash of each version from the first on. A document on its way out is in neither state.
#[derive(Default)]
struct Kept(BTreeMap<String, Vec<Vec<u8>>>);

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn file(bytes: Vec<u8>, name: String) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name))
}

/// Acts until the server is gone; `None` then.
async fn act(person: &Person, kept: &Mutex<Kept>, random: &mut StdRng) -> Option<()> {
    let size = random.random_range(1_000..300_000);
    let known = kept.lock().expect("kept").0.keys().cloned().collect::<Vec<_>>();
    let some = (!known.is_empty()).then(|| known[random.random_range(0..known.len())].clone());
    match (random.random_range(0..10), some) {
        (0..=4, _) | (_, None) => {
            let bytes = pdf(size);
            let form = file(bytes.clone(), format!("{}.pdf", uuid::Uuid::new_v4()));
            let path = format!("/entries/{}/documents", person.root);
            let answer = person.request(Method::POST, &path).multipart(form).send().await.ok()?;
            let status = answer.status();
            let added: Value = answer.json().await.ok()?;
            assert_eq!(status, 201, "{added}");
            kept.lock().expect("kept").0.insert(text(&added["id"]), vec![sha256(&bytes)]);
        }
        (5..=7, Some(id)) => {
            let entry = person.request(Method::GET, &format!("/entries/{id}")).send().await.ok()?;
            let entry: Value = entry.json().await.ok()?;
            let Some(rev) = entry["rev"].as_i64() else { return Some(()) };
            let bytes = pdf(size);
            let answer = person
                .request(Method::POST, &format!("/entries/{id}/versions"))
                .header("If-Match", format!("\"{rev}\""))
                .multipart(file(bytes.clone(), "a.pdf".to_owned()))
                .send()
                .await
                .ok()?;
            if answer.status() == 201 {
                answer.bytes().await.ok()?;
                kept.lock().expect("kept").0.entry(id).or_default().push(sha256(&bytes));
            }
        }
        (_, Some(id)) => {
            let entry = person.request(Method::GET, &format!("/entries/{id}")).send().await.ok()?;
            let entry: Value = entry.json().await.ok()?;
            let tag = format!("\"{}\"", entry["rev"]);
            // From here on it may be in the trash, gone, or still there.
            kept.lock().expect("kept").0.remove(&id)?;
            let path = format!("/entries/{id}");
            person.request(Method::DELETE, &path).header("If-Match", tag).send().await.ok()?;
            person.request(Method::DELETE, &format!("/trash/{id}")).send().await.ok()?;
        }
    }
    Some(())
}

/// Reads every acknowledged version back. A version that was written but not acknowledged may lie between them.
async fn expect_kept(person: &Person, kept: &Kept) {
    for (id, versions) in &kept.0 {
        let history = person.get(&format!("/entries/{id}/versions?limit=500")).await;
        let stored = history["items"].as_array().expect("versions");
        let mut hashes = Vec::new();
        for version in stored.iter().rev() {
            let path = format!("/entries/{id}/versions/{}/content", version["number"]);
            let answer = person.request(Method::GET, &path).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
            hashes.push(sha256(&answer.bytes().await.expect("all bytes")));
        }
        let mut rest = hashes.iter();
        assert!(versions.iter().all(|hash| rest.any(|stored| stored == hash)), "{id} lost a version");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let kills = number("KHO_TEST_KILLS").unwrap_or(8);
    let seed = number("KHO_TEST_SEED").unwrap_or_else(rand::random);
    println!("KHO_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let (database, objects) = back_ends().await;
    let deployment = Deployment { folder: tempfile::tempdir().unwrap(), database, objects };
    let logins = ["hoa", "lan", "mai"];
    for (place, login) in logins.iter().enumerate() {
        let identity = format!("09900000000{}", place + 1);
        deployment.expect(&["user", "add", login, "--name", "Nguyễn Thị Hoa", "--identity", &identity]);
    }
    let (mut node, address) = deployment.serve();
    let mut people = Vec::new();
    for login in logins {
        people.push((sign_in_at(&address, login).await, Arc::new(Mutex::new(Kept::default()))));
    }
    for kill in 1..=kills {
        let tasks = people.drain(..).map(|(person, kept)| {
            let mut random = StdRng::seed_from_u64(random.random());
            tokio::spawn(async move {
                while act(&person, &kept, &mut random).await.is_some() {}
                (person, kept)
            })
        });
        let tasks = tasks.collect::<Vec<_>>();
        tokio::time::sleep(Duration::from_millis(random.random_range(50..1_500))).await;
        node.kill();
        for task in tasks {
            people.push(task.await.expect("acts were answered as expected"));
        }
        let (next, address) = deployment.serve();
        node = next;
        for (person, _) in &mut people {
            person.base = format!("{address}/api/v1");
        }
        // Every byte now and then, and at the end.
        if kill % 10 == 0 || kill == kills {
            for (person, kept) in &people {
                let kept = Kept(kept.lock().expect("kept").0.clone());
                expect_kept(person, &kept).await;
            }
        }
    }
    let kept =
        people.iter().map(|(_, kept)| kept.lock().expect("kept").0.values().map(Vec::len).sum::<usize>());
    let kept = kept.sum::<usize>();
    println!("{kills} kills, {kept} acknowledged versions all there");
    assert!(kept > 0, "nothing was acknowledged, so nothing was tried");
    node.kill();
    deployment.expect(&["sweep", "--now"]);
    deployment.expect(&["fsck", "--read-all"]);
    deployment.expect(&["audit", "verify"]);
}
