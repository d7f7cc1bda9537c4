//! The kinds of background work.

use chrono::TimeDelta;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $every:expr;)+) => {
        /// A kind of background work: either queued by the act that needs it, or repeated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum JobKind { $($(#[$doc])* $name),+ }

        impl JobKind {
            pub const ALL: &'static [JobKind] = &[$(JobKind::$name),+];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self { $(JobKind::$name => $code),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }

            /// How long after one run the next is due; `None` for work that acts queue.
            pub fn every(self) -> Option<TimeDelta> {
                match self { $(JobKind::$name => $every),+ }
            }
        }
    };
}

kinds! {
    /// Reads the text inside a new version for search. Payload: `{"version"}`.
    ExtractText, "extract_text", None;
    /// Draws the thumbnail of a new version. Payload: `{"version"}`, and `{"again": true}` to draw one that is there anew.
    MakeThumbnail, "make_thumbnail", None;
    /// Judges the signatures of a version. Payload: `{"version"}`.
    JudgeSignatures, "judge_signatures", None;
    /// Queues the judging of versions that are to be judged again by now.
    JudgeAgain, "judge_again", Some(TimeDelta::minutes(10));
    /// Removes the objects of blobs whose keys were destroyed. Payload: `{"blobs"}`, a list of ids.
    RemoveBlob, "remove_blob", None;
    /// Goes on deleting for ever what lies below an entry that is being purged. Payload: `{"entry"}`.
    PurgeEntry, "purge_entry", None;
    /// Plans and begins the purge of what lay in the trash for the retention time.
    PlanPurge, "plan_purge", Some(TimeDelta::hours(1));
    /// Writes and sends one letter. Payload: `{"sealed"}`, see `services::letters`.
    SendMail, "send_mail", None;
    /// Gives up uploads that expired.
    SweepUploads, "sweep_uploads", Some(TimeDelta::minutes(5));
    /// Removes objects that no row has named for the grace period.
    SweepObjects, "sweep_objects", Some(TimeDelta::hours(6));
    /// Deletes rows that have served their time: sessions, reset links, throttles, idempotency keys, notices; tells of expired shares.
    ExpireRows, "expire_rows", Some(TimeDelta::minutes(15));
    /// Tells the owners of papers that these are about to expire.
    Remind, "remind", Some(TimeDelta::hours(1));
    /// Queues the letters about new notices.
    MailNotices, "mail_notices", Some(TimeDelta::minutes(1));
    /// Tells other systems of events.
    DeliverWebhooks, "deliver_webhooks", Some(TimeDelta::seconds(5));
    /// Fetches papers that other systems pushed by their address.
    FetchPapers, "fetch_papers", Some(TimeDelta::seconds(2));
    /// Signs the heads of all audit chains.
    SignCheckpoint, "sign_checkpoint", Some(TimeDelta::hours(1));
}
