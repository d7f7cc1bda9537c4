//! What a node counts for Prometheus: every figure by its name, once.
//!
//! May use nothing of the other rooms, and any may call it. Labels are of bounded number: routes, kinds, classes; never ids, names or
//! addresses. To add one: a constant, a line in [`MEANINGS`], and a function named by what happened.

use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Unit, counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "kho_http_requests_total";
const REQUEST_SECONDS: &str = "kho_http_request_duration_seconds";
const RECEIVED: &str = "kho_http_received_bytes_total";
const SENT: &str = "kho_http_sent_bytes_total";
const JOBS_RUN: &str = "kho_jobs_run_total";
const JOBS_FAILED: &str = "kho_jobs_failed_total";
const JOBS_WAITING: &str = "kho_jobs_waiting";
const JOBS_DEAD: &str = "kho_jobs_dead";
const JOBS_OLDEST: &str = "kho_jobs_oldest_due_seconds";
const UPLOADS: &str = "kho_uploads_under_way";
const AUDIT_RECORDS: &str = "kho_audit_records_total";
const DATABASE_UP: &str = "kho_database_up";
const POOL_SIZE: &str = "kho_database_connections";
const POOL_IDLE: &str = "kho_database_connections_idle";
const RESIDENT: &str = "process_resident_memory_bytes";

enum Kind {
    Counter,
    Gauge,
    Histogram,
}
use Kind::{Counter, Gauge, Histogram};

const MEANINGS: [(&str, Kind, Unit, &str); 15] = [
    (REQUESTS, Counter, Unit::Count, "Requests answered, by method, route and class of status."),
    (
        REQUEST_SECONDS,
        Histogram,
        Unit::Seconds,
        "Time until the answer began, by method, route and class of status.",
    ),
    (RECEIVED, Counter, Unit::Bytes, "Bytes of request bodies."),
    (SENT, Counter, Unit::Bytes, "Bytes of answers' bodies, compressed where they are."),
    (JOBS_RUN, Counter, Unit::Count, "Pieces of background work that this node ended, by kind."),
    (JOBS_FAILED, Counter, Unit::Count, "Those of them that failed, by kind."),
    (JOBS_WAITING, Gauge, Unit::Count, "Work of the whole deployment that is due and that no node is doing."),
    (JOBS_DEAD, Gauge, Unit::Count, "Work given up after too many failures; GET /admin/state names it."),
    (JOBS_OLDEST, Gauge, Unit::Seconds, "How long the oldest work has been due; 0 while none is."),
    (UPLOADS, Gauge, Unit::Count, "Uploads under way in the whole deployment."),
    (AUDIT_RECORDS, Counter, Unit::Count, "Audit records that this node made durable."),
    (DATABASE_UP, Gauge, Unit::Count, "1 if the database answered when this was asked."),
    (POOL_SIZE, Gauge, Unit::Count, "Open connections to the database, by pool."),
    (POOL_IDLE, Gauge, Unit::Count, "Those of them that nothing uses, by pool."),
    (RESIDENT, Gauge, Unit::Bytes, "Memory of the process that is in RAM."),
];

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// A process counts into one recorder, however many applications it holds.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count; what was counted before is lost. Called again it does nothing.
pub fn start() {
    HANDLE.get_or_init(|| {
        let matcher = Matcher::Full(REQUEST_SECONDS.to_owned());
        let builder = PrometheusBuilder::new();
        // Only an empty list of bounds is refused.
        let builder = builder.set_buckets_for_metric(matcher, &BOUNDS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else counts in this process: /metrics stays empty");
        }
        for (name, kind, unit, meaning) in MEANINGS {
            match kind {
                Counter => metrics::describe_counter!(name, unit, meaning),
                Gauge => metrics::describe_gauge!(name, unit, meaning),
                Histogram => metrics::describe_histogram!(name, unit, meaning),
            }
        }
        handle
    });
}

/// All figures in Prometheus' text format.
pub fn render() -> String {
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Drains the samples of the histogram now and then, which otherwise only [`render`] does: a node that nobody scrapes must not grow.
pub async fn keep_up() -> Infallible {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        if let Some(handle) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
}

/// A request was answered, by a route of [`MEANINGS`]' bounded number.
pub fn answered(method: &'static str, route: String, status: u16, took: Duration) {
    let class = match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let labels =
        [("method", method.into()), ("route", metrics::SharedString::from(route)), ("status", class.into())];
    counter!(REQUESTS, &labels).increment(1);
    histogram!(REQUEST_SECONDS, &labels).record(took.as_secs_f64());
}

pub fn received(bytes: usize) {
    counter!(RECEIVED).increment(bytes as u64);
}

pub fn sent(bytes: usize) {
    counter!(SENT).increment(bytes as u64);
}

/// A piece of background work ended on this node.
pub fn job_ended(kind: &str, succeeded: bool) {
    counter!(JOBS_RUN, "kind" => kind.to_owned()).increment(1);
    if !succeeded {
        counter!(JOBS_FAILED, "kind" => kind.to_owned()).increment(1);
    }
}

/// Records of a transaction that was committed.
pub fn audited(records: u64) {
    counter!(AUDIT_RECORDS).increment(records);
}

/// What the deployment has to do, as the database tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    pub jobs_waiting: i64,
    pub jobs_dead: i64,
    /// Seconds since the oldest waiting job was due.
    pub oldest_due_seconds: i64,
    pub uploads_under_way: i64,
}

/// The backlog; `None` if the database did not answer, and then what was known stays.
pub fn backlog(backlog: Option<Backlog>) {
    gauge!(DATABASE_UP).set(if backlog.is_some() { 1.0 } else { 0.0 });
    let Some(backlog) = backlog else { return };
    gauge!(JOBS_WAITING).set(backlog.jobs_waiting as f64);
    gauge!(JOBS_DEAD).set(backlog.jobs_dead as f64);
    gauge!(JOBS_OLDEST).set(backlog.oldest_due_seconds as f64);
    gauge!(UPLOADS).set(backlog.uploads_under_way as f64);
}

/// The connections of one pool to the database.
pub fn pool(name: &'static str, open: u32, idle: usize) {
    gauge!(POOL_SIZE, "pool" => name).set(f64::from(open));
    gauge!(POOL_IDLE, "pool" => name).set(idle as f64);
}

/// Reads how much memory the process holds, where the system tells.
pub async fn measure_process() {
    let Ok(status) = tokio::fs::read_to_string("/proc/self/status").await else { return };
    if let Some(bytes) = resident_bytes(&status) {
        gauge!(RESIDENT).set(bytes as f64);
    }
}

/// `VmRSS` of the text of `/proc/self/status`, which says kB and means KiB.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes_or_not_at_all() {
        assert_eq!(resident_bytes("Name:\tkho\nVmRSS:\t   20480 kB\nThreads:\t4\n"), Some(20_971_520));
        assert_eq!(resident_bytes("Name:\tkho\n"), None);
    }
}
