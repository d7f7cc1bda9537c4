//! Changing the password, and setting a new one when it is forgotten.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract::{Caller, channel};
use crate::domain::problem::Result;
use crate::services::Kho;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeBody {
    #[schema(example = "mat khau hien nay", max_length = 1024)]
    present: String,
    /// Long rather than intricate; common words and the login name are refused.
    #[schema(example = "nuoc chay da mon 2", min_length = 10, max_length = 1024)]
    new: String,
}

/// Change the password
///
/// Needs the present one. All other sessions end; tokens of programs stay.
#[utoipa::path(tag = "account", request_body = PasswordChangeBody,
    responses((status = 204, description = "The new password holds")))]
#[post("/me/password")]
pub async fn change_password(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<PasswordChangeBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    kho.change_password(&caller.0, body.present, body.new).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequestBody {
    /// Login name or e-mail address.
    #[schema(example = "hoa@example.vn", min_length = 1, max_length = 254)]
    account: String,
}

/// Ask for a link to set a new password
///
/// The answer is the same whether there is such an account. A link goes to its e-mail address, works once and for one hour.
#[utoipa::path(tag = "session", security(()), request_body = ResetRequestBody,
    responses((status = 202, description = "If there is such an account, it gets a letter")))]
#[post("/password-resets")]
pub async fn request_password_reset(
    request: HttpRequest,
    kho: web::Data<Kho>,
    body: web::Json<ResetRequestBody>,
) -> Result<HttpResponse> {
    kho.request_password_reset(&body.account, channel(&request, "page")).await?;
    Ok(HttpResponse::Accepted().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetBody {
    /// What stands behind `#` in the link.
    #[schema(example = "kho_r_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vdCBhIHRva2Vu", max_length = 100)]
    token: String,
    /// The new password.
    #[schema(example = "nuoc chay da mon 2", min_length = 10, max_length = 1024)]
    password: String,
}

/// Set a new password by a link
///
/// The link is used up and all sessions end. A password that is refused as weak leaves the link as it is.
#[utoipa::path(tag = "session", security(()), request_body = ResetBody,
    responses((status = 204, description = "The new password holds; sign in with it")))]
#[post("/password-resets/complete")]
pub async fn complete_password_reset(
    request: HttpRequest,
    kho: web::Data<Kho>,
    body: web::Json<ResetBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    kho.complete_password_reset(&body.token, body.password, channel(&request, "page")).await?;
    Ok(HttpResponse::NoContent().finish())
}
