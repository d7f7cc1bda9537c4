//! Whether the node is alive, ready, and how it does.

use std::net::IpAddr;

use actix_web::http::header::{FORWARDED, HeaderMap, VIA};
use actix_web::{HttpRequest, HttpResponse, get, web};
use ipnet::IpNet;

use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::telemetry;

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

/// Figures for Prometheus
///
/// Only for this machine itself and the networks of `metrics_allow`, and not through a proxy: for everybody else there is no such address.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The figures, in Prometheus' text format", body = String, content_type = "text/plain")))]
#[get("/metrics")]
pub async fn show_metrics(kho: web::Data<Kho>, request: HttpRequest) -> Result<HttpResponse> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    if !peer.is_some_and(|peer| may_measure(peer, request.headers(), &kho.settings.metrics_allow)) {
        return Err(Code::RouteNotFound.into());
    }
    kho.measure().await;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::render()))
}

/// Whether the peer of the connection may read the figures. What a proxy passes on comes from anywhere, however near the proxy is.
fn may_measure(peer: IpAddr, headers: &HeaderMap, allowed: &[IpNet]) -> bool {
    let is_passed_on =
        ["x-forwarded-for", FORWARDED.as_str(), VIA.as_str()].iter().any(|name| headers.contains_key(*name));
    let peer = peer.to_canonical();
    !is_passed_on && (peer.is_loopback() || allowed.iter().any(|net| net.contains(&peer)))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn figures_are_for_this_machine_and_the_networks_named_and_never_through_a_proxy() {
        let allowed = ["10.1.0.0/16".parse().unwrap()];
        let direct = HeaderMap::new();
        for (peer, may) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("203.0.113.9", false),
        ] {
            assert_eq!(may_measure(peer.parse().unwrap(), &direct, &allowed), may, "{peer}");
        }
        for name in ["x-forwarded-for", "forwarded", "via"] {
            let mut passed_on = HeaderMap::new();
            passed_on.insert(HeaderName::from_static(name), HeaderValue::from_static("127.0.0.1"));
            assert!(!may_measure("127.0.0.1".parse().unwrap(), &passed_on, &allowed), "{name}");
        }
    }
}
