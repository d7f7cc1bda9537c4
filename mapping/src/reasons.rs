//! Why a paper or a dossier is refused, and why a supplement is asked for. Officers choose one of these, so that reports can count them; a
//! note says more, and must where the reason is none of them.

use serde::{Deserialize, Serialize};

/// Codes of a reason, from what is stored and back.
macro_rules! reasons {
    ($(#[$about:meta])* $name:ident { $($(#[$case_about:meta])* $case:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$case_about])* #[serde(rename = $code)] $case,)+
        }

        impl $name {
            /// In the order in which people choose from them.
            pub const ALL: &[$name] = &[$($name::$case),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$case => $code,)+
                }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
            }

            /// Whether it says nothing without a note.
            pub fn needs_note(self) -> bool {
                self == $name::Other
            }
        }
    };
}

reasons! {
    /// Why an officer refuses a paper in a component.
    PaperReason {
        WrongKind = "wrong_kind",
        /// It speaks of somebody else.
        WrongPerson = "wrong_person",
        Unreadable = "unreadable",
        /// Pages or sides of it are not there.
        IncompletePages = "incomplete_pages",
        Expired = "expired",
        /// A later one was issued.
        NewerExists = "newer_exists",
        /// What it says contradicts the rest of the dossier.
        Contradictory = "contradictory",
        DiffersFromOriginal = "differs_from_original",
        /// A certified copy or a signed file is needed.
        NotCertified = "not_certified",
        SuspectedForgery = "suspected_forgery",
        Other = "other",
    }
}

reasons! {
    /// Why a dossier is refused.
    RefusalReason {
        /// Another agency is responsible.
        WrongAgency = "wrong_agency",
        /// It does not meet the conditions that the law sets.
        NotEligible = "not_eligible",
        /// What was asked for did not come in time.
        NotSupplemented = "not_supplemented",
        /// The same was handed in already.
        Duplicate = "duplicate",
        FalseStatements = "false_statements",
        Other = "other",
    }
}

reasons! {
    /// Why the submitter is asked for more.
    SupplementReason {
        PapersMissing = "papers_missing",
        /// Papers are there that will not do.
        PapersRefused = "papers_refused",
        FormIncomplete = "form_incomplete",
        /// Papers and form contradict each other.
        Contradictory = "contradictory",
        /// Handed in at the counter, to be compared.
        OriginalNeeded = "original_needed",
        FeeUnpaid = "fee_unpaid",
        Other = "other",
    }
}
