//! Procedures: what they ask for, of whom, and what they end with.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Level, Period, Words};

/// An administrative procedure (thủ tục hành chính).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Its number in the national database of procedures, such as `1.001193`.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "1.001193"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// The sphere it belongs to (lĩnh vực).
    pub field: Sphere,
    /// On which level it is decided.
    pub level: Level,
    /// Kinds of owner that may ask for it: `person`, `organisation`.
    #[serde(rename = "for")]
    #[cfg_attr(feature = "openapi", schema(example = json!(["person"])))]
    pub owners: Vec<String>,
    /// Days of work that it may take.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub working_days: Option<u16>,
    /// Whether it can be asked for without coming to the counter.
    #[serde(default)]
    pub online: bool,
    /// What is asked before it is known which components are needed.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The papers that it asks for.
    pub components: Vec<Component>,
    /// Codes of the types of result it can end with.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(["birth-registration"])))]
    pub results: Vec<String>,
    /// The first day on which it can be asked for.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// A sphere of procedures, such as civil status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProcedureSphere))]
#[serde(deny_unknown_fields)]
pub struct Sphere {
    /// Known by it.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "civil-status"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
}

/// A question whose yes makes components needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProcedureCondition))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its code within the procedure.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "authorised"))]
    pub code: String,
    /// What is asked, to be answered with yes or no.
    pub question: Words,
}

/// Whether a component must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ComponentNeed))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    Optional,
    /// Where the condition named by `when` was answered yes.
    Conditional,
}

/// One paper that a procedure asks for (thành phần hồ sơ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProcedureComponent))]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its code within the procedure.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "C1"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// Whether it must be there.
    pub need: Need,
    /// Code of the condition of a conditional one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "authorised"))]
    pub when: Option<String>,
    /// Components of one group are alternatives: one of them is enough.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "identity"))]
    pub group: Option<String>,
    /// Copies that are asked for on paper.
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(maximum = 99, example = 1))]
    pub copies: u8,
    /// Codes of the types of document that answer it; none where it is a form to be filled for this very dossier.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(["identity-card"])))]
    pub accepts: Vec<String>,
    /// How old the paper may be on the day of submission, from its day of issue.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 32, example = "P6M"))]
    pub max_age: Option<Period>,
    /// The least level of trust.
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4, example = 2))]
    pub min_trust: u8,
    /// What a person should know to bring the right paper.
    #[serde(default)]
    pub note: Option<Words>,
}

fn one() -> u8 {
    1
}

/// Something written on papers of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DocumentField))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its code within the type.
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "child-name"))]
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether every paper of the type has it.
    #[serde(default)]
    pub required: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DocumentFieldKind))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Date,
    Number,
    /// A person's or organisation's identity number.
    Identity,
}
