//! Papers that a program attaches by the codes that their owners gave (K1).

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::citations::{cited, code_of};
use crate::dossier_world::{id, last_record, paper, trail};
use crate::facade_world::{Province, dossier};
use crate::paper_references::hash;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Person, pdf, problem, text};

const PATH: &str = "/dossiers/MC-1/components/birth/files/1";

/// A system with a dossier of Hoa's, and her birth certificate, cited in its first version.
struct World {
    pushing: Pushing,
    hoa: Person,
    birth: Value,
    sha256: String,
    code: String,
}

impl World {
    async fn start() -> Self {
        let pushing = Pushing::start().await;
        let hoa = pushing.app.person("hoa").await;
        let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
        let bytes = hoa.request(Method::GET, &format!("/entries/{}/content", id(&birth)));
        let sha256 = hash(&bytes.send().await.unwrap().bytes().await.unwrap());
        let code = code_of(&cited(&hoa, &birth, 1).await);
        pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
        Self { pushing, hoa, birth, sha256, code }
    }

    async fn push(&self, path: &str, code: &str) -> Response {
        self.pushing.program.send(Method::PUT, path, json!({ "citation": code })).await
    }

    /// The papers of the component.
    async fn papers(&self) -> Vec<Value> {
        let dossiers = self.hoa.get("/dossiers").await;
        let seen = self.hoa.get(&format!("/dossiers/{}", id(&dossiers["items"][0]))).await;
        let papers = seen["components"][0]["attachments"].as_array().unwrap().iter();
        papers.filter(|one| one["state"] == "attached" || one["state"] == "accepted").cloned().collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cited_version_is_attached_once_and_stays_the_owners() {
    let world = World::start().await;
    let World { pushing, hoa, birth, sha256, code } = &world;
    let now = hoa.get(&format!("/entries/{}", id(birth))).await;
    let rev = now["rev"].as_i64().unwrap();
    assert_eq!(hoa.version(&id(birth), rev, "b.pdf", &pdf(990)).await.status(), 201);

    let pushed = world.push(PATH, code).await;
    assert_eq!(pushed.status(), 201);
    let pushed: Value = pushed.json().await.unwrap();
    assert_eq!((&pushed["entry_id"], &pushed["version"]), (&birth["id"], &json!(1)), "what was cited");
    assert_eq!((&pushed["sha256"], &pushed["outcome"]), (&json!(sha256), &json!("created")));
    let notice = hoa.get("/notices").await["items"][0].clone();
    assert_eq!(
        (&notice["kind"], &notice["actor_name"]),
        (&json!("citation_used"), &json!("Hệ thống một cửa"))
    );
    let receipt = hoa.get("/receipts").await["items"][0]["facts"].clone();
    assert_eq!((&receipt["ground"], &receipt["channel"]), (&json!("citation"), &json!("system")));
    assert_eq!((&receipt["sha256"], &receipt["agency_code"]), (&json!(sha256), &json!(AGENCY)));
    let record = trail(hoa, "paper.attach").await[0].clone();
    assert_eq!((&record["actor_name"], &record["object_id"]), (&json!("Hệ thống một cửa"), &birth["id"]));
    let changes = pushing.program.request(Method::GET, "/changes?limit=500").send().await.unwrap();
    let changes = taken(changes).await["items"].as_array().unwrap().clone();
    assert_eq!(changes.last().unwrap()["kind"], "paper.attached");
    let used = hoa.get("/citations").await["items"][0]["uses"][0].clone();
    assert_eq!((&used["standing"], &used["by_name"]), (&json!("in_dossier"), &json!("Hệ thống một cửa")));

    // The same again, by two at once, and after the code was withdrawn.
    let (one, two) = tokio::join!(world.push(PATH, code), world.push(PATH, code));
    assert_eq!((one.status(), two.status()), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    assert_eq!(hoa.delete(&format!("/citations/{code}")).await.status(), 204);
    let again = taken(world.push(PATH, code).await).await;
    assert_eq!((&again["outcome"], &again["version"]), (&json!("unchanged"), &json!(1)));
    assert_eq!((world.papers().await.len(), trail(hoa, "paper.attach").await.len()), (1, 1));

    // A file under the same key is a paper of its own and takes the place of what was cited.
    let file = taken(pushing.paper(PATH, &json!({ "name": "quét.pdf" }), &pdf(700)).await).await;
    assert_eq!(file["outcome"], "updated");
    assert_ne!(file["entry_id"], birth["id"]);
    let papers = world.papers().await;
    assert_eq!((papers.len(), &papers[0]["entry_id"]), (1, &file["entry_id"]));
    let kept = hoa.get(&format!("/entries/{}", id(birth))).await;
    assert_eq!(kept["document"]["version_count"], 2, "the owner's paper has its own versions alone");
    // And the other way round.
    let next = code_of(&cited(hoa, birth, 2).await);
    let cited = taken(world.push(PATH, &next).await).await;
    assert_eq!((&cited["outcome"], &cited["version"]), (&json!("updated"), &json!(2)));
    let papers = world.papers().await;
    assert_eq!((papers.len(), &papers[0]["entry_id"]), (1, &birth["id"]));
    pushing.app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_for_components_of_open_dossiers_of_their_owners() {
    let world = World::start().await;
    let World { pushing, hoa, code, .. } = &world;
    let minh = pushing.app.person("minh").await;
    let foreign = paper(&minh, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let foreign = code_of(&cited(&minh, &foreign, 1).await);

    assert_eq!(problem(world.push(PATH, &foreign).await).await, (403, "citation_not_confirmed".to_owned()));
    let record = last_record(&minh).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("citation.push"), &json!("refused")));
    let result: Value = world.push("/dossiers/MC-1/results/KQ1", code).await.json().await.unwrap();
    assert_eq!([&result["field"], &result["reason"]], ["citation", "components_only"]);
    let nowhere: Value =
        world.push("/dossiers/MC-1/components/khong-co/files/1", code).await.json().await.unwrap();
    assert_eq!([&nowhere["field"], &nowhere["reason"]], ["component", "unknown"]);
    assert_eq!(problem(world.push("/dossiers/MC-9/components/birth/files/1", code).await).await.0, 404);
    let both = json!({ "citation": code, "url": "https://a.example/1.pdf" });
    assert_eq!(pushing.program.send(Method::PUT, PATH, both).await.status(), 422);
    let slip: Value = world.push(PATH, "K3MT-7PXC-9FHK").await.json().await.unwrap();
    assert_eq!(slip["field"], "citation");
    assert_eq!(world.papers().await, Vec::<Value>::new());

    let mut closed = Pushing::dossier(&hoa.identity_number);
    closed["state"] = json!("returned");
    pushing.pushed("MC-1", &closed).await;
    assert_eq!(problem(world.push(PATH, code).await).await, (403, "not_allowed".to_owned()));
    let record = last_record(hoa).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("citation.push"), &json!("refused")));
    // Without the scope nothing.
    assert_eq!(pushing.one_stop.may(AGENCY, json!(["dossier_read"])).await.status(), 200);
    assert_eq!(problem(world.push(PATH, code).await).await.0, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_facade_takes_codes_in_both_forms() {
    let province = Province::start().await;
    let app = &province.pushing.app;
    let (hoa, minh) = (app.person("hoa").await, app.person("minh").await);
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let foreign = paper(&minh, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let mut message = dossier("MC-1", &hoa.identity_number);
    let file = |key: &str, code: &str| json!({ "TepDinhKemId": key, "MaThanhPhanHoSo": "birth", "MaDanNguon": code });
    let codes = [code_of(&cited(&hoa, &birth, 1).await), code_of(&cited(&minh, &foreign, 1).await)];
    message["TaiLieuNop"] = json!([file("1", &codes[0]), file("2", &codes[1]), file("3", "K3MT-7PXC-9FHK")]);

    let answer = province.xml("/dong-bo-ho-so", "DongBoHoSo", &message).await;
    assert_eq!(answer.status(), 201);
    assert!(answer.text().await.unwrap().contains("<MaLoi>citation_not_confirmed</MaLoi>"));
    let answer = taken(province.json("/dong-bo-ho-so", &message).await).await;
    let files = &answer["result"]["TaiLieuNop"];
    let outcomes = (0..3).map(|n| text(&files[n]["KetQua"])).collect::<Vec<_>>();
    assert_eq!(outcomes, ["DA_CO", "TU_CHOI", "TU_CHOI"]);
    assert_eq!([&files[1]["MaLoi"], &files[2]["Truong"]], ["citation_not_confirmed", "MaDanNguon"]);
    let dossiers = hoa.get("/dossiers").await;
    let seen = hoa.get(&format!("/dossiers/{}", id(&dossiers["items"][0]))).await;
    let papers = seen["components"][0]["attachments"].as_array().unwrap().clone();
    assert_eq!((papers.len(), &papers[0]["entry_id"]), (1, &birth["id"]));
}
