//! The names that province systems speak already: `/facade/v1`, in JSON or XML.
//!
//! A translation and nothing else: each message becomes a call of the services that `/integration/v1` calls, under the same tokens, and
//! their answer goes back under the field's names. What is refused is an RFC 9457 problem that bears `errorCode` and `message` too.
//! `docs/facade.md` describes each message. To add one: its fields in a file of its own, the names of its lists in its grammar, and a
//! line in [`routes`].

pub mod dossiers;
pub mod files;
pub mod look_up;
mod value;
pub mod wire;
pub mod xml;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::domain::problem::Problem;

/// Every route of `/facade/v1`, one line each.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(dossiers::sync_dossier)
        .service(look_up::look_up)
        .service(look_up::list_digitised)
        .service(look_up::fetch_file);
}

/// What every answer of success is wrapped in.
#[derive(Serialize, ToSchema)]
#[schema(xml(name = "response"))]
pub struct Envelope<T> {
    /// `0`; anything else is a problem, whose status says so too.
    #[serde(rename = "errorCode")]
    #[schema(example = "0")]
    error_code: &'static str,
    /// For people.
    #[schema(example = "Thành công")]
    message: &'static str,
    /// What was asked for.
    result: T,
}

impl<T> Envelope<T> {
    fn of(result: T) -> Self {
        Self { error_code: "0", message: "Thành công", result }
    }
}

/// Calls a field of a problem as the message does.
fn in_words_of(message: &[(&str, &'static str)], mut problem: Problem) -> Problem {
    let named = problem.members.get("field").and_then(|field| field.as_str());
    if let Some((_, name)) = message.iter().find(|(field, _)| Some(*field) == named) {
        problem.members.insert("field", (*name).into());
    }
    problem
}

/// What was said in a field; an empty one says nothing.
fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
