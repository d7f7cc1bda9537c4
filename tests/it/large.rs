//! A file far larger than the memory that a node may use for it (guarantee 6), sent and fetched over both protocols.
//!
//! The real binary runs in a process of its own, so that its memory is measured alone: `VmHWM`, the most it ever had resident.

use std::process::Stdio;

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use ring::digest::{Context, SHA256};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::{Person, TestApp, text};
use crate::uploads;

const MIB: usize = 1 << 20;
/// What a node may have resident while it handles one file of any size.
const LIMIT_MIB: usize = 150;

/// 2 GiB in the long form; the short one still is several segments on either back end, and more than the limit.
fn size_mib() -> usize {
    if std::env::var_os("KHO_TEST_LONG").is_some() { 2048 } else { 200 }
}

/// MiB `index` of the file: none is like another, and the first begins as a PDF.
fn piece(index: usize) -> Vec<u8> {
    let mut piece = b"kho ".repeat(MIB / 4);
    piece[..16].copy_from_slice(format!("{index:016}").as_bytes());
    if index == 0 {
        piece[..9].copy_from_slice(b"%PDF-1.7\n");
    }
    piece
}

/// The MiB of a range as they are asked for; never more than one is in memory.
fn pieces(range: std::ops::Range<usize>) -> Body {
    Body::wrap_stream(futures::stream::iter(range.map(|index| Ok::<_, std::io::Error>(piece(index)))))
}

fn sha256() -> String {
    let mut hash = Context::new(&SHA256);
    (0..size_mib()).for_each(|index| hash.update(&piece(index)));
    data_encoding::HEXLOWER.encode(hash.finish().as_ref())
}

async fn downloaded_sha256(person: &Person, entry: &str) -> String {
    let mut answer = person.request(Method::GET, &format!("/entries/{entry}/content")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut hash = Context::new(&SHA256);
    while let Some(bytes) = answer.chunk().await.unwrap() {
        hash.update(&bytes);
    }
    data_encoding::HEXLOWER.encode(hash.finish().as_ref())
}

/// Starts `kho serve` on the application's database and store; its address.
async fn serve(app: &TestApp) -> (Child, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_kho"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("KHO_DATA_DIR", &app.config.data_dir)
        .env("KHO_DATABASE_URL", app.config.database_url())
        .env("KHO_OBJECTS", app.config.objects_url())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    let url = line.strip_prefix("Kho serves on ").expect("the address").to_owned();
    (server, url)
}

/// The most that the server ever had resident.
fn peak_mib(server: &Child) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() / 1024
}

fn expect_little_memory(server: &Child, after: &str) {
    let peak = peak_mib(server);
    println!("peak memory after {after} of {} MiB: {peak} MiB", size_mib());
    assert!(peak < LIMIT_MIB, "{peak} MiB after {after}");
}

async fn send_form(person: &Person) -> String {
    let file = Part::stream_with_length(pieces(0..size_mib()), (size_mib() * MIB) as u64).file_name("a.pdf");
    let request = person.request(Method::POST, &format!("/entries/{}/documents", person.root));
    let answer = request.multipart(Form::new().part("file", file)).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    text(&answer.json::<Value>().await.unwrap()["id"])
}

/// Sends two parts, each long enough that segments are counted while it is under way.
async fn send_parts(person: &Person) -> String {
    let upload = uploads::begin(person, size_mib() * MIB, "b.pdf").await;
    let half = size_mib() / 2;
    let mut entry = None;
    for range in [0..half, half..size_mib()] {
        let request = uploads::part_request(person, &upload, range.start * MIB);
        let bytes = range.len() * MIB;
        let answer = request.header("Content-Length", bytes).body(pieces(range)).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        entry = answer.headers().get("kho-entry-id").map(|id| id.to_str().unwrap().to_owned());
    }
    entry.expect("the last part makes the document")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_file_passes_through_little_memory() {
    let mut app = TestApp::start().await;
    let identity_number = app.person("hoa").await.identity_number;
    let (server, url) = serve(&app).await;
    app.url = url;
    let hoa = app.sign_in("hoa", &identity_number).await;
    let expected = sha256();
    expect_little_memory(&server, "the start");

    let entry = send_form(&hoa).await;
    expect_little_memory(&server, "a form");
    fetch_and_remove(&app, &hoa, &entry, &expected).await;
    let entry = send_parts(&hoa).await;
    expect_little_memory(&server, "a resumable upload");
    fetch_and_remove(&app, &hoa, &entry, &expected).await;
    expect_little_memory(&server, "downloads");
}

/// Compares what comes back, and makes room: a store of tests lies in memory.
async fn fetch_and_remove(app: &TestApp, person: &Person, entry: &str, expected: &str) {
    assert_eq!(downloaded_sha256(person, entry).await, expected);
    let entry = person.get(&format!("/entries/{entry}")).await;
    let trashed = person.trash(&entry).await;
    assert_eq!(person.purge(&trashed).await.status(), 200);
    app.run_jobs().await;
}
