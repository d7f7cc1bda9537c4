//! The routes for other systems, by their own keys: `/integration/v1`.
//!
//! A key is the other system's: letters, digits and `-_.:`, at most 128. What is sent again under a key changes nothing; other content is
//! the next state of the same thing. `docs/integration.md` describes each message.

pub mod citations;
pub mod dossiers;
pub mod feed;
pub mod paper_body;
pub mod papers;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of `/integration/v1`, one line each.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(dossiers::push_dossier)
        .service(papers::push_component)
        .service(papers::push_result)
        .service(papers::revoke_result)
        .service(papers::view_component)
        .service(papers::view_result)
        .service(citations::fetch_citation)
        .service(citations::download_fetched)
        .service(feed::push_batch)
        .service(feed::list_changes)
        .service(feed::view_reconciliation)
        .service(feed::reconcile);
}
