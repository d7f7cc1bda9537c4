//! The configuration: defaults ← `kho.toml` ← `KHO_*` ← flags, validated once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::services::Settings;
use crate::storage::S3Keys;

/// All that an operator can set, with the names of `kho.toml`; in the environment `KHO_` and upper case. Sizes are bytes.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Address and port to serve on.
    pub listen: SocketAddr,
    /// Where the embedded database, the objects and the master key lie.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; empty for SQLite in the data folder.
    pub database_url: String,
    /// `file:PATH` or `s3://bucket/prefix?endpoint=URL`; empty for files in the data folder.
    pub objects: String,
    /// Access key of the S3 store; also read from `AWS_ACCESS_KEY_ID`.
    pub s3_access_key: Option<SecretString>,
    /// Secret key of the S3 store; also read from `AWS_SECRET_ACCESS_KEY`.
    pub s3_secret_key: Option<SecretString>,
    /// Connections to the database (readers of SQLite, pool of PostgreSQL).
    pub database_connections: u32,
    /// The master key in base64, where it is not kept in a file.
    pub master_key: Option<SecretString>,
    /// Where people reach the page; decides on TLS-only cookies and the links in mail.
    pub public_url: Option<String>,
    /// Networks of the proxies in front, such as `["10.0.0.0/8"]`: what they say in `X-Forwarded-For` is believed. Without them every
    /// caller behind a proxy has the proxy's address, for limits on wrong passwords too.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Networks that may read `/metrics`, such as `["10.1.0.0/16"]`, besides this machine itself.
    pub metrics_allow: Vec<ipnet::IpNet>,
    /// `text` or `json`.
    pub log_format: String,
    /// SMTP relay such as `smtp://user:password@host:587`; without it reset links come from `kho user reset`.
    pub smtp_url: Option<SecretString>,
    /// Sender of mail.
    pub mail_from: String,
    /// Which algorithms and keys of signatures are accepted, by date; empty for the built-in policy.
    pub signature_policy: Option<PathBuf>,
    /// Whether lists and answers about certificates are fetched from their authorities, for papers whose signatures lack them.
    pub fetch_evidence: bool,
    /// Places beside the public network that may be asked for them, as `HOST:PORT`: a mirror in the own network.
    pub fetch_allow: Vec<String>,
    /// Places beside the public network that webhooks may go to, as `HOST:PORT`: the one-stop system in the own network.
    pub webhook_allow: Vec<String>,
    /// Seconds that a receiver has to answer a webhook.
    pub webhook_seconds: u64,
    /// Places from which papers are fetched that other systems push by their address, as `HOST:PORT`; from nowhere else.
    pub push_allow: Vec<String>,
    /// Files that one address may have judged in a minute without an account.
    pub verify_per_minute: u32,
    /// Size of a file that is judged without an account.
    pub verify_max_bytes: u64,
    pub workers: usize,
    pub session_hours: i64,
    pub person_quota_bytes: i64,
    pub organisation_quota_bytes: i64,
    pub max_file_bytes: u64,
    /// Days that something stays in the trash before its purge is planned.
    pub trash_days: i64,
    /// Entries that are purged by age on one day at the most, over all vaults.
    pub trash_daily_purges: i64,
    pub upload_hours: i64,
    /// Hours that an object stays which no row names, before the sweeper removes it.
    pub orphan_grace_hours: i64,
    pub login_failures: i32,
    pub login_window_minutes: i64,
    /// Which level of trust evidence gives a paper: that an officer compared it, that its issuer's signature holds, that it came from a register.
    pub trust_levels: kho_mapping::trust::Table,
}

const GIB: i64 = 1 << 30;

#[derive(Serialize)]
struct Defaults {
    trusted_proxies: [&'static str; 0],
    metrics_allow: [&'static str; 0],
    listen: &'static str,
    data_dir: &'static str,
    database_url: &'static str,
    objects: &'static str,
    database_connections: u32,
    log_format: &'static str,
    mail_from: &'static str,
    fetch_evidence: bool,
    fetch_allow: [&'static str; 0],
    webhook_allow: [&'static str; 0],
    webhook_seconds: u64,
    push_allow: [&'static str; 0],
    verify_per_minute: u32,
    verify_max_bytes: u64,
    workers: usize,
    session_hours: i64,
    person_quota_bytes: i64,
    organisation_quota_bytes: i64,
    max_file_bytes: i64,
    trash_days: i64,
    trash_daily_purges: i64,
    upload_hours: i64,
    orphan_grace_hours: i64,
    login_failures: i32,
    login_window_minutes: i64,
    trust_levels: TrustLevels,
}

#[derive(Serialize)]
struct TrustLevels {
    compared: u8,
    signed: u8,
    register: u8,
}

const DEFAULTS: Defaults = Defaults {
    trusted_proxies: [],
    metrics_allow: [],
    listen: "127.0.0.1:8080",
    data_dir: "data",
    database_url: "",
    objects: "",
    database_connections: 8,
    log_format: "text",
    mail_from: "Kho <kho@localhost>",
    fetch_evidence: true,
    fetch_allow: [],
    webhook_allow: [],
    webhook_seconds: 15,
    push_allow: [],
    verify_per_minute: 20,
    verify_max_bytes: 50 << 20,
    workers: 0,
    session_hours: 12,
    person_quota_bytes: 5 * GIB,
    organisation_quota_bytes: 50 * GIB,
    max_file_bytes: 5 * GIB,
    trash_days: 30,
    trash_daily_purges: 24_000,
    upload_hours: 24,
    orphan_grace_hours: 24,
    login_failures: 10,
    login_window_minutes: 15,
    trust_levels: TrustLevels { compared: 2, signed: 3, register: 4 },
};

/// The keys under the names that every S3 tool reads them from.
fn s3_keys() -> Env {
    Env::raw().only(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]).map(|name| {
        if name.as_str().eq_ignore_ascii_case("AWS_ACCESS_KEY_ID") {
            "s3_access_key"
        } else {
            "s3_secret_key"
        }
        .into()
    })
}

/// What flags of the command line override.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Flags {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<String>,
}

impl Config {
    /// Reads all sources. The file is `file` where named, else `kho.toml` in the working folder if it is there.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, Box<figment::Error>> {
        let file = match file {
            Some(path) => Toml::file_exact(path),
            None => Toml::file("kho.toml"),
        };
        Figment::from(Serialized::defaults(&DEFAULTS))
            .merge(file)
            .merge(s3_keys())
            .merge(Env::prefixed("KHO_").ignore(&["signature_corpus"]))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(Box::new)
    }

    pub fn database_url(&self) -> String {
        if self.database_url.is_empty() {
            format!("sqlite:{}", self.data_dir.join("kho.db").display())
        } else {
            self.database_url.clone()
        }
    }

    pub fn objects_url(&self) -> String {
        if self.objects.is_empty() {
            format!("file:{}", self.data_dir.join("objects").display())
        } else {
            self.objects.clone()
        }
    }

    /// The keys of the S3 store, where both are set.
    pub fn s3_keys(&self) -> Option<S3Keys> {
        let (access_key, secret_key) = (self.s3_access_key.clone()?, self.s3_secret_key.clone()?);
        Some(S3Keys { access_key, secret_key })
    }

    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    pub fn settings(&self) -> Settings {
        Settings {
            session_hours: self.session_hours,
            person_quota_bytes: self.person_quota_bytes,
            organisation_quota_bytes: self.organisation_quota_bytes,
            max_file_bytes: self.max_file_bytes,
            trash_days: self.trash_days,
            trash_daily_purges: self.trash_daily_purges,
            upload_hours: self.upload_hours,
            orphan_grace_hours: self.orphan_grace_hours,
            login_failures: self.login_failures,
            login_window_minutes: self.login_window_minutes,
            trust_levels: self.trust_levels,
            verify_per_minute: self.verify_per_minute,
            verify_max_bytes: self.verify_max_bytes,
            public_url: self.public_url(),
            trusted_proxies: self.trusted_proxies.clone(),
            metrics_allow: self.metrics_allow.clone(),
        }
    }
}
