//! Which act needs which right and which token scope: the one table that the gate reads.

use serde::{Deserialize, Serialize};

use super::grant::Right;
use super::id::AgencyId;

/// What a bearer token may be used for. A session in a browser has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read folders, documents and their content.
    VaultRead,
    /// Add and change them.
    VaultWrite,
    /// Share and revoke.
    Share,
    /// Read and change the account.
    Account,
    /// Read trails.
    Audit,
    /// Administer, as far as the account's roles go.
    Admin,
    /// Read dossiers and their course.
    DossierRead,
    /// Open dossiers, move them, and put papers into their components.
    DossierWrite,
    /// Put results of procedures into vaults, supersede and revoke them.
    ResultWrite,
    /// Say of papers that they come from a register, which authenticates them.
    RegisterWrite,
    /// Change the catalogue of agencies, document types and procedures.
    CatalogueWrite,
    /// Look papers up within dossiers, and fetch them.
    PaperRead,
}

impl Scope {
    pub const ALL: [Scope; 12] = [
        Scope::VaultRead,
        Scope::VaultWrite,
        Scope::Share,
        Scope::Account,
        Scope::Audit,
        Scope::Admin,
        Scope::DossierRead,
        Scope::DossierWrite,
        Scope::ResultWrite,
        Scope::RegisterWrite,
        Scope::CatalogueWrite,
        Scope::PaperRead,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Scope::VaultRead => "vault_read",
            Scope::VaultWrite => "vault_write",
            Scope::Share => "share",
            Scope::Account => "account",
            Scope::Audit => "audit",
            Scope::Admin => "admin",
            Scope::DossierRead => "dossier_read",
            Scope::DossierWrite => "dossier_write",
            Scope::ResultWrite => "result_write",
            Scope::RegisterWrite => "register_write",
            Scope::CatalogueWrite => "catalogue_write",
            Scope::PaperRead => "paper_read",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Whether a program of another system holds it for agencies, each by its own.
    pub fn is_of_agencies(self) -> bool {
        matches!(
            self,
            Scope::DossierRead
                | Scope::DossierWrite
                | Scope::ResultWrite
                | Scope::RegisterWrite
                | Scope::CatalogueWrite
                | Scope::PaperRead
        )
    }
}

/// A role of an account beyond citizen, which everybody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works at the counter of an agency.
    Officer,
    /// Manages the officers of an agency.
    AgencyAdmin,
    /// Manages accounts, roles, organisations and quotas.
    SystemAdmin,
    /// Reads trails, changes nothing.
    Auditor,
    /// A program of another system.
    IntegrationClient,
}

impl Role {
    pub const ALL: [Role; 5] =
        [Role::Officer, Role::AgencyAdmin, Role::SystemAdmin, Role::Auditor, Role::IntegrationClient];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::AgencyAdmin => "agency_admin",
            Role::SystemAdmin => "system_admin",
            Role::Auditor => "auditor",
            Role::IntegrationClient => "integration_client",
        }
    }

    /// Whether it holds for one agency, and not for the whole system.
    pub fn is_of_agency(self) -> bool {
        matches!(self, Role::Officer | Role::AgencyAdmin)
    }

    /// Whether it is held by programs, and not by people.
    pub fn is_of_programs(self) -> bool {
        matches!(self, Role::IntegrationClient)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// A role that somebody holds, and the agency for which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    pub role: Role,
    pub agency_id: Option<AgencyId>,
}

/// Whether the holder of `posts` may give and take `wanted`: a system administrator every post, an agency's administrator the officers of
/// that agency.
pub fn may_appoint(posts: &[Post], wanted: Post) -> bool {
    posts.iter().any(|post| match post.role {
        Role::SystemAdmin => true,
        Role::AgencyAdmin => {
            wanted.role == Role::Officer && wanted.agency_id.is_some() && wanted.agency_id == post.agency_id
        }
        _ => false,
    })
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $right:ident, $scope:ident;)+) => {
        /// Something a person or program does to a vault, an account or the system.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Act { $($(#[$doc])* $name),+ }

        impl Act {
            pub const ALL: &'static [Act] = &[$(Act::$name),+];

            /// The name under which the audit chain keeps it.
            pub fn as_str(self) -> &'static str {
                match self { $(Act::$name => $code),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|act| act.as_str() == text)
            }

            /// The right that the act needs on its entry or vault.
            pub fn right(self) -> Right {
                match self { $(Act::$name => Right::$right),+ }
            }

            /// The scope that a token needs for it.
            pub fn scope(self) -> Scope {
                match self { $(Act::$name => Scope::$scope),+ }
            }
        }
    };
}

acts! {
    EntryView, "entry.view", View, VaultRead;
    ThumbnailView, "thumbnail.view", View, VaultRead;
    FolderList, "folder.list", View, VaultRead;
    FolderCreate, "folder.create", Edit, VaultWrite;
    FolderZip, "folder.zip", Download, VaultRead;
    EntryUpdate, "entry.update", Edit, VaultWrite;
    EntryMove, "entry.move", Edit, VaultWrite;
    EntryTrash, "entry.trash", Delete, VaultWrite;
    EntryRestore, "entry.restore", Delete, VaultWrite;
    EntryPurge, "entry.purge", Own, VaultWrite;
    DocumentAdd, "document.add", Edit, VaultWrite;
    DocumentDownload, "document.download", Download, VaultRead;
    SignatureJudge, "signature.judge", View, VaultRead;
    VersionAdd, "version.add", Edit, VaultWrite;
    VersionRestore, "version.restore", Edit, VaultWrite;
    UploadStart, "upload.start", Edit, VaultWrite;
    UploadEnd, "upload.end", Edit, VaultWrite;
    GrantCreate, "grant.create", Reshare, Share;
    GrantUpdate, "grant.update", Reshare, Share;
    GrantRevoke, "grant.revoke", Reshare, Share;
    GrantList, "grant.list", View, VaultRead;
    GrantView, "grant.view", View, VaultRead;
    RecipientFind, "recipient.find", Reshare, Share;
    LinkCreate, "link.create", Reshare, Share;
    LinkOpen, "link.open", View, VaultRead;
    LinkDownload, "link.download", Download, VaultRead;
    VaultView, "vault.view", View, VaultRead;
    VaultUsage, "vault.usage", View, VaultRead;
    VaultTrail, "vault.trail", Own, Audit;
    TrashList, "trash.list", Delete, VaultRead;
    ExpiringList, "expiring.list", View, VaultRead;
    Search, "search", View, VaultRead;
    RecentList, "recent.list", View, VaultRead;
    RecentClear, "recent.clear", View, VaultWrite;
    MemberList, "member.list", View, VaultRead;
    MemberChange, "member.change", Own, Admin;
    MemberLeave, "member.leave", View, Account;
    SignIn, "session.sign_in", View, Account;
    SignOut, "session.sign_out", View, Account;
    SessionList, "session.list", View, Account;
    SessionEnd, "session.end", View, Account;
    NoticeList, "notice.list", View, Account;
    NoticeRead, "notice.read", View, Account;
    AccountView, "account.view", View, Account;
    AccountUpdate, "account.update", View, Account;
    PasswordChange, "account.password", View, Account;
    PasswordReset, "account.password_reset", View, Account;
    TokenList, "token.list", View, Account;
    TokenCreate, "token.create", View, Account;
    TokenRevoke, "token.revoke", View, Account;
    AccountCreate, "account.create", Own, Admin;
    AccountAdminister, "account.administer", Own, Admin;
    VaultTakeOver, "vault.take_over", Own, Admin;
    RoleChange, "role.change", Own, Admin;
    ClientAdminister, "client.administer", Own, Admin;
    ClientSignIn, "client.sign_in", View, Account;
    OrganisationCreate, "organisation.create", Own, Admin;
    AgencyCreate, "agency.create", Own, Admin;
    QuotaChange, "vault.quota", Own, Admin;
    CatalogueRead, "catalogue.read", View, VaultRead;
    CatalogueChange, "catalogue.change", Own, CatalogueWrite;
    TrustChange, "trust.change", Own, Admin;
    WebhookList, "webhook.list", Own, Admin;
    WebhookChange, "webhook.change", Own, Admin;
    WebhookReplay, "webhook.replay", Own, Admin;
    ReportRead, "report.read", Own, Audit;
    SystemTrail, "system.trail", Own, Audit;
    SystemState, "system.state", Own, Admin;
    JobRetry, "job.retry", Own, Admin;
    DossierOpen, "dossier.open", Edit, VaultWrite;
    DossierList, "dossier.list", View, VaultRead;
    DossierView, "dossier.view", View, VaultRead;
    DossierUpdate, "dossier.update", Edit, VaultWrite;
    DossierMove, "dossier.move", Edit, VaultWrite;
    ProposalList, "dossier.proposals", View, VaultRead;
    PaperAttach, "paper.attach", Edit, VaultWrite;
    PaperDetach, "paper.detach", Edit, VaultWrite;
    PaperRead, "paper.read", Download, VaultRead;
    PaperDigitise, "paper.digitise", Edit, VaultWrite;
    PaperCompare, "paper.compare", Edit, VaultWrite;
    PaperAccept, "paper.accept", Edit, VaultWrite;
    PaperRefuse, "paper.refuse", Edit, VaultWrite;
    DossierPush, "dossier.push", Edit, DossierWrite;
    ComponentPush, "component.push", Edit, DossierWrite;
    ResultPush, "result.push", Edit, ResultWrite;
    ResultRevoke, "result.revoke", Edit, ResultWrite;
    RegisterVouch, "register.vouch", Edit, RegisterWrite;
    PushedView, "pushed.view", View, DossierRead;
    ChangesRead, "dossier.changes", View, DossierRead;
    Reconcile, "dossier.reconcile", View, DossierRead;
    OwnerLookUp, "owner.look_up", View, VaultRead;
    PaperLookUp, "paper.look_up", View, PaperRead;
    PaperFetch, "paper.fetch", Download, PaperRead;
    ConsentAsk, "consent.ask", Edit, VaultWrite;
    ConsentGive, "consent.give", Edit, VaultWrite;
    ConsentList, "consent.list", View, VaultRead;
    ConsentWithdraw, "consent.withdraw", Edit, VaultWrite;
    ReceiptView, "receipt.view", View, VaultRead;
    CitationCreate, "citation.create", Reshare, Share;
    CitationList, "citation.list", View, VaultRead;
    CitationWithdraw, "citation.withdraw", Reshare, Share;
    CitationAnswer, "citation.answer", Reshare, Share;
    CitationAsk, "citation.ask", Edit, VaultWrite;
    CitationResolve, "citation.resolve", View, VaultRead;
    CitationRead, "citation.read", Download, VaultRead;
    CitationAttach, "citation.attach", Edit, VaultWrite;
    CitationFetch, "citation.fetch", Download, DossierRead;
    CitationPush, "citation.push", Edit, DossierWrite;
    PaperAsk, "paper.ask", Edit, VaultWrite;
    PaperAskWithdraw, "paper.ask_withdraw", Edit, VaultWrite;
}
