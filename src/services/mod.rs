//! The use cases: what a person or a program can ask of the vault.
//!
//! May use every room but `http` and `jobs`. One file a subject, all methods of [`Kho`]. An operation authorises (its first line, through
//! [`gate`]), loads, decides by a `domain` rule, writes, audits and commits, in that order; bytes move outside the transaction;
//! side effects are job rows written in it. To add one: give its act a line in `domain::policy`, write the method, call it from a route.

pub mod accounts;
pub mod administration;
pub mod arrange;
pub mod artist;
pub mod audit;
pub mod blobs;
pub mod check;
pub mod clients;
pub mod confined;
pub mod demo;
pub mod documents;
pub mod download;
pub mod evidence;
pub mod examiner;
pub mod expiring;
mod extract;
pub mod folders;
pub mod fsck;
pub mod gate;
pub mod gate_citation;
pub mod gate_dossier;
pub mod gate_grant;
pub mod gate_look_up;
pub mod glances;
pub mod grants;
pub mod idempotency;
pub mod judging;
mod letter_text;
pub mod letters;
pub mod links;
pub mod mapping;
pub mod notices;
pub mod oauth;
pub mod organisations;
pub mod passwords;
pub mod purge;
mod reach;
pub mod recent;
pub mod recipients;
mod reindex;
pub mod reminders;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod shares;
pub mod signatures;
pub mod state;
pub mod sweep;
pub mod throttle;
pub mod thumbnails;
pub mod tokens;
pub mod trail;
pub mod trash;
pub mod trust_files;
mod trust_levels;
pub mod trust_store;
pub mod upload_parts;
pub mod uploads;
pub mod usage;
pub mod vaults;
pub mod verify;
pub mod versions;
pub mod zip;

use std::sync::Arc;

use crate::content::file_type::{FileTypes, TypeError};
use crate::crypto::keyring::Keyring;
use crate::db::{self, Database, DbError, Tx};
use crate::domain::audit::Record;
use crate::domain::catalogue::Catalogue;
use crate::domain::clock::Clock;
use crate::domain::name::NameError;
use crate::domain::problem::{Code, Problem};
use crate::mail::Mailer;
use crate::storage::{ObjectStore, StorageError};

/// What the use cases are made of; cloned freely, shared by all requests and jobs of a node.
#[derive(Clone)]
pub struct Kho {
    pub db: Database,
    pub objects: Arc<dyn ObjectStore>,
    pub keyring: Arc<Keyring>,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    /// The folders that vaults start with.
    pub catalogue: Arc<Catalogue>,
    pub catalogue_seen: mapping::snapshot::LastSeen,
    pub file_types: Arc<FileTypes>,
    /// Which algorithms and keys of signatures are accepted, by date.
    pub policy: Arc<trust_store::Rules>,
    /// Certificates of the data folder that signatures are judged by, beside those of the database.
    pub trust_files: Arc<trust_files::TrustFiles>,
    pub courier: evidence::Courier,
    /// Who tells other systems of events.
    pub messenger: mapping::deliveries::Messenger,
    /// Who fetches papers that other systems push by their address.
    pub collector: mapping::fetches::Collector,
    pub turnstile: signatures::Turnstile,
    pub trail: trail::Recorder,
    /// The program whose hidden commands read the files of strangers.
    pub confined: confined::Confined,
    pub glances: glances::Glances,
    /// None where no mail server is configured.
    pub mailer: Option<Mailer>,
}

impl Kho {
    /// Adds a record to its chain within the act's transaction, which holds the vault's lock.
    pub(crate) async fn audit(&self, tx: &mut Tx, record: Record) -> Result<(), Problem> {
        Ok(db::audit::append(tx, &record).await?)
    }
}

/// The figures an administrator can set, checked once at start. Sizes are bytes.
#[derive(Clone, Debug)]
pub struct Settings {
    pub session_hours: i64,
    pub person_quota_bytes: i64,
    pub organisation_quota_bytes: i64,
    pub max_file_bytes: u64,
    pub trash_days: i64,
    /// Entries purged by age on one day at the most, over all vaults.
    pub trash_daily_purges: i64,
    pub upload_hours: i64,
    /// Hours that an object stays which no row names.
    pub orphan_grace_hours: i64,
    pub login_failures: i32,
    pub login_window_minutes: i64,
    /// Which level of trust each kind of evidence gives a paper.
    pub trust_levels: kho_mapping::trust::Table,
    /// Files that one address may have judged in a minute without an account.
    pub verify_per_minute: u32,
    pub verify_max_bytes: u64,
    /// Where people reach the page, for links in mail; no slash at the end.
    pub public_url: String,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Networks that may read the figures, besides this machine itself.
    pub metrics_allow: Vec<ipnet::IpNet>,
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = match &error {
            DbError::Unavailable(_) => Code::DatabaseUnavailable,
            DbError::Full => Code::StorageFull,
            DbError::Unique(_) => Code::AlreadyExists,
            DbError::Value(_) => return Problem::new(Code::InvalidInput).with("reason", "not_storable"),
            DbError::Query(_) | DbError::Migrate(_) => Code::Internal,
        };
        Problem::new(code).caused_by(error)
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        let code = match &error {
            StorageError::Unavailable(_) => Code::StorageUnavailable,
            StorageError::Full => Code::StorageFull,
            // A row names the object, so its absence is damage, not a wrong address.
            StorageError::NotFound(_) => Code::ContentDamaged,
            _ => Code::Internal,
        };
        Problem::new(code).caused_by(error)
    }
}

/// Failures of this machine rather than of the request.
macro_rules! internal {
    ($($error:ty),+) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Problem::new(Code::Internal).caused_by(error)
            }
        }
    )+};
}
internal!(
    crate::crypto::keyring::KeyringError,
    crate::crypto::password::PasswordError,
    crate::crypto::NoRandomness
);

impl From<TypeError> for Problem {
    fn from(error: TypeError) -> Self {
        match error {
            TypeError::Empty => Code::EmptyFile.into(),
            TypeError::NotAllowed { sniffed } => Problem::new(Code::TypeNotAllowed).with("found", sniffed),
            TypeError::Locked => Code::FileLocked.into(),
            TypeError::Unrecognised => Problem::new(Code::TypeNotAllowed).with("found", "unknown"),
            TypeError::ExtensionMismatch { sniffed } => {
                Problem::new(Code::TypeMismatch).with("found", sniffed).with("field", "name")
            }
            TypeError::DeclaredMismatch { sniffed } => {
                Problem::new(Code::TypeMismatch).with("found", sniffed).with("field", "content_type")
            }
        }
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        let reason = match error {
            NameError::Empty => "empty",
            NameError::TooLong => "too_long",
            NameError::ForbiddenCharacter(_) => "forbidden_character",
            NameError::BidirectionalControl(_) => "bidirectional_control",
            NameError::Invisible(_) => "invisible_character",
            NameError::Unassigned(_) => "unassigned_character",
            NameError::Reserved => "reserved",
            NameError::TrailingDot => "trailing_dot",
        };
        Problem::new(Code::NameInvalid).with("field", "name").with("reason", reason)
    }
}
