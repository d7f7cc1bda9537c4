//! Typed identifiers. Each is a UUIDv7 (RFC 9562): ordered by the time it was made, so rows made together lie together.

use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, sqlx::Type, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = Uuid, example = "0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id made at `now`.
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(uuid_at(now))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A person who signs in, or an integration client.
    AccountId,
    /// The store of one owner.
    VaultId,
    /// A folder or a document in a vault's tree.
    EntryId,
    /// One immutable state of a document.
    VersionId,
    /// The encrypted bytes that one or more versions of a document point at.
    BlobId,
    /// A right given to a vault or to the bearer of a link.
    GrantId,
    /// A signed-in browser.
    SessionId,
    /// A bearer token of a program.
    TokenId,
    /// A resumable upload under way.
    UploadId,
    /// A paper that is to be fetched from another system.
    FetchId,
    /// Where a system of others is told of events.
    WebhookId,
    /// Something that an account was told.
    NoticeId,
    /// A piece of background work.
    JobId,
    /// An agency of the province.
    AgencyId,
    /// A role of an account.
    PostId,
    /// What a procedure is asked for with.
    DossierId,
    /// A paper in a component of a dossier.
    AttachmentId,
    /// A ground on which an officer may look for papers of an owner.
    ConsentId,
    /// A short code of one version of a paper.
    CitationId,
    /// Somebody who saw, or asked to see, a cited paper.
    CitationUseId,
    /// An owner's proof of one use of a paper.
    ReceiptId,
    /// A result of a procedure.
    ResultId,
    /// Something that happened to a dossier.
    EventId,
}

fn uuid_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}
