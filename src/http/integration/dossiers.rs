//! Dossiers of other systems.

use actix_web::{HttpResponse, put, web};
use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::dossier::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::id::DossierId;
use crate::domain::identity::{Email, FullName, IdentityNumber, Phone};
use crate::domain::problem::Result;
use crate::http::extract::Caller;
use crate::services::Kho;
use crate::services::mapping::pushes::{DossierPush, DossierPushed, PushOutcome};

/// A dossier as its own system knows it: all that it says now, each time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierPushBody {
    /// Code of the procedure.
    #[schema(example = "1.001193", max_length = 64)]
    procedure: String,
    /// Identity number of the person whose dossier it is, or code of the organisation. Does not change.
    #[schema(example = "099126000001", max_length = 35)]
    owner_identity: String,
    /// Name of the owner: needed where there is no vault yet, which is made then.
    owner_name: Option<FullName>,
    /// Code of the agency that receives it. Does not change.
    #[schema(example = "H52.10", max_length = 35)]
    receiving_agency: String,
    /// Code of the agency that processes it; the receiving one where none is named.
    #[schema(example = "H52.10", max_length = 35)]
    processing_agency: Option<String>,
    /// Who handed it in, where that is not the owner.
    submitter_name: Option<FullName>,
    /// Identity number of who handed it in.
    submitter_identity: Option<IdentityNumber>,
    phone: Option<Phone>,
    email: Option<Email>,
    /// Contact address.
    #[schema(max_length = 500, example = "Thôn 2, xã Suối Mơ")]
    address: Option<String>,
    /// What it is about.
    #[schema(max_length = 2000, example = "Đăng ký khai sinh cho con Nguyễn Minh An")]
    summary: Option<String>,
    /// Codes of the procedure's conditions that were answered with yes.
    #[serde(default)]
    #[schema(example = json!(["authorised"]))]
    conditions: Vec<String>,
    /// When it was received by its system; when it was told here, if nothing is said.
    received_at: Option<DateTime<Utc>>,
    /// Last day on which the result is due; reckoned from the procedure, if nothing is said.
    due_on: Option<NaiveDate>,
    /// Where it stands now; the moves that lead there are made. `received` if nothing is said.
    state: Option<State>,
    /// Why it was refused, or a supplement is asked for: needed with these two states.
    #[schema(max_length = 64, example = "missing_document")]
    reason_code: Option<String>,
    /// What to tell the submitter about it.
    #[schema(max_length = 2000, example = "Thiếu giấy chứng sinh.")]
    note: Option<String>,
}

impl From<DossierPushBody> for DossierPush {
    fn from(body: DossierPushBody) -> Self {
        Self {
            procedure: body.procedure,
            owner_identity: body.owner_identity,
            owner_name: body.owner_name,
            receiving_agency: body.receiving_agency,
            processing_agency: body.processing_agency,
            submitter_name: body.submitter_name,
            submitter_identity: body.submitter_identity,
            phone: body.phone,
            email: body.email,
            address: body.address,
            summary: body.summary,
            conditions: body.conditions,
            received_at: body.received_at,
            due_on: body.due_on,
            state: body.state.unwrap_or(State::Received),
            reason_code: body.reason_code,
            note: body.note,
        }
    }
}

/// What a push of a dossier did.
#[derive(Serialize, ToSchema)]
pub struct DossierPushAnswer {
    /// `created`, `updated` or `unchanged`.
    #[schema(example = "created")]
    pub outcome: String,
    /// The dossier's id here.
    pub dossier_id: DossierId,
    /// The code under which people find it here.
    #[schema(example = "H52.10-261126-0001-M")]
    pub dossier_code: String,
    /// Where it stands.
    #[schema(example = "received")]
    pub state: String,
}

/// Push a dossier
///
/// Opens it, or brings it to what is said of it now. The same again changes nothing.
#[utoipa::path(tag = "integration", params(("key" = String, Path, description = "The system's own key of the dossier", example = "H52.10-26-000123", max_length = 128)),
    request_body = DossierPushBody,
    responses((status = 201, description = "The dossier was opened", body = DossierPushAnswer),
        (status = 200, description = "The dossier was brought up to date, or was so before", body = DossierPushAnswer)))]
#[put("/dossiers/{key}")]
pub async fn push_dossier(
    kho: web::Data<Kho>,
    caller: Caller,
    key: web::Path<String>,
    body: web::Json<DossierPushBody>,
) -> Result<HttpResponse> {
    let pushed = kho.push_dossier(&caller.0, &key, &body.into_inner().into()).await?;
    let mut answer = match pushed.outcome {
        PushOutcome::Created => HttpResponse::Created(),
        _ => HttpResponse::Ok(),
    };
    let DossierPushed { outcome, id, code, state } = pushed;
    Ok(answer.json(DossierPushAnswer {
        outcome: outcome.as_str().to_owned(),
        dossier_id: id,
        dossier_code: code,
        state,
    }))
}
