//! The edge: routes, what they read from a request, and the problems they answer.
//!
//! May use `services` and `domain`; never opens a transaction. One file a subject; a route reads top to bottom: request body, response
//! body, OpenAPI, `<verb>_<resource>`. To add one: write it, and add it to the flat list in [`routes`].

pub mod admin;
pub mod assets;
pub mod attachment_body;
pub mod attachments;
pub mod audit;
pub mod catalogue;
pub mod catalogue_days;
pub mod catalogue_file;
pub mod catalogue_items;
pub mod citations;
mod client_address;
pub mod clients;
pub mod compress;
pub mod consents;
pub mod content;
pub mod digitisation;
pub mod documents;
pub mod dossier_body;
pub mod dossiers;
pub mod entries;
pub mod expiring;
pub mod extract;
pub mod facade;
pub mod fallback;
pub mod form;
pub mod grants;
pub mod headers;
pub mod idempotency;
pub mod integration;
pub mod links;
mod meanings;
pub mod members;
pub mod notices;
pub mod oauth;
pub mod observe;
pub mod officer;
pub mod openapi;
pub mod ops;
pub mod paper_requests;
pub mod passwords;
mod personal;
pub mod problem;
pub mod problem_page;
pub mod proposals;
pub mod receipts;
pub mod recent;
pub mod recipients;
pub mod reports;
pub mod search;
pub mod session;
pub mod sessions;
pub mod sign_in_options;
pub mod signatures;
pub mod small_body;
pub mod span;
pub mod state;
pub mod thumbnails;
pub mod tokens;
pub mod trash;
pub mod tus;
pub mod uploads;
pub mod usage;
pub mod vaults;
pub mod webhooks;
pub mod zip;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::domain::problem::Code;
use crate::services::Kho;

/// Every route of `/api/v1`, one line each.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(sign_in_options::view_sign_in_options)
        .service(session::sign_in)
        .service(session::view_session)
        .service(session::sign_out)
        .service(session::view_me)
        .service(session::update_me)
        .service(passwords::change_password)
        .service(passwords::request_password_reset)
        .service(passwords::complete_password_reset)
        .service(sessions::list_sessions)
        .service(sessions::end_session)
        .service(sessions::end_sessions)
        .service(tokens::list_tokens)
        .service(tokens::create_token)
        .service(tokens::revoke_token)
        .service(admin::find_accounts)
        .service(admin::create_account)
        .service(admin::view_account)
        .service(admin::administer_account)
        .service(admin::create_client_token)
        .service(clients::list_clients)
        .service(clients::view_client)
        .service(clients::make_client_secret)
        .service(clients::remove_client_secret)
        .service(clients::set_client_keys)
        .service(clients::set_client_agency)
        .service(admin::give_role)
        .service(admin::take_role)
        .service(admin::create_organisation)
        .service(admin::set_quota)
        .service(state::view_state)
        .service(state::retry_job)
        .service(admin::list_agencies)
        .service(admin::create_agency)
        .service(webhooks::list_webhooks)
        .service(webhooks::create_webhook)
        .service(webhooks::view_webhook)
        .service(webhooks::update_webhook)
        .service(webhooks::delete_webhook)
        .service(webhooks::renew_webhook_secret)
        .service(webhooks::list_deliveries)
        .service(webhooks::replay_deliveries)
        .service(webhooks::replay_delivery)
        .service(reports::report_reuse)
        .service(reports::export_reuse)
        .service(reports::export_dossiers)
        .service(reports::report_dossiers)
        .service(members::list_members)
        .service(members::put_member)
        .service(members::remove_member)
        .service(vaults::list_vaults)
        .service(vaults::view_vault)
        .service(expiring::list_expiring)
        .service(audit::list_vault_records)
        .service(audit::export_vault_records)
        .service(audit::list_entry_records)
        .service(audit::list_system_records)
        .service(entries::view_entry)
        .service(entries::list_children)
        .service(entries::view_path)
        .service(entries::create_folder)
        .service(entries::update_entry)
        .service(trash::trash_entry)
        .service(trash::trash_entries)
        .service(trash::list_trash)
        .service(trash::view_trashed)
        .service(trash::restore_entry)
        .service(trash::purge_entries)
        .service(trash::purge_entry)
        .service(usage::view_usage)
        .service(documents::add_document)
        .service(documents::add_version)
        .service(documents::list_versions)
        .service(documents::restore_version)
        .service(content::download_document)
        .service(content::download_version)
        .service(thumbnails::view_thumbnail)
        .service(signatures::view_signatures)
        .service(signatures::export_signatures)
        .service(signatures::judge_signatures)
        .service(signatures::download_signed)
        .service(signatures::verify_file)
        .service(zip::download_folder)
        .service(zip::download_selection)
        .service(uploads::offer_uploads)
        .service(uploads::create_upload)
        .service(uploads::view_upload)
        .service(uploads::send_part)
        .service(uploads::terminate_upload)
        .service(grants::create_grant)
        .service(grants::list_given)
        .service(grants::list_received)
        .service(grants::view_grant)
        .service(grants::update_grant)
        .service(grants::revoke_grant)
        .service(grants::list_entry_grants)
        .service(recipients::find_recipient)
        .service(links::create_link)
        .service(links::open_link)
        .service(links::list_link_children)
        .service(links::download_by_link)
        .service(search::search)
        .service(notices::list_notices)
        .service(notices::read_notices)
        .service(notices::view_notice_settings)
        .service(notices::update_notice_settings)
        .service(recent::list_recent)
        .service(recent::clear_recent)
        .service(dossiers::open_dossier)
        .service(dossiers::list_dossiers)
        .service(dossiers::view_dossier)
        .service(dossiers::update_dossier)
        .service(dossiers::move_dossier)
        .service(dossiers::view_completeness)
        .service(proposals::list_proposals)
        .service(attachments::attach_paper)
        .service(attachments::detach_paper)
        .service(digitisation::scan_paper)
        .service(digitisation::compare_paper)
        .service(digitisation::withdraw_comparison)
        .service(attachments::accept_paper)
        .service(attachments::refuse_paper)
        .service(attachments::download_attachment)
        .service(attachments::view_attachment_thumbnail)
        .service(consents::ask_consent)
        .service(consents::confirm_consent)
        .service(consents::list_consents)
        .service(consents::withdraw_consent)
        .service(receipts::list_receipts)
        .service(receipts::view_receipt)
        .service(paper_requests::ask_for_paper)
        .service(paper_requests::withdraw_paper_request)
        .service(citations::create_citation)
        .service(citations::list_citations)
        .service(citations::resolve_citation)
        .service(citations::withdraw_citation)
        .service(citations::download_cited)
        .service(citations::ask_for_cited)
        .service(citations::answer_request)
        .service(officer::look_up_owner)
        .service(officer::list_agency_dossiers)
        .service(officer::view_dossier_by_code)
        .service(digitisation::list_digitisation)
        .service(catalogue::list_document_types)
        .service(catalogue::list_default_folders)
        .service(catalogue::list_file_types)
        .service(catalogue_file::view_catalogue)
        .service(catalogue_file::import_catalogue)
        .service(catalogue_file::list_catalogue_versions)
        .service(catalogue_items::find_agencies)
        .service(catalogue_items::view_catalogue_agency)
        .service(catalogue_items::put_catalogue_agency)
        .service(catalogue_items::close_catalogue_agency)
        .service(catalogue_items::view_catalogue_document_type)
        .service(catalogue_items::put_catalogue_document_type)
        .service(catalogue_items::close_catalogue_document_type)
        .service(catalogue_items::list_result_types)
        .service(catalogue_items::view_catalogue_result_type)
        .service(catalogue_items::put_catalogue_result_type)
        .service(catalogue_items::close_catalogue_result_type)
        .service(catalogue_items::find_procedures)
        .service(catalogue_items::view_catalogue_procedure)
        .service(catalogue_items::put_catalogue_procedure)
        .service(catalogue_items::close_catalogue_procedure)
        .service(catalogue_days::list_days)
        .service(catalogue_days::view_catalogue_day)
        .service(catalogue_days::put_catalogue_day)
        .service(catalogue_days::close_catalogue_day);
}

/// What every worker's application shares: the use cases, the page, and the way malformed input is answered.
pub fn share(
    config: &mut web::ServiceConfig,
    kho: web::Data<Kho>,
    page: web::Data<assets::Page>,
    addresses: fallback::Addresses,
) {
    config
        .app_data(kho)
        .app_data(page)
        .app_data(web::Data::new(addresses))
        .app_data(
            web::JsonConfig::default()
                .limit(small_body::SMALL_BYTES)
                .error_handler(|error, _| problem::from_json(error).into()),
        )
        .app_data(web::PathConfig::default().error_handler(|_, _| problem::of(Code::NotFound).into()))
        .app_data(web::QueryConfig::default().error_handler(|error, _| problem::from_query(&error).into()))
        .default_service(web::to(fallback::answer));
}
