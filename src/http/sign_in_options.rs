//! The ways to sign in, for whoever has not yet.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::Kho;

/// Who vouches for people elsewhere.
#[derive(Serialize, ToSchema)]
pub struct ProviderBody {
    /// Code by which it is named in addresses.
    #[schema(example = "vneid")]
    pub code: String,
    /// What its button says.
    #[schema(example = "VNeID")]
    pub name: String,
}

/// How people can sign in here, other than with login name and password.
#[derive(Serialize, ToSchema)]
pub struct SignInOptions {
    /// Who vouches for people; none unless configured.
    pub providers: Vec<ProviderBody>,
    /// Whether a forgotten password can be set anew by mail. Where it cannot, the operator hands out the link.
    pub password_reset: bool,
}

/// The ways to sign in
#[utoipa::path(tag = "session", security(()),
    responses((status = 200, description = "What this deployment offers", body = SignInOptions)))]
#[get("/sign-in-options")]
pub async fn view_sign_in_options(kho: web::Data<Kho>) -> HttpResponse {
    HttpResponse::Ok().json(SignInOptions { providers: Vec::new(), password_reset: kho.mailer.is_some() })
}
