//! Whether the node is alive, ready, and how it does.

use actix_web::{HttpResponse, get, web};

use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// Alive: the process answers.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "Alive", body = String, content_type = "text/plain")))]
#[get("/healthz")]
pub async fn is_alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok")
}

/// Ready: the database and the object store answer.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "Ready", body = String, content_type = "text/plain")))]
#[get("/readyz")]
pub async fn is_ready(kho: web::Data<Kho>) -> Result<HttpResponse> {
    kho.db.ready().await?;
    kho.objects.ready().await.map_err(|error| Problem::new(Code::StorageUnavailable).caused_by(error))?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok"))
}
