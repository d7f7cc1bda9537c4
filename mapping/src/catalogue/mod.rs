//! The catalogue as its file holds it: agencies, document types, result types, procedures with their components, and days off (J8, J9).
//!
//! One model serves the file, the API and the rules. `check` refuses a catalogue that contradicts itself, so that whatever reads one may
//! follow its codes without looking back.

mod check;
mod day;
mod difference;
mod item;
mod period;
mod procedure;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use check::{Fault, FaultCode, check};
pub use day::{Calendar, Day};
pub use difference::{Change, Difference, compare};
pub use item::{Item, Kind};
pub use period::{Period, PeriodError};
pub use procedure::{Component, Condition, Field, FieldKind, Need, Procedure, Sphere};

/// What [`Catalogue::format`] says.
pub const FORMAT: &str = "kho-catalogue/1";

/// A whole catalogue, in the order in which people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// `kho-catalogue/1`.
    #[cfg_attr(feature = "openapi", schema(max_length = 32, example = "kho-catalogue/1"))]
    pub format: String,
    /// The agencies, in the order in which people see them.
    #[serde(default)]
    pub agencies: Vec<Agency>,
    /// The types of document.
    #[serde(default)]
    pub document_types: Vec<DocumentType>,
    /// The types of result.
    #[serde(default)]
    pub result_types: Vec<ResultType>,
    /// The procedures.
    #[serde(default)]
    pub procedures: Vec<Procedure>,
    /// The days that are not what their place in the week says: public holidays, and days on which work is made up for.
    #[serde(default)]
    pub days: Vec<Day>,
}

/// What something is called, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueWords))]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In Vietnamese.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Giấy khai sinh"))]
    pub vi: String,
    /// In English.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Birth certificate"))]
    pub en: String,
}

/// On which level of the state an agency works, or an issuer of papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AgencyLevel))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Commune,
    District,
    Department,
    Province,
    Ministry,
    /// A school, a company, a hospital.
    Organisation,
    /// The owner of the paper.
    Owner,
}

/// A body that receives dossiers or issues papers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueAgency))]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its identification code (QĐ 20/2020/QĐ-TTg), such as `H52.10.5`.
    #[cfg_attr(feature = "openapi", schema(max_length = 35, example = "H52.10.5"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// On which level it works.
    pub level: Level,
    /// Code of the agency above it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 35, example = "H52.10"))]
    pub parent: Option<String>,
    /// The first day on which it exists.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Code of the agency that took over what it did, after `valid_until`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 35, example = "H52.11"))]
    pub merged_into: Option<String>,
}

/// How long papers of a type hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Validity {
    /// For ever.
    Permanent,
    /// Until the day that stands on the paper.
    Dated,
    /// From the day of issue.
    For(Period),
}

/// A kind of paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueDocumentType))]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    /// Stored with documents; never changed once used.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "birth-certificate"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// Code of the default folder such a paper belongs into.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "civil-status"))]
    pub family: String,
    /// The same in the vault of an organisation, where it is another.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "registration"))]
    pub family_organisation: Option<String>,
    /// Who usually issues it.
    pub level: Level,
    /// How long it holds: `permanent`, `dated` (the last day stands on it) or a duration from the day of issue in years, months and days.
    #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 32, example = "P6M"))]
    pub validity: Validity,
    /// Row of table 14 of the Sóc Trăng architecture 2.0 (the 22 kinds of information a province exchanges) that it belongs to.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 22, example = 5))]
    pub information: Option<u8>,
    /// What is written on it, beyond what every paper has.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// A kind of result that procedures end with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueResultType))]
#[serde(deny_unknown_fields)]
pub struct ResultType {
    /// Known by it; never changed once used.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "birth-registration"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// Code of the type of document it is kept as.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "birth-certificate"))]
    pub document_type: String,
}

impl From<Validity> for String {
    fn from(validity: Validity) -> Self {
        match validity {
            Validity::Permanent => "permanent".to_owned(),
            Validity::Dated => "dated".to_owned(),
            Validity::For(period) => period.to_string(),
        }
    }
}

impl TryFrom<String> for Validity {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        match text.as_str() {
            "permanent" => Ok(Validity::Permanent),
            "dated" => Ok(Validity::Dated),
            duration => duration.parse().map(Validity::For),
        }
    }
}
