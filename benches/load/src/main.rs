//! `kho-load`: how long the API takes to answer, and whether that depends on how much there is.
//!
//! Two deployments are seeded, one small and one large, and both servers run side by side; rounds alternate between the things
//! compared, so that what else the machine does meets them alike. Loopback only; every part is bounded in count.

mod client;
mod fill;
mod reports;
mod seed;
mod server;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand, ValueEnum};
use kho::config::{Config, Flags};
use kho::domain::clock::Clock;
use serde_json::{Value, json};

use client::{Client, SignIn};
use seed::{LOGIN, PASSWORD, Seeded, Seeder};
use server::Server;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy, ValueEnum, PartialEq)]
enum Backend {
    /// SQLite and local files
    Embedded,
    /// PostgreSQL of KHO_TEST_DATABASE_URL and local files
    Postgres,
}

/// Measures the API of the release server beside this program.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    plan: Plan,
}

#[derive(Subcommand)]
enum Command {
    /// Put many documents into a folder of somebody's vault; the server may run
    Fill(fill::Fill),
    /// Measure the reports over the dossiers of five years, on PostgreSQL of KHO_TEST_DATABASE_URL
    Reports(reports::Reports),
}

#[derive(Args)]
struct Plan {
    #[arg(long, value_enum, default_value = "embedded")]
    backend: Backend,
    /// Documents in the small database
    #[arg(long, default_value_t = 10_000)]
    small: u64,
    /// Documents in the large database
    #[arg(long, default_value_t = 1_000_000)]
    large: u64,
    /// Documents in the large folder; the small one has 100
    #[arg(long, default_value_t = 100_000)]
    folder: u64,
    /// Requests of a list measurement
    #[arg(long, default_value_t = 4_000)]
    requests: usize,
    /// Clients of the throughput measurements
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Clients of the mixed measurement
    #[arg(long, default_value_t = 200)]
    mixed_clients: usize,
    /// Where the results are written as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where the databases are made
    #[arg(long, default_value = "target/load")]
    folder_of_data: PathBuf,
}

/// A seeded deployment with its server.
struct Deployment {
    server: Server,
    sign_in: SignIn,
    hundred: Seeded,
    many: Option<Seeded>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let line = Line::parse();
    match line.command {
        Some(Command::Fill(command)) => fill::run(command).await,
        Some(Command::Reports(command)) => reports::run(command).await,
        None => measure(line.plan).await,
    }
}

async fn measure(plan: Plan) -> Result<(), Failure> {
    let mut report = Report::default();
    let small = deploy(&plan, "small", plan.small, None).await?;
    let large = deploy(&plan, "large", plan.large, Some(plan.folder)).await?;
    report.fact("cold start, large", format!("{} ms", large.server.started_in.as_millis()));
    report.fact("idle memory, large", format!("{} MiB", large.server.memory_mib("VmRSS")));

    for sort in ["name", "-name", "updated_at", "-updated_at"] {
        let first = |deployment: &Deployment, seeded: &Seeded| {
            (deployment.server.address, deployment.sign_in.clone(), children(seeded, sort, ""))
        };
        let many = large.many.as_ref().ok_or("no large folder")?;
        let deep = deep_cursor(&large, many, sort, plan.folder * 9 / 10).await?;
        let jobs = [
            ("100 of small database", first(&small, &small.hundred)),
            ("100 of large database", first(&large, &large.hundred)),
            ("large folder", first(&large, many)),
            (
                "large folder, deep",
                (large.server.address, large.sign_in.clone(), children(many, sort, &deep)),
            ),
        ];
        let measured = alternate(&jobs, plan.requests).await?;
        for ((name, _), times) in jobs.iter().zip(&measured) {
            report.row(&format!("list {sort}, {name}, 1 client"), times);
        }
        report.ratio(&format!("database, {sort}"), &measured[1], &measured[0], 1.2);
        report.ratio(&format!("folder, {sort}"), &measured[2], &measured[1], 1.5);
        report.ratio(&format!("deep page, {sort}"), &measured[3], &measured[1], 1.5);
    }
    by_place(&plan, &large, &mut report).await?;
    throughput(&plan, &large, &mut report).await?;
    report.fact("peak memory, large", format!("{} MiB", large.server.memory_mib("VmHWM")));
    report.print();
    if let Some(path) = &plan.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report.json())?)?;
    }
    Ok(())
}

async fn deploy(plan: &Plan, name: &str, documents: u64, folder: Option<u64>) -> Result<Deployment, Failure> {
    let data = plan.folder_of_data.join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let mut config = Config::load(None, &Flags::default())?;
    config.data_dir.clone_from(&data);
    config.objects = String::new();
    config.database_url = match plan.backend {
        Backend::Embedded => String::new(),
        Backend::Postgres => new_database(&format!("kho_load_{name}")).await?,
    };
    // The generator's own vaults hold what no person's would.
    config.person_quota_bytes = 1 << 50;
    let began = Instant::now();
    let kho = kho::app::build(&config, Clock::System).await?;
    let mut seeder = Seeder::new(&kho);
    let owner = seeder.person(LOGIN).await?;
    let hundred = seeder.folder(&owner, "Một trăm", 100).await?;
    let many = match folder {
        Some(count) => Some(seeder.folder(&owner, "Rất nhiều", count).await?),
        None => None,
    };
    seeder.others(documents.saturating_sub(100 + folder.unwrap_or(0))).await?;
    if plan.backend == Backend::Postgres {
        settle(&config.database_url).await?;
    }
    kho.db.close().await;
    eprintln!("{name}: {documents} documents in {:.1} s", began.elapsed().as_secs_f64());
    let server = Server::start(&data, &config.database_url, "").await?;
    let sign_in = Client::sign_in(server.address, LOGIN, PASSWORD).await?;
    Ok(Deployment { server, sign_in, hundred, many })
}

/// A new database beside the one of the test server, replacing one of an earlier run.
async fn new_database(name: &str) -> Result<String, Failure> {
    use sqlx::{Connection, Executor};
    let url = std::env::var("KHO_TEST_DATABASE_URL")?;
    let mut admin = sqlx::PgConnection::connect(&url).await?;
    admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await?;
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    let (head, query) = url
        .split_once('?')
        .map_or((url.as_str(), String::new()), |(head, query)| (head, format!("?{query}")));
    let (start, _) = head.rsplit_once('/').ok_or("a URL with a database")?;
    Ok(format!("{start}/{name}{query}"))
}

/// What autovacuum would have done by the time that so many documents had come.
async fn settle(url: &str) -> Result<(), Failure> {
    use sqlx::{Connection, Executor};
    sqlx::PgConnection::connect(url).await?.execute("VACUUM ANALYZE").await?;
    Ok(())
}

fn children(seeded: &Seeded, sort: &str, cursor: &str) -> String {
    let cursor = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
    format!("/api/v1/entries/{}/children?sort={sort}{cursor}", seeded.folder)
}

/// The cursor after `depth` items.
async fn deep_cursor(
    deployment: &Deployment,
    seeded: &Seeded,
    sort: &str,
    depth: u64,
) -> Result<String, Failure> {
    let mut client = Client::connect(deployment.server.address, deployment.sign_in.clone()).await?;
    let mut cursor = String::new();
    for _ in 0..depth / 500 {
        let page = client.get(&format!("{}&limit=500", children(seeded, sort, &cursor))).await?.json()?;
        cursor = page["next_cursor"].as_str().unwrap_or_default().to_owned();
    }
    Ok(cursor)
}

/// Pages of the large folder as somebody scrolls through it or opens an entry in its middle.
async fn by_place(plan: &Plan, large: &Deployment, report: &mut Report) -> Result<(), Failure> {
    let many = large.many.as_ref().ok_or("no large folder")?;
    for sort in ["name", "-updated_at"] {
        let mut client = Client::connect(large.server.address, large.sign_in.clone()).await?;
        let at = |place: String| format!("{}&limit=200&{place}", children(many, sort, ""));
        let middle = client.get(&at(format!("offset={}", plan.folder / 2))).await?.json()?;
        let middle_id = middle["items"][0]["id"].as_str().ok_or("nothing in the middle")?;
        let job = |place: String| (large.server.address, large.sign_in.clone(), at(place));
        let jobs = [
            ("at its beginning", job("offset=0".to_owned())),
            ("in its middle", job(format!("offset={}", plan.folder / 2))),
            ("at its end", job(format!("offset={}", plan.folder - 200))),
            ("around an entry", job(format!("around={middle_id}"))),
        ];
        let measured = alternate(&jobs, plan.requests / 10).await?;
        for ((name, _), times) in jobs.iter().zip(&measured) {
            report.row(&format!("200 by place, {sort}, large folder {name}"), times);
        }
    }
    Ok(())
}

type Job<'n> = (&'n str, (std::net::SocketAddr, SignIn, String));

/// Asks for each path in turn until each was asked for `requests` times; the first tenth warms up.
async fn alternate(jobs: &[Job<'_>], requests: usize) -> Result<Vec<Times>, Failure> {
    let mut clients = Vec::new();
    for (_, (address, sign_in, _)) in jobs {
        clients.push(Client::connect(*address, sign_in.clone()).await?);
    }
    let mut all = vec![Times::default(); jobs.len()];
    for round in 0..requests + requests / 10 {
        for ((client, (name, (_, _, path))), times) in clients.iter_mut().zip(jobs).zip(&mut all) {
            let began = Instant::now();
            let answer = client.get(path).await?;
            expect(answer.status, 200, name)?;
            if round >= requests / 10 {
                times.add(began.elapsed());
            }
        }
    }
    Ok(all)
}

/// What one request of a measurement does.
#[derive(Clone, Copy, PartialEq)]
enum Verb {
    List,
    Download,
    UploadMiB,
    DownloadMiB,
    Upload,
    Mkdir,
    Mixed,
}

async fn throughput(plan: &Plan, large: &Deployment, report: &mut Report) -> Result<(), Failure> {
    let mut client = Client::connect(large.server.address, large.sign_in.clone()).await?;
    let folder = large.hundred.folder.to_string();
    let answer = client.upload(&folder, "Một MiB.pdf", &seed::pdf(1 << 20)).await?;
    expect(answer.status, 201, "upload")?;
    let mib = answer.json()?["id"].as_str().unwrap_or_default().to_owned();
    let root = client.get(&format!("/api/v1/entries/{folder}")).await?.json()?["parent_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let target = client.post(&format!("/api/v1/entries/{root}/folders"), &json!({ "name": "Đích" })).await?;
    let target = target.json()?["id"].as_str().unwrap_or_default().to_owned();
    let many = plan.requests;
    for (name, verb, clients, requests) in [
        ("list first page of 100", Verb::List, plan.clients, many * 2),
        ("make a folder", Verb::Mkdir, 1, 300),
        ("download 100 KiB", Verb::Download, plan.clients, many / 2),
        ("download 1 MiB", Verb::DownloadMiB, 4, many / 8),
        ("upload 1 MiB", Verb::UploadMiB, 4, 200),
        ("mixed 80 % list, 15 % download, 5 % upload of 100 KiB", Verb::Mixed, plan.mixed_clients, many * 2),
    ] {
        let place = Place {
            folder: folder.clone(),
            target: target.clone(),
            mib: mib.clone(),
            document: large.hundred.document.to_string(),
        };
        let (times, took) = run(large, verb, clients, requests, Arc::new(place)).await?;
        report.row_rate(&format!("{name}, {clients} clients"), &times, requests as f64 / took.as_secs_f64());
    }
    Ok(())
}

struct Place {
    folder: String,
    target: String,
    mib: String,
    document: String,
}

/// `requests` of one kind by `clients` at a time.
async fn run(
    large: &Deployment,
    verb: Verb,
    clients: usize,
    requests: usize,
    place: Arc<Place>,
) -> Result<(Times, Duration), Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let bodies = Arc::new((seed::pdf(1 << 20), seed::pdf(100 * 1024)));
    let mut tasks = Vec::new();
    let began = Instant::now();
    for _ in 0..clients {
        let mut client = Client::connect(large.server.address, large.sign_in.clone()).await?;
        let (next, place, bodies) = (next.clone(), place.clone(), bodies.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Times::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return Ok::<_, Failure>(times);
                }
                let verb = match (verb, number % 20) {
                    (Verb::Mixed, 0) => Verb::Upload,
                    (Verb::Mixed, 1..=3) => Verb::Download,
                    (Verb::Mixed, _) => Verb::List,
                    (verb, _) => verb,
                };
                let began = Instant::now();
                let name = uuid::Uuid::new_v4();
                let (answer, wanted) = match verb {
                    Verb::List | Verb::Mixed => {
                        (client.get(&format!("/api/v1/entries/{}/children", place.folder)).await?, 200)
                    }
                    Verb::Download => {
                        (client.get(&format!("/api/v1/entries/{}/content", place.document)).await?, 200)
                    }
                    Verb::DownloadMiB => {
                        (client.get(&format!("/api/v1/entries/{}/content", place.mib)).await?, 200)
                    }
                    Verb::UploadMiB => {
                        (client.upload(&place.target, &format!("{name}.pdf"), &bodies.0).await?, 201)
                    }
                    Verb::Upload => {
                        (client.upload(&place.target, &format!("{name}.pdf"), &bodies.1).await?, 201)
                    }
                    Verb::Mkdir => {
                        let path = format!("/api/v1/entries/{}/folders", place.target);
                        (client.post(&path, &json!({ "name": name.to_string() })).await?, 201)
                    }
                };
                expect(answer.status, wanted, "a request")?;
                times.add(began.elapsed());
            }
        }));
    }
    let mut all = Times::default();
    for task in tasks {
        all.0.extend(task.await??.0);
    }
    Ok((all, began.elapsed()))
}

fn expect(status: u16, wanted: u16, what: &str) -> Result<(), Failure> {
    if status == wanted { Ok(()) } else { Err(format!("{what} answered {status}, not {wanted}").into()) }
}

/// Times of answers.
#[derive(Clone, Default)]
struct Times(Vec<Duration>);

impl Times {
    fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Milliseconds that so many of a hundred answers stayed within.
    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

#[derive(Default)]
struct Report {
    rows: Vec<Value>,
    ratios: Vec<Value>,
    facts: Vec<Value>,
}

impl Report {
    fn row(&mut self, name: &str, times: &Times) {
        let total = times.0.iter().sum::<Duration>().as_secs_f64();
        self.row_rate(name, times, times.0.len() as f64 / total);
    }

    fn row_rate(&mut self, name: &str, times: &Times, rate: f64) {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| times.percentile(percent));
        eprintln!("{name}: p95 {p95:.2} ms, {rate:.0}/s");
        self.rows
            .push(json!({ "name": name, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "per_second": rate }));
    }

    fn ratio(&mut self, name: &str, of: &Times, to: &Times, goal: f64) {
        let ratio = of.percentile(95) / to.percentile(95);
        self.ratios.push(json!({ "name": name, "ratio": ratio, "goal": goal, "met": ratio <= goal }));
    }

    fn fact(&mut self, name: &str, value: String) {
        self.facts.push(json!({ "name": name, "value": value }));
    }

    fn json(&self) -> Value {
        json!({ "measurements": self.rows, "ratios_of_p95": self.ratios, "facts": self.facts })
    }

    fn print(&self) {
        println!("{:<62} {:>8} {:>8} {:>8} {:>9}", "milliseconds", "p50", "p95", "p99", "req/s");
        for row in &self.rows {
            let number = |name: &str| row[name].as_f64().unwrap_or_default();
            let name = row["name"].as_str().unwrap_or_default();
            let [p50, p95, p99] = ["p50_ms", "p95_ms", "p99_ms"].map(number);
            println!("{name:<62} {p50:>8.2} {p95:>8.2} {p99:>8.2} {:>9.0}", number("per_second"));
        }
        println!("\n{:<40} {:>6} {:>6}", "ratio of p95", "is", "goal");
        for row in &self.ratios {
            let name = row["name"].as_str().unwrap_or_default();
            let met = if row["met"] == true { "" } else { "  missed" };
            println!(
                "{name:<40} {:>6.2} {:>6.1}{met}",
                row["ratio"].as_f64().unwrap_or_default(),
                row["goal"].as_f64().unwrap_or_default()
            );
        }
        println!();
        for row in &self.facts {
            println!(
                "{}: {}",
                row["name"].as_str().unwrap_or_default(),
                row["value"].as_str().unwrap_or_default()
            );
        }
    }
}
