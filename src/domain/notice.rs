//! What an account is told, and what of it is mailed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::grant::Right;
use super::id::{ConsentId, DossierId};

/// Which switch of the account decides whether a notice is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// It waits in the account.
    Never,
    Shares,
    Expiring,
    /// Always, where there is an address.
    Security,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $mailed:ident;)+) => {
        /// A kind of notice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $code),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }

            pub fn mailed(self) -> Mailed {
                match self { $(Kind::$name => Mailed::$mailed),+ }
            }
        }
    };
}

kinds! {
    /// Somebody shared something with a vault of the account's.
    ShareReceived, "share_received", Shares;
    /// Rights, end or message of such a share changed.
    ShareChanged, "share_changed", Never;
    /// Such a share was taken back.
    ShareRevoked, "share_revoked", Shares;
    /// Such a share, or one that the account gave, has come to its end.
    ShareExpired, "share_expired", Shares;
    /// A paper that was shared, or that lies in a vault of the account's, has a new version by somebody else.
    VersionAdded, "version_added", Never;
    /// A paper is valid for no more than 60, 30 or 7 days.
    PaperExpiring, "paper_expiring", Expiring;
    /// The account was signed in to from a browser or network not known before.
    SignInNewBrowser, "sign_in_new_browser", Security;
    PasswordChanged, "password_changed", Security;
    /// The account was signed out in other browsers.
    SessionsEnded, "sessions_ended", Security;
    EmailChanged, "email_changed", Security;
    /// Agencies had put papers into the vault before the account was made; they are there.
    VaultTakenOver, "vault_taken_over", Shares;
    /// What lies in the trash will be deleted for ever.
    RetentionPlanned, "retention_planned", Expiring;
    /// A vault is 90 % full.
    QuotaNear, "quota_near", Never;
    /// A dossier of the account's went on to another state.
    DossierMoved, "dossier_moved", Never;
    /// An officer asks for more papers for a dossier.
    SupplementRequested, "supplement_requested", Shares;
    /// An officer refused a paper in a dossier; it can be replaced.
    PaperRefused, "paper_refused", Shares;
    /// An authority put a paper into the vault: a result, or a paper that was digitised.
    PaperReceived, "paper_received", Shares;
    /// An officer compared a paper with its original; it is locked since.
    PaperCompared, "paper_compared", Never;
    /// An authority took the validity of a result away.
    ResultRevoked, "result_revoked", Shares;
    /// An officer asks to look for papers; the code is to be told to the officer by whoever agrees.
    ConsentAsked, "consent_asked", Shares;
    /// An officer looks for papers on the ground of an authority.
    AuthorityUsed, "authority_used", Shares;
    /// An officer asks to see a cited paper outside of any dossier; the owner agrees or not among the citations.
    CitationAsked, "citation_asked", Shares;
    /// A system of an agency put a paper into a dossier by the code that its owner gave.
    CitationUsed, "citation_used", Shares;
    /// Somebody asks for a cited paper for another owner's dossier; its owner agrees or not among the citations.
    PaperAsked, "paper_asked", Shares;
    /// The owner of a paper gave it to the account's dossier.
    PaperGiven, "paper_given", Shares;
    /// The owner of a paper does not give it to the account's dossier, or took it back.
    PaperNotGiven, "paper_not_given", Shares;
}

/// The further facts of a notice; which there are depends on its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Detail {
    /// Of a share: what may be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["view", "download"]))]
    pub rights: Option<Vec<Right>>,
    /// Of a share: when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Of a share that has ended: whether the account gave it, and did not receive it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<bool>,
    /// Of a share that was taken back: `revoked`, `narrowed` with the share it derives from, `given_up` by whom it derives from, `purged`
    /// with what was shared, or `restored_without_shares`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "revoked")]
    pub because: Option<String>,
    /// Of a new version: its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    pub version: Option<i32>,
    /// Of a paper about to expire: its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// Of a paper about to expire: which of the three reminders it is, 60, 30 or 7 days before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 30)]
    pub days: Option<i64>,
    /// Of the trash: how many entries will be deleted for ever; of sessions: how many ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    pub count: Option<i64>,
    /// Of the trash: when they will be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<DateTime<Utc>>,
    /// Of a vault nearly full: the bytes in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 4_831_838_208_i64)]
    pub used_bytes: Option<i64>,
    /// Of a vault nearly full: the bytes that it may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5_368_709_120_i64)]
    pub quota_bytes: Option<i64>,
    /// Of a sign-in: what the browser calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    pub user_agent: Option<String>,
    /// Of a sign-in or another act on the account: the network address that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    pub address: Option<String>,
    /// Of a dossier: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dossier_id: Option<DossierId>,
    /// Of a dossier: its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "H52.10.5-261126-0001-M")]
    pub dossier_code: Option<String>,
    /// Of a dossier: what it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Đăng ký khai sinh")]
    pub procedure: Option<String>,
    /// Of a dossier that was moved: the state that it is in now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "received")]
    pub state: Option<String>,
    /// Of something refused or asked for: the code of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "unreadable")]
    pub reason_code: Option<String>,
    /// What the officer wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ảnh chụp bị mờ ở mặt sau.")]
    pub note: Option<String>,
    /// Of a consent that is asked for: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_id: Option<ConsentId>,
    /// Of a consent that is asked for: the code to tell the officer, good until `expires_at`. Never mailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "402913")]
    pub confirm_code: Option<String>,
    /// Of a consent or an authority: for what purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Kiểm tra thành phần hồ sơ")]
    pub purpose: Option<String>,
    /// Of an authority: its legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Điều 9 Nghị định 61/2018/NĐ-CP")]
    pub legal_basis: Option<String>,
    /// Of a cited paper that is asked for: the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "K3MT-7PXC-9FHJ")]
    pub citation: Option<String>,
}

/// The owner of a paper is reminded this many days before its last.
pub const REMINDERS: [i64; 3] = [60, 30, 7];

/// A vault is nearly full from here on, in hundredths of its quota.
const NEARLY_FULL: i64 = 90;

/// Whether adding `added_bytes` is what made a vault nearly full: it is told then, and not with each file after.
pub fn became_nearly_full(used_bytes: i64, added_bytes: i64, quota_bytes: i64) -> bool {
    let is_near = |used: i64| i128::from(used) * 100 >= i128::from(quota_bytes) * i128::from(NEARLY_FULL);
    is_near(used_bytes) && !is_near(used_bytes - added_bytes)
}

/// What is remembered of a browser: what it calls itself without the versions, and the network it comes from, /24 or /48. A browser is no
/// other after an update, nor a telephone whose provider gives it another address.
pub fn browser_traits(user_agent: &str, address: &str) -> String {
    let name: String = user_agent.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect();
    let network = match address.parse() {
        Ok(std::net::IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(std::net::IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) => address.to_owned(),
    };
    format!("{name}\n{network}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_names_that_they_are_stored_under() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
    }

    #[test]
    fn a_vault_becomes_nearly_full_once() {
        assert!(became_nearly_full(90, 1, 100));
        assert!(became_nearly_full(100, 100, 100));
        assert!(!became_nearly_full(89, 89, 100));
        assert!(!became_nearly_full(95, 5, 100));
        assert!(!became_nearly_full(i64::MAX, 1, i64::MAX), "no overflow");
    }

    #[test]
    fn a_browser_is_the_same_after_an_update_and_in_its_providers_network() {
        let firefox = |version: &str, address: &str| {
            browser_traits(
                &format!("Mozilla/5.0 (X11; rv:{version}) Gecko/20100101 Firefox/{version}"),
                address,
            )
        };
        assert_eq!(firefox("140.0", "203.0.113.7"), firefox("141.0.1", "203.0.113.200"));
        assert_ne!(firefox("140.0", "203.0.113.7"), firefox("140.0", "203.0.114.7"));
        assert_eq!(firefox("140.0", "2001:db8:7::1"), firefox("140.0", "2001:db8:7:9::2"));
        assert_ne!(firefox("140.0", "203.0.113.7"), browser_traits("curl/8.5.0", "203.0.113.7"));
    }
}
