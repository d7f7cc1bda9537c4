//! The table: what each route needs, and a request that succeeds for whoever has that.

use serde_json::json;

use super::world::{Make, ask};
use super::{Needs, Right, Who};
use crate::support::text;

/// A line of the table.
pub struct Route {
    /// `METHOD /path` as in the OpenAPI document.
    pub name: &'static str,
    pub needs: Needs,
    /// Whether the scope `vault_read` is enough for it.
    pub reads: bool,
    pub make: Make,
}

/// A token with `vault_read` alone will do, or will not.
const READS: bool = true;
const CHANGES: bool = false;

const VIEW: Needs = Needs::Entry(Right::View);
const DOWNLOAD: Needs = Needs::Entry(Right::Download);
const EDIT: Needs = Needs::Entry(Right::Edit);
const RESHARE: Needs = Needs::Entry(Right::Reshare);
const CLIENTS: Needs = Needs::Role(&[Who::Client]);
const ADMIN: Needs = Needs::Role(&[Who::SystemAdmin]);
const APPOINTERS: Needs = Needs::Role(&[Who::SystemAdmin, Who::AgencyAdmin]);
const OFFICERS: Needs = Needs::Role(&[Who::Officer]);
const REPORTED: Needs = Needs::Role(&[Who::SystemAdmin, Who::Auditor, Who::AgencyAdmin, Who::Officer]);
const AUDITORS: Needs = Needs::Role(&[Who::Auditor, Who::SystemAdmin]);

macro_rules! routes {
    ($($name:literal, $needs:expr, $reads:expr, |$world:ident, $who:ident| $ask:expr;)+) => {
        pub const ROUTES: &[Route] = &[$(Route {
            name: $name,
            needs: $needs,
            reads: $reads,
            make: |$world, $who| Box::pin(async move { $ask }),
        }),+];
    };
}

routes! {
    "GET /healthz", Needs::Nothing, READS, |_w, _who| ask("!/healthz");
    "GET /api/problems", Needs::Nothing, READS, |_w, _who| ask("!/api/problems");
    "GET /metrics", Needs::Nothing, READS, |_w, _who| ask("!/metrics");
    "GET /readyz", Needs::Nothing, READS, |_w, _who| ask("!/readyz");

    "POST /oauth/token", Needs::Nothing, CHANGES, |w, _who| {
        let (client, secret) = w.new_client_with_secret().await;
        ask("!/oauth/token").form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &client),
            ("client_secret", &secret),
        ])
    };

    "PUT /integration/v1/dossiers/{key}", CLIENTS, CHANGES, |w, _who| {
        ask(format!("!/integration/v1/dossiers/{}", w.name("MC").replace(' ', "-"))).json(w.pushed_dossier())
    };
    "PUT /integration/v1/dossiers/{key}/components/{component}/files/{file_key}", CLIENTS, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        let path = format!("!/integration/v1/dossiers/{}/components/birth/files/1", text(&dossier.body["code"]));
        ask(path).paper(&json!({ "name": "a.pdf" }))
    };
    "PUT /integration/v1/dossiers/{key}/results/{result_key}", CLIENTS, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        let path = format!("!/integration/v1/dossiers/{}/results/1", text(&dossier.body["code"]));
        ask(path).paper(&json!({ "name": "a.pdf", "result_type": crate::dossier_world::RESULT }))
    };
    "GET /integration/v1/dossiers/{key}/components/{component}/files/{file_key}", CLIENTS, CHANGES, |w, _who| {
        ask(format!("!{}", w.new_component().await))
    };
    "GET /integration/v1/dossiers/{key}/results/{result_key}", CLIENTS, CHANGES, |w, _who| {
        ask(format!("!{}", w.new_result().await))
    };
    "DELETE /integration/v1/dossiers/{key}/results/{result_key}", CLIENTS, CHANGES, |w, _who| {
        ask(format!("!{}?reason=x", w.new_result().await))
    };
    "GET /integration/v1/dossiers/{key}/citations/{code}", CLIENTS, CHANGES, |w, _who| {
        let dossier = text(&w.new_dossier(true).await.body["code"]);
        ask(format!("!/integration/v1/dossiers/{dossier}/citations/{}", w.new_citation().await))
    };
    "GET /integration/v1/dossiers/{key}/citations/{code}/content", CLIENTS, CHANGES, |w, _who| {
        let dossier = text(&w.new_dossier(true).await.body["code"]);
        ask(format!("!/integration/v1/dossiers/{dossier}/citations/{}/content", w.new_citation().await))
    };
    "POST /integration/v1/batches", CLIENTS, CHANGES, |w, _who| {
        let item = json!({ "kind": "dossier", "key": "MC-x", "dossier": w.pushed_dossier() });
        ask("!/integration/v1/batches").json(json!({ "items": [item] }))
    };
    "GET /integration/v1/changes", CLIENTS, CHANGES, |_w, _who| ask("!/integration/v1/changes");
    "GET /integration/v1/reconciliation/{day}", CLIENTS, CHANGES, |_w, _who| {
        ask("!/integration/v1/reconciliation/2026-11-26")
    };
    "POST /integration/v1/reconciliation/{day}", CLIENTS, CHANGES, |_w, _who| {
        ask("!/integration/v1/reconciliation/2026-11-26").json(json!({ "items": [] }))
    };

    "POST /facade/v1/dong-bo-ho-so", CLIENTS, CHANGES, |w, _who| {
        ask("!/facade/v1/dong-bo-ho-so").json(json!({
            "MaHoSo": w.name("MC").replace(' ', "-"), "MaDonVi": crate::support::AGENCY,
            "MaTTHC": crate::dossier_world::PROCEDURE, "SoGiayToChuHoSo": "099900000001", "ChuHoSo": "Nguyễn Văn An",
        }))
    };
    "POST /facade/v1/tra-cuu-kho", CLIENTS, CHANGES, |w, _who| {
        ask("!/facade/v1/tra-cuu-kho").json(w.new_look_up().await)
    };
    "POST /facade/v1/giay-to-so-hoa", CLIENTS, CHANGES, |w, _who| {
        ask("!/facade/v1/giay-to-so-hoa").json(w.new_look_up().await)
    };
    "GET /facade/v1/tep/{ticket}", CLIENTS, CHANGES, |w, _who| ask(format!("!{}", w.new_ticket().await));

    "GET /api/v1/sign-in-options", Needs::Nothing, READS, |_w, _who| ask("/sign-in-options");
    "POST /api/v1/session", Needs::Nothing, CHANGES, |w, who| {
        // The answer changes the cookie, so it is somebody else of the kind who asks.
        let body = json!({ "login": "stranger", "password": crate::support::PASSWORD });
        ask("/session").json(body).by(w.new_person_like(who).await)
    };
    "GET /api/v1/session", Needs::Cookie, READS, |_w, _who| ask("/session");
    "DELETE /api/v1/session", Needs::Cookie, CHANGES, |w, who| {
        ask("/session").by(w.new_session(who).await)
    };
    "GET /api/v1/sessions", Needs::Account, READS, |_w, _who| ask("/sessions");
    "DELETE /api/v1/sessions", Needs::Account, CHANGES, |w, who| {
        // By somebody else of the kind: the caller's own session is still needed.
        ask("/sessions").by(w.new_person_like(who).await)
    };
    "DELETE /api/v1/sessions/{session}", Needs::OwnThing, CHANGES, |w, who| {
        ask(format!("/sessions/{}", w.session_to_end(who).await))
    };
    "GET /api/v1/me", Needs::Account, READS, |_w, _who| ask("/me");
    "GET /api/v1/tokens", Needs::Account, READS, |_w, _who| ask("/tokens");
    "POST /api/v1/tokens", Needs::Session, CHANGES, |w, _who| {
        ask("/tokens").json(json!({ "name": "x", "scopes": ["vault_read"], "expires_at": w.tomorrow() }))
    };
    "DELETE /api/v1/tokens/{token}", Needs::OwnThing, CHANGES, |w, who| {
        ask(format!("/tokens/{}", w.token_to_revoke(who).await))
    };

    "GET /api/v1/vaults", Needs::SignIn, READS, |_w, _who| ask("/vaults");
    "GET /api/v1/vaults/{vault}", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/vaults/{}", w.organisation.vault))
    };
    "GET /api/v1/vaults/{vault}/expiring", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/vaults/{}/expiring", w.organisation.vault))
    };
    "GET /api/v1/vaults/{vault}/members", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/vaults/{}/members", w.organisation.vault))
    };
    "PUT /api/v1/vaults/{vault}/members/{member}", Needs::Vault(Right::Own), CHANGES, |w, _who| {
        ask(format!("/vaults/{}/members/{}", w.organisation.vault, w.new_person().await))
            .json(json!({ "role": "viewer" }))
    };
    "DELETE /api/v1/vaults/{vault}/members/{member}", Needs::Vault(Right::Own), CHANGES, |w, _who| {
        ask(format!("/vaults/{}/members/{}", w.organisation.vault, w.new_member().await))
    };
    "GET /api/v1/vaults/{vault}/audit", Needs::Vault(Right::Own), CHANGES, |w, _who| {
        ask(format!("/vaults/{}/audit", w.organisation.vault))
    };
    "GET /api/v1/vaults/{vault}/audit.ndjson", Needs::Vault(Right::Own), CHANGES, |w, _who| {
        ask(format!("/vaults/{}/audit.ndjson", w.organisation.vault))
    };
    "GET /api/v1/entries/{entry}/audit", Needs::Entry(Right::Own), CHANGES, |w, _who| {
        ask(format!("/entries/{}/audit", w.document))
    };
    "GET /api/v1/admin/audit", AUDITORS, CHANGES, |_w, _who| ask("/admin/audit");

    "GET /api/v1/entries/{entry}", VIEW, READS, |w, _who| ask(format!("/entries/{}", w.document));
    "GET /api/v1/entries/{entry}/children", VIEW, READS, |w, _who| ask(format!("/entries/{}/children", w.folder));
    "GET /api/v1/entries/{entry}/path", VIEW, READS, |w, _who| ask(format!("/entries/{}/path", w.document));
    "POST /api/v1/entries/{entry}/folders", EDIT, CHANGES, |w, _who| {
        ask(format!("/entries/{}/folders", w.folder)).json(json!({ "name": w.name("mới") }))
    };
    "PATCH /api/v1/entries/{entry}", EDIT, CHANGES, |w, _who| {
        let document = w.new_document().await;
        ask(format!("/entries/{}", text(&document["id"]))).if_match(&document).json(json!({ "note": "đã đọc" }))
    };
    "POST /api/v1/entries/{entry}/documents", EDIT, CHANGES, |w, _who| {
        ask(format!("/entries/{}/documents", w.folder)).file(&format!("{}.pdf", w.name("tờ")))
    };
    "POST /api/v1/entries/{entry}/versions", EDIT, CHANGES, |w, _who| {
        let document = w.new_document().await;
        ask(format!("/entries/{}/versions", text(&document["id"]))).if_match(&document).file("b.pdf")
    };
    "GET /api/v1/entries/{entry}/versions", VIEW, READS, |w, _who| ask(format!("/entries/{}/versions", w.document));
    "POST /api/v1/entries/{entry}/versions/{number}/restore", EDIT, CHANGES, |w, _who| {
        let document = w.new_document().await;
        ask(format!("/entries/{}/versions/1/restore", text(&document["id"]))).if_match(&document)
    };
    "GET /api/v1/entries/{entry}/zip", DOWNLOAD, READS, |w, _who| ask(format!("/entries/{}/zip", w.folder));
    "POST /api/v1/vaults/{vault}/zip", DOWNLOAD, READS, |w, _who| {
        ask(format!("/vaults/{}/zip", w.organisation.vault)).json(json!({ "ids": [w.document] }))
    };
    "GET /api/v1/entries/{entry}/content", DOWNLOAD, READS, |w, _who| ask(format!("/entries/{}/content", w.document));
    "GET /api/v1/entries/{entry}/versions/{number}/content", DOWNLOAD, READS, |w, _who| {
        ask(format!("/entries/{}/versions/1/content", w.document))
    };

    "GET /api/v1/entries/{entry}/signatures", VIEW, READS, |w, _who| ask(format!("/entries/{}/signatures", w.document));
    "GET /api/v1/entries/{entry}/signatures/etsi", DOWNLOAD, READS, |w, _who| {
        ask(format!("/entries/{}/signatures/etsi", w.signed))
    };
    "POST /api/v1/entries/{entry}/signatures", VIEW, READS, |w, _who| {
        ask(format!("/entries/{}/signatures", w.document)).json(json!({}))
    };
    "GET /api/v1/entries/{entry}/signatures/{place}/content", DOWNLOAD, READS, |w, _who| {
        ask(format!("/entries/{}/signatures/1/content", w.signed))
    };
    "POST /api/v1/verify", Needs::Nothing, READS, |_w, _who| ask("/verify").signed_file();

    "GET /api/v1/entries/{entry}/thumbnail", VIEW, READS, |w, _who| ask(format!("/entries/{}/thumbnail", w.photo));

    "DELETE /api/v1/entries/{entry}", Needs::Entry(Right::Delete), CHANGES, |w, _who| {
        let document = w.new_document().await;
        ask(format!("/entries/{}", text(&document["id"]))).if_match(&document)
    };
    "POST /api/v1/entries/trash", Needs::Item(Right::Delete), CHANGES, |w, _who| {
        ask("/entries/trash").json(json!({ "ids": [w.new_document().await["id"]] }))
    };
    "GET /api/v1/vaults/{vault}/trash", Needs::Vault(Right::Delete), READS, |w, _who| {
        ask(format!("/vaults/{}/trash", w.organisation.vault))
    };
    "GET /api/v1/trash/{entry}", Needs::Vault(Right::Delete), CHANGES, |w, _who| {
        ask(format!("/trash/{}", w.new_trashed().await))
    };
    "POST /api/v1/trash/{entry}/restore", Needs::Vault(Right::Delete), CHANGES, |w, _who| {
        ask(format!("/trash/{}/restore", w.new_trashed().await)).json(json!({}))
    };
    "DELETE /api/v1/trash/{entry}", Needs::Vault(Right::Own), CHANGES, |w, _who| {
        ask(format!("/trash/{}", w.new_trashed().await))
    };
    "POST /api/v1/trash/purge", Needs::Item(Right::Own), CHANGES, |w, _who| {
        ask("/trash/purge").json(json!({ "ids": [w.new_trashed().await], "count": 1 }))
    };
    "GET /api/v1/vaults/{vault}/usage", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/vaults/{}/usage", w.organisation.vault))
    };

    "GET /api/v1/notices", Needs::Account, READS, |_w, _who| ask("/notices");
    "POST /api/v1/notices/read", Needs::Account, CHANGES, |_w, _who| ask("/notices/read").json(json!({ "all": true }));
    "GET /api/v1/me/notice-settings", Needs::Account, READS, |_w, _who| ask("/me/notice-settings");
    "PATCH /api/v1/me/notice-settings", Needs::Account, CHANGES, |_w, _who| {
        ask("/me/notice-settings").json(json!({ "email": { "expiring": true } }))
    };

    "GET /api/v1/search", Needs::SignIn, READS, |_w, _who| ask("/search?q=giay");
    "GET /api/v1/recent", Needs::SignIn, READS, |_w, _who| ask("/recent");
    "DELETE /api/v1/recent", Needs::Account, CHANGES, |_w, _who| ask("/recent");
    "GET /api/v1/catalogue/document-types", Needs::SignIn, READS, |_w, _who| ask("/catalogue/document-types");
    "GET /api/v1/catalogue/default-folders", Needs::SignIn, READS, |_w, _who| ask("/catalogue/default-folders");
    "GET /api/v1/catalogue/file-types", Needs::SignIn, READS, |_w, _who| ask("/catalogue/file-types");
    "GET /api/v1/catalogue", Needs::SignIn, READS, |_w, _who| ask("/catalogue");
    "PUT /api/v1/catalogue", ADMIN, CHANGES, |w, _who| {
        let agency = json!({ "code": "H99.9", "name": { "vi": w.name("Sở"), "en": "Department" }, "level": "department" });
        ask("/catalogue?missing=keep").if_match(&w.catalogue().await)
            .json(json!({ "format": "kho-catalogue/1", "agencies": [agency] }))
    };
    "GET /api/v1/catalogue/versions", Needs::SignIn, READS, |_w, _who| ask("/catalogue/versions");
    "GET /api/v1/catalogue/agencies", Needs::SignIn, READS, |_w, _who| ask("/catalogue/agencies");
    "GET /api/v1/catalogue/agencies/{code}", Needs::SignIn, READS, |_w, _who| {
        ask(format!("/catalogue/agencies/{}", crate::support::AGENCY))
    };
    "PUT /api/v1/catalogue/agencies/{code}", ADMIN, CHANGES, |w, _who| {
        let item = w.item("agencies");
        ask(format!("/catalogue/agencies/{}", text(&item["code"]))).json(item)
    };
    "DELETE /api/v1/catalogue/agencies/{code}", ADMIN, CHANGES, |w, _who| {
        let (code, version) = w.new_item("agencies").await;
        ask(format!("/catalogue/agencies/{code}")).if_match(&version)
    };
    "GET /api/v1/catalogue/document-types/{code}", Needs::SignIn, READS, |_w, _who| {
        ask("/catalogue/document-types/birth-certificate")
    };
    "PUT /api/v1/catalogue/document-types/{code}", ADMIN, CHANGES, |w, _who| {
        let item = w.item("document-types");
        ask(format!("/catalogue/document-types/{}", text(&item["code"]))).json(item)
    };
    "DELETE /api/v1/catalogue/document-types/{code}", ADMIN, CHANGES, |w, _who| {
        let (code, version) = w.new_item("document-types").await;
        ask(format!("/catalogue/document-types/{code}")).if_match(&version)
    };
    "GET /api/v1/catalogue/result-types", Needs::SignIn, READS, |_w, _who| ask("/catalogue/result-types");
    "GET /api/v1/catalogue/result-types/{code}", Needs::SignIn, READS, |_w, _who| {
        ask("/catalogue/result-types/birth-registration")
    };
    "PUT /api/v1/catalogue/result-types/{code}", ADMIN, CHANGES, |w, _who| {
        let item = w.item("result-types");
        ask(format!("/catalogue/result-types/{}", text(&item["code"]))).json(item)
    };
    "DELETE /api/v1/catalogue/result-types/{code}", ADMIN, CHANGES, |w, _who| {
        let (code, version) = w.new_item("result-types").await;
        ask(format!("/catalogue/result-types/{code}")).if_match(&version)
    };
    "GET /api/v1/catalogue/days", Needs::SignIn, READS, |_w, _who| ask("/catalogue/days");
    "GET /api/v1/catalogue/days/{code}", Needs::SignIn, READS, |_w, _who| ask("/catalogue/days/2026-09-02");
    "PUT /api/v1/catalogue/days/{code}", ADMIN, CHANGES, |w, _who| {
        let item = w.item("days");
        ask(format!("/catalogue/days/{}", text(&item["code"]))).json(item)
    };
    "DELETE /api/v1/catalogue/days/{code}", ADMIN, CHANGES, |w, _who| {
        let (code, version) = w.new_item("days").await;
        ask(format!("/catalogue/days/{code}")).if_match(&version)
    };
    "GET /api/v1/catalogue/procedures", Needs::SignIn, READS, |_w, _who| ask("/catalogue/procedures");
    "GET /api/v1/catalogue/procedures/{code}", Needs::SignIn, READS, |_w, _who| {
        ask("/catalogue/procedures/1.001193")
    };
    "PUT /api/v1/catalogue/procedures/{code}", ADMIN, CHANGES, |w, _who| {
        let item = w.item("procedures");
        ask(format!("/catalogue/procedures/{}", text(&item["code"]))).json(item)
    };
    "DELETE /api/v1/catalogue/procedures/{code}", ADMIN, CHANGES, |w, _who| {
        let (code, version) = w.new_item("procedures").await;
        ask(format!("/catalogue/procedures/{code}")).if_match(&version)
    };

    "OPTIONS /api/v1/uploads", Needs::Nothing, READS, |_w, _who| ask("/uploads");
    "POST /api/v1/uploads", EDIT, CHANGES, |w, _who| {
        ask("/uploads").tus().header("Upload-Length", "700").header("Upload-Metadata", w.upload_metadata(&w.folder))
    };
    "HEAD /api/v1/uploads/{upload}", Needs::OwnThing, CHANGES, |w, who| ask(w.upload_of(who).await).tus();
    "PATCH /api/v1/uploads/{upload}", Needs::OwnThing, CHANGES, |w, who| {
        ask(w.upload_of(who).await).tus().header("Upload-Offset", "0").bytes("application/offset+octet-stream", 700)
    };
    "DELETE /api/v1/uploads/{upload}", Needs::OwnThing, CHANGES, |w, who| ask(w.upload_of(who).await).tus();

    "POST /api/v1/grants", RESHARE, CHANGES, |w, _who| {
        let recipient = json!({ "login": w.new_person().await });
        ask("/grants").json(json!({ "entry_id": w.document, "recipient": recipient, "rights": ["view"] }))
    };
    "GET /api/v1/grants/given", Needs::Person, READS, |_w, _who| ask("/grants/given");
    "GET /api/v1/grants/received", Needs::Person, READS, |_w, _who| ask("/grants/received");
    "GET /api/v1/grants/{grant}", Needs::Giver, READS, |w, _who| {
        ask(format!("/grants/{}", text(&w.new_grant().await["id"])))
    };
    "PATCH /api/v1/grants/{grant}", Needs::Giver, CHANGES, |w, _who| {
        let grant = w.new_grant().await;
        ask(format!("/grants/{}", text(&grant["id"]))).if_match(&grant).json(json!({ "message": "xem giúp" }))
    };
    "DELETE /api/v1/grants/{grant}", Needs::Giver, CHANGES, |w, _who| {
        ask(format!("/grants/{}", text(&w.new_grant().await["id"])))
    };
    "GET /api/v1/entries/{entry}/grants", VIEW, READS, |w, _who| ask(format!("/entries/{}/grants", w.document));
    "GET /api/v1/recipients", Needs::Account, CHANGES, |_w, _who| ask("/recipients?name=stranger");
    "POST /api/v1/links", RESHARE, CHANGES, |w, _who| {
        ask("/links").json(json!({ "entry_id": w.document, "rights": ["view"], "expires_at": w.tomorrow() }))
    };
    "GET /api/v1/links/{secret}", Needs::Nothing, READS, |w, _who| ask(format!("/links/{}", w.new_link().await));
    "GET /api/v1/links/{secret}/children", Needs::Nothing, READS, |w, _who| {
        ask(format!("/links/{}/children", w.new_link().await))
    };
    "GET /api/v1/links/{secret}/content", Needs::Nothing, READS, |w, _who| {
        ask(format!("/links/{}/content?entry={}", w.new_link().await, w.document))
    };

    "PATCH /api/v1/me", Needs::Account, CHANGES, |w, who| {
        let me = w.me(who).await;
        ask("/me").if_match(&me).json(json!({ "language": "vi" }))
    };
    "POST /api/v1/me/password", Needs::Session, CHANGES, |w, who| {
        let change = json!({ "present": crate::support::PASSWORD, "new": "một câu khác hẳn 2" });
        ask("/me/password").json(change).by(w.new_person_like(who).await)
    };
    "POST /api/v1/password-resets", Needs::Nothing, CHANGES, |_w, _who| {
        ask("/password-resets").json(json!({ "account": "nobody-of-this-name" }))
    };
    "POST /api/v1/password-resets/complete", Needs::Nothing, CHANGES, |w, _who| {
        ask("/password-resets/complete")
            .json(json!({ "token": w.new_reset().await, "password": "một câu khác hẳn 3" }))
    };

    "GET /api/v1/agencies", Needs::SignIn, READS, |_w, _who| ask("/agencies");
    "GET /api/v1/admin/state", ADMIN, CHANGES, |_w, _who| ask("/admin/state");
    "POST /api/v1/admin/jobs/{job}/retry", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/jobs/{}/retry", w.new_dead_job().await))
    };
    "GET /api/v1/admin/webhooks", ADMIN, CHANGES, |_w, _who| ask("/admin/webhooks");
    "POST /api/v1/admin/webhooks", ADMIN, CHANGES, |_w, _who| {
        ask("/admin/webhooks").json(json!({ "client": "one-stop", "url": "https://motcua.example.vn/" }))
    };
    "GET /api/v1/admin/webhooks/{webhook}", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/webhooks/{}", text(&w.new_webhook().await["id"])))
    };
    "PATCH /api/v1/admin/webhooks/{webhook}", ADMIN, CHANGES, |w, _who| {
        let webhook = w.new_webhook().await;
        ask(format!("/admin/webhooks/{}", text(&webhook["id"]))).if_match(&webhook).json(json!({ "paused": true }))
    };
    "DELETE /api/v1/admin/webhooks/{webhook}", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/webhooks/{}", text(&w.new_webhook().await["id"])))
    };
    "POST /api/v1/admin/webhooks/{webhook}/secret", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/webhooks/{}/secret", text(&w.new_webhook().await["id"]))).json(json!({}))
    };
    "GET /api/v1/admin/webhooks/{webhook}/deliveries", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/webhooks/{}/deliveries", text(&w.new_webhook().await["id"])))
    };
    "POST /api/v1/admin/webhooks/{webhook}/replays", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/webhooks/{}/replays", text(&w.new_webhook().await["id"]))).json(json!({}))
    };
    "POST /api/v1/admin/webhooks/{webhook}/deliveries/{number}/replay", ADMIN, CHANGES, |w, _who| {
        let (webhook, number) = w.new_delivery().await;
        ask(format!("/admin/webhooks/{webhook}/deliveries/{number}/replay")).json(json!({}))
    };
    "GET /api/v1/reports/reuse", REPORTED, CHANGES, |_w, _who| {
        ask("/reports/reuse?from=2026-01-01&until=2026-12-31")
    };
    "GET /api/v1/reports/reuse.csv", REPORTED, CHANGES, |_w, _who| {
        ask("/reports/reuse.csv?from=2026-01-01&until=2026-12-31&by=agency")
    };
    "GET /api/v1/reports/dossiers", REPORTED, CHANGES, |_w, _who| {
        ask("/reports/dossiers?from=2026-01-01&until=2026-12-31")
    };
    "GET /api/v1/reports/dossiers.csv", REPORTED, CHANGES, |_w, _who| {
        ask("/reports/dossiers.csv?from=2026-01-01&until=2026-12-31&beneath=true")
    };
    "GET /api/v1/admin/accounts", ADMIN, CHANGES, |_w, _who| ask("/admin/accounts?q=owner");
    "POST /api/v1/admin/accounts", ADMIN, CHANGES, |w, _who| {
        let login = w.name("one-stop").replace(' ', "-");
        ask("/admin/accounts").json(json!({ "login": login, "full_name": "Hệ thống" }))
    };
    "GET /api/v1/admin/accounts/{account}", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/accounts/{}", text(&w.me(Who::Stranger).await["id"])))
    };
    "PATCH /api/v1/admin/accounts/{account}", ADMIN, CHANGES, |w, _who| {
        let stranger = w.me(Who::Stranger).await;
        ask(format!("/admin/accounts/{}", text(&stranger["id"]))).if_match(&stranger).json(json!({ "language": "vi" }))
    };
    "PUT /api/v1/admin/accounts/{account}/roles/{role}", APPOINTERS, CHANGES, |w, _who| {
        ask(format!("/admin/accounts/{}/roles/officer?agency={}", w.new_person().await, crate::support::AGENCY))
    };
    "DELETE /api/v1/admin/accounts/{account}/roles/{role}", APPOINTERS, CHANGES, |w, _who| {
        ask(format!("/admin/accounts/{}/roles/officer?agency={}", w.new_officer().await, crate::support::AGENCY))
    };
    "POST /api/v1/admin/accounts/{account}/tokens", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/accounts/{}/tokens", text(&w.me(Who::Client).await["id"])))
            .json(json!({ "name": "x", "scopes": ["vault_read"], "expires_at": w.tomorrow() }))
    };
    "GET /api/v1/admin/clients", ADMIN, CHANGES, |_w, _who| ask("/admin/clients");
    "GET /api/v1/admin/clients/{client}", ADMIN, CHANGES, |_w, _who| ask("/admin/clients/one-stop");
    "POST /api/v1/admin/clients/{client}/secret", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/clients/{}/secret", w.new_client().await))
    };
    "DELETE /api/v1/admin/clients/{client}/secret", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/clients/{}/secret", w.new_client().await))
    };
    "PUT /api/v1/admin/clients/{client}/keys", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/clients/{}/keys", w.new_client().await)).json(json!({ "jwks": { "keys": [] } }))
    };
    "PUT /api/v1/admin/clients/{client}/agencies/{agency}", ADMIN, CHANGES, |w, _who| {
        let path = format!("/admin/clients/{}/agencies/{}", w.new_client().await, crate::support::AGENCY);
        ask(path).json(json!({ "scopes": ["dossier_read"] }))
    };
    "POST /api/v1/admin/agencies", ADMIN, CHANGES, |w, _who| {
        let code = w.name("H99.7").replace(' ', ".");
        ask("/admin/agencies").json(json!({ "code": code, "name": "Sở", "name_en": "Department" }))
    };
    "POST /api/v1/admin/organisations", ADMIN, CHANGES, |w, _who| {
        let code = format!("01{:0>8}", w.name("").trim());
        ask("/admin/organisations").json(json!({ "code": code, "name": "Hợp tác xã", "owner": "stranger" }))
    };
    "PATCH /api/v1/admin/vaults/{vault}", ADMIN, CHANGES, |w, _who| {
        ask(format!("/admin/vaults/{}", w.organisation.vault)).json(json!({ "quota_bytes": 40_000_000_000_i64 }))
    };

    "POST /api/v1/dossiers", Needs::Vault(Right::Edit), CHANGES, |w, _who| ask("/dossiers").json(w.dossier_body());
    "GET /api/v1/dossiers", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/dossiers?vault={}", w.organisation.vault))
    };
    "GET /api/v1/dossiers/{dossier}", Needs::Dossier, READS, |w, _who| {
        ask(format!("/dossiers/{}", w.new_dossier(true).await.id)).purpose()
    };
    "PATCH /api/v1/dossiers/{dossier}", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        let dossier = w.new_dossier(false).await;
        ask(format!("/dossiers/{}", dossier.id)).if_match(&dossier.body).json(json!({ "summary": "Cho con trai" })).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/moves", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        ask(format!("/dossiers/{}/moves", w.new_dossier(false).await.id)).json(json!({ "move": "withdraw" })).purpose()
    };
    "GET /api/v1/dossiers/{dossier}/completeness", Needs::Dossier, READS, |w, _who| {
        ask(format!("/dossiers/{}/completeness", w.new_dossier(true).await.id)).purpose()
    };
    "GET /api/v1/dossiers/{dossier}/proposals", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/dossiers/{}/proposals", w.new_dossier(false).await.id)).purpose()
    };
    "PUT /api/v1/dossiers/{dossier}/components/{component}/attachments", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        let path = format!("/dossiers/{}/components/fresh/attachments", w.new_dossier(false).await.id);
        ask(path).json(json!({ "entry_id": w.document })).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/components/{component}/requests", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        let path = format!("/dossiers/{}/components/fresh/requests", w.new_dossier(false).await.id);
        ask(path).json(json!({ "citation": w.new_foreign_citation().await })).purpose()
    };
    "DELETE /api/v1/dossiers/{dossier}/requests/{request}", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        ask(w.new_paper_request().await).purpose()
    };
    "DELETE /api/v1/dossiers/{dossier}/attachments/{attachment}", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        let dossier = w.new_dossier(false).await;
        ask(format!("/dossiers/{}/attachments/{}", dossier.id, dossier.attachment)).purpose()
    };
    "PUT /api/v1/dossiers/{dossier}/components/{component}/files/{file_key}", Needs::Counter, CHANGES, |w, _who| {
        let path = format!("/dossiers/{}/components/birth/files/1", w.new_dossier(true).await.id);
        ask(path).paper(&json!({ "name": "a.pdf", "compared": true })).purpose()
    };
    "PUT /api/v1/dossiers/{dossier}/attachments/{attachment}/comparison", Needs::Counter, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/comparison", dossier.id, dossier.attachment)).purpose()
    };
    "DELETE /api/v1/dossiers/{dossier}/attachments/{attachment}/comparison", Needs::Counter, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/comparison", dossier.id, dossier.attachment)).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/attachments/{attachment}/accept", Needs::Counter, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/accept", dossier.id, dossier.attachment)).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/attachments/{attachment}/refuse", Needs::Counter, CHANGES, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/refuse", dossier.id, dossier.attachment))
            .json(json!({ "reason_code": "unreadable" }))
            .purpose()
    };
    "GET /api/v1/dossiers/{dossier}/attachments/{attachment}/content", Needs::Dossier, READS, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/content", dossier.id, dossier.attachment)).purpose()
    };
    "GET /api/v1/dossiers/{dossier}/attachments/{attachment}/thumbnail", Needs::Dossier, READS, |w, _who| {
        let dossier = w.new_dossier(true).await;
        ask(format!("/dossiers/{}/attachments/{}/thumbnail", dossier.id, dossier.attachment)).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/consents", Needs::Counter, CHANGES, |w, _who| {
        let body = json!({ "kind": "authority", "legal_basis": "Điều 9", "reason": "Không có điện thoại" });
        ask(format!("/dossiers/{}/consents", w.new_dossier(true).await.id)).json(body).purpose()
    };
    "POST /api/v1/dossiers/{dossier}/consents/{consent}/confirm", Needs::Counter, CHANGES, |w, _who| {
        let (dossier, consent, code) = w.new_consent().await;
        ask(format!("/dossiers/{dossier}/consents/{consent}/confirm")).json(json!({ "code": code })).purpose()
    };
    "GET /api/v1/consents", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/consents?vault={}", w.organisation.vault))
    };
    "DELETE /api/v1/consents/{consent}", Needs::Vault(Right::Edit), CHANGES, |w, _who| {
        ask(format!("/consents/{}", w.new_consent().await.1))
    };
    "GET /api/v1/receipts", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/receipts?vault={}", w.organisation.vault))
    };
    "GET /api/v1/receipts/{receipt}", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/receipts/{}", w.new_dossier(false).await.receipt))
    };
    "POST /api/v1/entries/{entry}/versions/{number}/citation", Needs::Entry(Right::Own), CHANGES, |w, _who| {
        ask(format!("/entries/{}/versions/1/citation", w.document)).json(json!({}))
    };
    "GET /api/v1/citations", Needs::Vault(Right::View), READS, |w, _who| {
        ask(format!("/citations?vault={}", w.organisation.vault))
    };
    "GET /api/v1/citations/{code}", Needs::Nothing, READS, |w, _who| {
        ask(format!("/citations/{}?dossier={}", w.new_citation().await, w.new_dossier(true).await.id)).purpose()
    };
    "GET /api/v1/citations/{code}/content", Needs::Dossier, READS, |w, _who| {
        ask(format!("/citations/{}/content?dossier={}", w.new_citation().await, w.new_dossier(true).await.id)).purpose()
    };
    "DELETE /api/v1/citations/{code}", Needs::Vault(Right::Reshare), CHANGES, |w, _who| {
        ask(format!("/citations/{}", w.new_citation().await))
    };
    "POST /api/v1/citations/{code}/requests", Needs::Counter, CHANGES, |w, _who| {
        ask(format!("/citations/{}/requests", w.new_citation().await)).json(json!({})).purpose()
    };
    "PUT /api/v1/citations/{code}/requests/{request}", Needs::Vault(Right::Reshare), CHANGES, |w, _who| {
        ask(w.new_citation_request().await).json(json!({ "allowed": true }))
    };
    "GET /api/v1/officer/owners", OFFICERS, READS, |w, _who| {
        ask(format!("/officer/owners?identity_number={}", w.organisation.code)).purpose()
    };
    "GET /api/v1/officer/dossiers", OFFICERS, READS, |_w, _who| ask("/officer/dossiers");
    "GET /api/v1/officer/digitisation", OFFICERS, READS, |_w, _who| ask("/officer/digitisation");
    "GET /api/v1/officer/dossiers/by-code/{code}", Needs::Dossier, READS, |w, _who| {
        ask(format!("/officer/dossiers/by-code/{}", text(&w.new_dossier(true).await.body["code"]))).purpose()
    };
}
