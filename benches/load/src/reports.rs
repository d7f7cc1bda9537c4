//! `kho-load reports`: how long each report takes over the components of years, on PostgreSQL, and whether it says what the rows say.
//!
//! The rows are made by the database itself, as the acts of five years would have left them; sums a day are taken from those rows, and what the
//! server answers is compared with sums taken from them in another way.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clap::Args;
use kho::config::{Config, Flags};
use kho::domain::account::Actor;
use kho::domain::clock::Clock;
use kho::domain::id::AccountId;
use kho::domain::identity::{FullName, OrganisationCode};
use kho::domain::policy::Role;
use kho::services::Kho;
use kho::services::roles::Appointment;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::client::{Client, SignIn};
use crate::seed::{LOGIN, PASSWORD, Seeder, actor};
use crate::server::Server;
use crate::{Failure, expect, new_database, settle};

/// As a province has them.
const DEPARTMENTS: usize = 20;
const DISTRICTS: usize = 12;
const COMMUNES: usize = 204;
const FIRST_DAY: &str = "2021-07-01";
const DAYS: i64 = 1_826;
const PER_DOSSIER: u64 = 4;
/// Somebody who works at the counter of one agency.
const OFFICER: &str = "load.officer";
/// The requirement: what one report may take.
const GOAL: Duration = Duration::from_secs(30);

#[derive(Args)]
pub struct Reports {
    /// Papers in components of dossiers
    #[arg(long, default_value_t = 5_000_000)]
    components: u64,
    /// How often each report is asked for
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Where the server keeps what is not in PostgreSQL
    #[arg(long, default_value = "target/load")]
    folder_of_data: std::path::PathBuf,
}

pub async fn run(command: Reports) -> Result<(), Failure> {
    let data = command.folder_of_data.join("reports");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let mut config = Config::load(None, &Flags::default())?;
    config.data_dir.clone_from(&data);
    config.objects = String::new();
    config.database_url = new_database("kho_load_reports").await?;
    let kho = kho::app::build(&config, Clock::System).await?;
    people_and_agencies(&kho).await?;
    kho.db.close().await;

    let mut rows = PgConnection::connect(&config.database_url).await?;
    let began = Instant::now();
    for text in made(command.components / PER_DOSSIER) {
        rows.execute(AssertSqlSafe(text)).await?;
    }
    settle(&config.database_url).await?;
    println!("{} components made in {:.0} s", command.components, began.elapsed().as_secs_f64());

    let server = Server::start(&data, &config.database_url, "").await?;
    let auditor = Client::sign_in(server.address, LOGIN, PASSWORD).await?;
    let officer = Client::sign_in(server.address, OFFICER, PASSWORD).await?;
    let mut slowest = Duration::ZERO;
    println!("{:<72} {:>10} {:>10}", "milliseconds", "median", "slowest");
    for (who, name, path) in asked()? {
        let sign_in = if who == OFFICER { &officer } else { &auditor };
        slowest = slowest.max(ask(&server, sign_in, &name, &path, command.times).await?);
    }
    agree(&server, &auditor, &mut rows).await?;
    println!(
        "slowest answer: {:.3} of the {} s allowed",
        slowest.as_secs_f64() / GOAL.as_secs_f64(),
        GOAL.as_secs()
    );
    if slowest <= GOAL { Ok(()) } else { Err("a report took too long".into()) }
}

async fn people_and_agencies(kho: &Kho) -> Result<(), Failure> {
    let operator: Actor = actor(AccountId(uuid::Uuid::nil()), None);
    for number in 0..DEPARTMENTS + DISTRICTS + COMMUNES {
        let code = OrganisationCode::parse(&agency(number))?;
        let name = FullName::parse(&format!("Cơ quan số {number}"))?;
        kho.create_agency(&operator, code, name.clone(), name).await?;
    }
    let mut seeder = Seeder::new(kho);
    seeder.person(LOGIN).await?;
    seeder.person(OFFICER).await?;
    for number in 0..50 {
        seeder.person(&format!("owner.{number}")).await?;
    }
    let first = agency(0);
    for (account, role, agency) in
        [(LOGIN, Role::Auditor, None), (OFFICER, Role::Officer, Some(first.as_str()))]
    {
        kho.give_role(&operator, Appointment { account, role, agency }).await?;
    }
    Ok(())
}

/// All but the first are beneath it, by their codes.
fn agency(number: usize) -> String {
    if number == 0 { "L00".to_owned() } else { format!("L00.{number:03}") }
}

/// What makes the rows, in turn. Numbers are spread by multiplication, so that every run makes the same ones.
fn made(dossiers: u64) -> Vec<String> {
    let agencies = DEPARTMENTS + DISTRICTS + COMMUNES;
    vec![
        // The keys are made right here; checking each of them would take most of the time.
        "SET session_replication_role = replica".to_owned(),
        "CREATE TEMP TABLE at_agency AS SELECT row_number() OVER (ORDER BY code) - 1 AS place, id FROM agency WHERE code LIKE 'L%';
         CREATE TEMP TABLE of_owner AS SELECT row_number() OVER (ORDER BY login) - 1 AS place, id, vault_id FROM account
         WHERE login LIKE 'owner.%'".to_owned(),
        format!(
            "INSERT INTO dossier (id, code, procedure_code, procedure_name, catalogue_version, vault_id, submitter_account_id,
                 submitter_name, receiving_agency_id, processing_agency_id, channel, conditions, state, submitted_at, received_at,
                 due_on, decided_at, closed_at, created_at, created_by, updated_at)
             SELECT ('01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'L-' || n, '1.001193', 'Đăng ký khai sinh',
                 (SELECT MAX(number) FROM catalogue_version), o.vault_id, o.id, 'Người dùng thử tải', a.id, a.id,
                 CASE WHEN n % 3 = 0 THEN 'counter' ELSE 'online' END, '[]',
                 CASE WHEN n > {dossiers} * 0.98 THEN (ARRAY['received', 'processing', 'supplement_requested', 'decided'])[1 + (n % 4)::int]
                      WHEN n % 31 = 0 THEN 'refused' WHEN n % 47 = 0 THEN 'withdrawn' ELSE 'returned' END,
                 d.at, d.at, (d.at + interval '5 days')::date, d.at + interval '3 days',
                 CASE WHEN n > {dossiers} * 0.98 THEN NULL ELSE d.at + interval '4 days' END, d.at, o.id, d.at + interval '4 days'
             FROM generate_series(1, {dossiers}::bigint) n
             JOIN at_agency a ON a.place = (n * 7919) % {agencies}
             JOIN of_owner o ON o.place = (n * 104729) % 50
             CROSS JOIN LATERAL (SELECT timestamptz '{FIRST_DAY} 08:00:00+07' + make_interval(days => (n * {DAYS} / ({dossiers} + 1))::int) AS at) d"
        ),
        format!(
            "INSERT INTO attachment (id, dossier_id, component_code, vault_id, entry_id, version_id, sha256, title, trust_level,
                 reused, digitised, channel, purpose, state, attached_at, attached_by, attached_by_name, agency_id, reason_code)
             SELECT ('01890000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, d.id, 'C' || n % {PER_DOSSIER}, d.vault_id,
                 ('01890000-0000-7000-a000-' || lpad(to_hex(n), 12, '0'))::uuid,
                 ('01890000-0000-7000-b000-' || lpad(to_hex(n), 12, '0'))::uuid, decode(md5(n::text) || md5(n::text), 'hex'),
                 'Giấy tờ', 1 + n % 4, n % 10 < 6, n % 10 = 9, CASE WHEN n % 10 = 9 THEN 'system' ELSE 'online' END, 'Đăng ký khai sinh',
                 CASE WHEN n % 53 = 0 THEN 'refused' ELSE 'accepted' END, d.received_at, d.created_by, 'Người dùng thử tải',
                 d.receiving_agency_id, CASE WHEN n % 53 = 0 THEN (ARRAY['unreadable', 'expired', 'wrong_paper'])[1 + (n % 3)::int] END
             FROM generate_series(0, {dossiers}::bigint * {PER_DOSSIER} - 1) n
             JOIN dossier d ON d.id = ('01890000-0000-7000-8000-' || lpad(to_hex(n / {PER_DOSSIER} + 1), 12, '0'))::uuid"
        ),
        "INSERT INTO reuse_day (day, agency_id, what, reason_code, count)
         SELECT (attached_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, agency_id,
             CASE WHEN channel = 'system' THEN 'component_digitised' WHEN reused THEN 'component_reused' ELSE 'component_added' END, '', COUNT(*)
         FROM attachment GROUP BY 1, 2, 3
         UNION ALL
         SELECT (attached_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, agency_id, 'refusal', reason_code, COUNT(*)
         FROM attachment WHERE state = 'refused' GROUP BY 1, 2, 4
         UNION ALL
         SELECT (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, receiving_agency_id, w.what, '', COUNT(*)
         FROM dossier CROSS JOIN (VALUES ('dossier'), ('result')) w (what)
         WHERE w.what = 'dossier' OR (state = 'returned' AND channel = 'online') GROUP BY 1, 2, 3
         UNION ALL
         SELECT (decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, processing_agency_id, w.what, '', COUNT(*)
         FROM dossier CROSS JOIN (VALUES ('decided'), ('decided_digitised')) w (what)
         WHERE state IN ('decided', 'returned') AND (w.what = 'decided' OR (state = 'returned' AND channel = 'online')) GROUP BY 1, 2, 3
         UNION ALL
         SELECT (d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, d.receiving_agency_id, w.what, '', COUNT(*)
         FROM attachment a JOIN dossier d ON d.id = a.dossier_id CROSS JOIN (VALUES ('component'), ('component_with_file')) w (what)
         WHERE w.what = 'component' OR a.state = 'accepted' GROUP BY 1, 2, 3".to_owned(),
    ]
}

/// Who asks, what it is called, and the path.
fn asked() -> Result<Vec<(&'static str, String, String)>, Failure> {
    let first: NaiveDate = FIRST_DAY.parse()?;
    let last = first + chrono::Days::new(DAYS as u64);
    let periods = [("all years", first, last), ("last year", last - chrono::Days::new(365), last)];
    let mut all = Vec::new();
    for (period, from, until) in periods {
        for by in ["day", "month", "year", "agency", "reason"] {
            let path = format!("/api/v1/reports/reuse?from={from}&until={until}&by={by}");
            all.push((
                LOGIN,
                format!("reuse, digitisation and refusals by {by}, all agencies, {period}"),
                path,
            ));
        }
        all.push((
            LOGIN,
            format!("the same by day as CSV, all agencies, {period}"),
            format!("/api/v1/reports/reuse.csv?from={from}&until={until}&by=day"),
        ));
        all.push((
            LOGIN,
            format!("where dossiers stand and which are late, all agencies, {period}"),
            format!("/api/v1/reports/dossiers?from={from}&until={until}"),
        ));
        all.push((
            OFFICER,
            format!("reuse by month, one agency, {period}"),
            format!("/api/v1/reports/reuse?from={from}&until={until}&by=month"),
        ));
        for by in ["month", "agency"] {
            all.push((
                OFFICER,
                format!(
                    "reuse by {by}, an agency with the {} beneath, {period}",
                    DEPARTMENTS + DISTRICTS + COMMUNES - 1
                ),
                format!("/api/v1/reports/reuse?from={from}&until={until}&by={by}&beneath=true"),
            ));
        }
        all.push((
            OFFICER,
            format!("where dossiers stand as CSV, an agency with those beneath, {period}"),
            format!("/api/v1/reports/dossiers.csv?from={from}&until={until}&beneath=true"),
        ));
    }
    all.push((
        OFFICER,
        "first page of an officer's dossiers".to_owned(),
        "/api/v1/officer/dossiers".to_owned(),
    ));
    Ok(all)
}

/// Asks so many times, prints how long it took, and answers the slowest.
async fn ask(
    server: &Server,
    sign_in: &SignIn,
    name: &str,
    path: &str,
    times: usize,
) -> Result<Duration, Failure> {
    let mut client = Client::connect(server.address, sign_in.clone()).await?;
    let mut took = Vec::new();
    for _ in 0..times.max(1) {
        let began = Instant::now();
        let answer = client.get(path).await?;
        expect(answer.status, 200, name)?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    let (median, slowest) = (took[took.len() / 2], took[took.len() - 1]);
    println!("{name:<72} {:>10.1} {:>10.1}", median.as_secs_f64() * 1e3, slowest.as_secs_f64() * 1e3);
    Ok(slowest)
}

/// The sums of the reports against those of the rows.
async fn agree(server: &Server, sign_in: &SignIn, rows: &mut PgConnection) -> Result<(), Failure> {
    let first: NaiveDate = FIRST_DAY.parse()?;
    // What was received last is decided some days later.
    let until = first + chrono::Days::new(DAYS as u64 + 10);
    let mut client = Client::connect(server.address, sign_in.clone()).await?;
    let path = format!("/api/v1/reports/reuse?from={first}&until={until}&by=agency");
    let total = client.get(&path).await?.json()?["total"].clone();
    let path = format!("/api/v1/reports/dossiers?from={first}&until={until}");
    let standings = client.get(&path).await?.json()?;
    let told_of = standings["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["count"].as_i64())
        .sum::<i64>();
    // Counting rows takes longer than a connection is kept that says nothing.
    drop(client);
    for (name, counted) in [
        ("dossiers", "SELECT COUNT(*) FROM dossier"),
        ("reused", "SELECT COUNT(*) FROM attachment WHERE channel = 'online' AND reused"),
        ("added", "SELECT COUNT(*) FROM attachment WHERE channel = 'online' AND NOT reused"),
        ("digitised", "SELECT COUNT(*) FROM attachment WHERE channel = 'system'"),
        ("refusals", "SELECT COUNT(*) FROM attachment WHERE reason_code IS NOT NULL"),
        ("decided", "SELECT COUNT(*) FROM dossier WHERE state IN ('decided', 'returned')"),
        ("decided_digitised", "SELECT COUNT(*) FROM dossier WHERE state = 'returned' AND channel = 'online'"),
        ("components", "SELECT COUNT(*) FROM attachment"),
        ("components_with_file", "SELECT COUNT(*) FROM attachment WHERE state = 'accepted'"),
    ] {
        let of_rows: i64 = sqlx::query_scalar(counted).fetch_one(&mut *rows).await?;
        told(name, &total[name], of_rows)?;
    }
    let of_rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dossier").fetch_one(&mut *rows).await?;
    told("dossiers by state", &Value::from(told_of), of_rows)
}

fn told(name: &str, in_report: &Value, in_rows: i64) -> Result<(), Failure> {
    println!("{name}: {in_report} in the report, {in_rows} in the rows");
    if in_report.as_i64() == Some(in_rows) { Ok(()) } else { Err(format!("{name} differ").into()) }
}
