//! Files that a synchronised dossier names by an address: fetched from where the system keeps them, each for itself, in both forms.

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::RESULT;
use crate::facade_world::{Province, dossier};
use crate::file_server::{FileServer, Given};
use crate::paper_references::hash;
use crate::pushes::{send_paper, taken};
use crate::support::{Person, pdf, problem, text};

/// A province whose files are kept on a server that the administrator named.
struct World {
    province: Province,
    files: FileServer,
    hoa: Person,
}

impl World {
    async fn start() -> Self {
        let files = FileServer::start().await;
        let now = "2026-11-26T02:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let allowed = files.address.to_string();
        let change = |config: &mut kho::config::Config| {
            config.push_allow = vec![allowed];
            config.session_hours = 10_000;
        };
        let province = Province::start_with(Clock::fixed(now), change).await;
        let hoa = province.pushing.app.person("hoa").await;
        Self { province, files, hoa }
    }

    /// What a dossier's message says with these files and results.
    fn message(&self, key: &str, files: Value, results: Value) -> Value {
        let mut message = dossier(key, &self.hoa.identity_number);
        message["TaiLieuNop"] = files;
        message["DanhSachGiayToKetQua"] = results;
        message
    }

    /// Sends a message; the answers for its files and results.
    async fn sync(&self, message: &Value) -> (Vec<Value>, Vec<Value>) {
        let answer = taken(self.province.json("/dong-bo-ho-so", message).await).await;
        let of = |list: &str| answer["result"][list].as_array().unwrap().clone();
        (of("TaiLieuNop"), of("DanhSachGiayToKetQua"))
    }

    /// What a worker does.
    async fn fetch(&self) {
        self.province.pushing.app.kho.fetch_papers().await.unwrap();
    }

    async fn dossier(&self) -> Value {
        let dossiers = self.hoa.get("/dossiers").await;
        self.hoa.get(&format!("/dossiers/{}", text(&dossiers["items"][0]["id"]))).await
    }

    /// How many documents the vault holds.
    async fn documents(&self) -> i64 {
        let mut tx = self.province.pushing.app.kho.db.read().await.unwrap();
        let (count,): (i64,) = sql!(tx, one(i64,), "SELECT COUNT(*) FROM entry WHERE kind = 2").unwrap();
        count
    }
}

fn file(key: &str, name: &str, url: &str) -> Value {
    json!({ "TepDinhKemId": key, "TenTepDinhKem": name, "MaThanhPhanHoSo": "birth", "DuongDanTaiTepTin": url, "DuocSoHoa": "1" })
}

fn result(key: &str, name: &str, url: &str) -> Value {
    json!({ "GiayToId": key, "TenGiayTo": name, "MaGiayToKetQua": RESULT, "DuongDanTepTinKetQua": url })
}

fn outcomes(answers: &[Value]) -> Vec<String> {
    answers.iter().map(|answer| text(&answer["KetQua"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn named_files_come_into_component_and_vault_once() {
    let world = World::start().await;
    let (paper, outcome) = (pdf(5_000), pdf(6_000));
    let message = world.message(
        "MC-1",
        json!([file("1", "Giấy khai sinh.pdf", &world.files.keep("1.pdf", &paper))]),
        // Some systems say a title where a file's name belongs.
        json!([result("KQ1", "Giấy khai sinh mới", &world.files.keep("kq1.pdf", &outcome))]),
    );
    let (files, results) = world.sync(&message).await;
    assert_eq!((outcomes(&files), outcomes(&results)), (vec!["DANG_LAY".into()], vec!["DANG_LAY".into()]));
    let (files, _) = world.sync(&message).await;
    assert_eq!(outcomes(&files), ["DANG_LAY"], "it waits, once");
    world.fetch().await;
    assert_eq!(world.files.asked(), 2);

    let (files, results) = world.sync(&message).await;
    assert_eq!((&files[0]["KetQua"], &files[0]["MaBam"]), (&json!("DA_CO"), &json!(hash(&paper))));
    assert_eq!((&results[0]["KetQua"], &results[0]["MaBam"]), (&json!("DA_CO"), &json!(hash(&outcome))));
    world.fetch().await;
    assert_eq!((world.files.asked(), world.documents().await), (2, 2), "nothing was fetched again");

    // In the component, with the owner's receipt, and in the vault under its name; the flag makes nothing of it.
    let seen = world.dossier().await;
    let attached = seen["components"].as_array().unwrap().iter().find(|one| one["code"] == "birth").unwrap();
    let attached = attached["attachments"].as_array().unwrap().clone();
    assert_eq!(attached.len(), 1);
    assert_eq!((&attached[0]["sha256"], &attached[0]["trust_level"]), (&json!(hash(&paper)), &json!(1)));
    let trail = world.hoa.get(&format!("/vaults/{}/audit?act=result.push", world.hoa.vault)).await;
    assert_eq!(trail["items"][0]["object_name"], "Giấy khai sinh mới.pdf", "{trail:#}");
    world.province.pushing.app.expect_recount(&world.hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn xml_names_files_as_json_does() {
    let world = World::start().await;
    let paper = pdf(5_000);
    let message = world.message(
        "MC-1",
        json!([
            file("1", "Giấy khai sinh.pdf", &world.files.keep("1.pdf", &paper)),
            file("2", "Bản sao.pdf", "http://127.0.0.1:9/2.pdf"),
        ]),
        json!([]),
    );
    let answer = world.province.xml("/dong-bo-ho-so", "DongBoHoSo", &message).await;
    assert_eq!(answer.status(), 201);
    let answer = answer.text().await.unwrap();
    for said in [
        "<TaiLieuNop><TepDinhKemId>1</TepDinhKemId><MaThanhPhanHoSo>birth</MaThanhPhanHoSo><KetQua>DANG_LAY</KetQua><DuongDanGui>http",
        "<KetQua>TU_CHOI</KetQua><MaLoi>source_not_allowed</MaLoi><LyDo>",
    ] {
        assert!(answer.contains(said), "{answer}");
    }
    world.fetch().await;
    let answer = world.province.xml("/dong-bo-ho-so", "DongBoHoSo", &message).await.text().await.unwrap();
    assert!(answer.contains(&format!("<KetQua>DA_CO</KetQua><MaBam>{}</MaBam>", hash(&paper))), "{answer}");
    // What came by one form is there for the other.
    assert_eq!(outcomes(&world.sync(&message).await.0), ["DA_CO", "TU_CHOI"]);
    assert_eq!(world.files.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_is_taken_or_refused_for_itself() {
    let world = World::start().await;
    let paper = pdf(2_000);
    let url = world.files.keep("1.pdf", &paper);
    let mut nowhere = file("2", "a.pdf", &url);
    nowhere["MaThanhPhanHoSo"] = json!("khong-co");
    let mut untyped = result("KQ1", "b.pdf", &url);
    untyped["MaGiayToKetQua"] = json!("khong-co");
    let mut gone = file("3", "c.pdf", &url);
    gone["IsDeleted"] = json!("1");
    let mut unnamed = file("4", "d.pdf", "");
    unnamed["DuongDanTaiTepTin"] = json!(" ");
    let message = world.message(
        "MC-1",
        json!([file("1", "a.pdf", &url), nowhere, gone, unnamed]),
        json!([untyped, result("KQ2", "e.pdf", &url)]),
    );
    let (files, results) = world.sync(&message).await;
    assert_eq!(outcomes(&files), ["DANG_LAY", "TU_CHOI", "BO_QUA", "CAN_GUI"]);
    assert_eq!(outcomes(&results), ["TU_CHOI", "DANG_LAY"]);
    let said = |answer: &Value| [text(&answer["MaLoi"]), text(&answer["Truong"])];
    assert_eq!(said(&files[1]), ["invalid_input", "MaThanhPhanHoSo"]);
    assert_eq!(said(&results[0]), ["invalid_input", "MaGiayToKetQua"]);
    assert!(text(&files[1]["DuongDanGui"]).ends_with("/dossiers/MC-1/components/khong-co/files/2"));

    // Nowhere but where the administrator said, however it is written.
    for (place, url) in [
        "http://127.0.0.1:9/1.pdf",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/1.pdf",
        "file:///etc/passwd",
        "https://mot-cua.example.vn/1.pdf",
        "không phải địa chỉ",
    ]
    .into_iter()
    .enumerate()
    {
        let message = world.message(&format!("MC-2{place}"), json!([file("1", "a.pdf", url)]), json!([]));
        let (files, _) = world.sync(&message).await;
        assert_eq!(
            (&files[0]["KetQua"], &files[0]["MaLoi"]),
            (&json!("TU_CHOI"), &json!("source_not_allowed"))
        );
    }
    world.fetch().await;
    assert_eq!((world.files.asked(), world.documents().await), (2, 2));

    // Without the scope for results the dossier and its papers are taken still.
    assert_eq!(
        world.province.pushing.one_stop.may(crate::support::AGENCY, json!(["dossier_write"])).await.status(),
        200
    );
    let message =
        world.message("MC-3", json!([file("1", "a.pdf", &url)]), json!([result("KQ1", "e.pdf", &url)]));
    let (files, results) = world.sync(&message).await;
    assert_eq!((outcomes(&files), outcomes(&results)), (vec!["DANG_LAY".into()], vec!["TU_CHOI".into()]));
    assert_eq!(results[0]["MaLoi"], "not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_or_another_hash_is_the_next_version() {
    let world = World::start().await;
    let (one, two, three) = (pdf(2_000), pdf(3_000), pdf(4_000));
    let message = |paper: Value| world.message("MC-1", json!([paper]), json!([]));
    let first = message(file("1", "a.pdf", &world.files.keep("1.pdf", &one)));
    world.sync(&first).await;
    world.fetch().await;

    // The system says where the next is.
    let second = message(file("1", "a.pdf", &world.files.keep("2.pdf", &two)));
    assert_eq!(outcomes(&world.sync(&second).await.0), ["DANG_LAY"]);
    world.fetch().await;
    let (files, _) = world.sync(&second).await;
    assert_eq!((&files[0]["KetQua"], &files[0]["MaBam"]), (&json!("DA_CO"), &json!(hash(&two))));

    // Or what it hashes to, at the same address.
    world.files.keep("2.pdf", &three);
    let mut third = file("1", "a.pdf", &format!("http://{}/2.pdf", world.files.address));
    third["MaBam"] = json!(hash(&three));
    assert_eq!(outcomes(&world.sync(&message(third.clone())).await.0), ["DANG_LAY"]);
    world.fetch().await;
    let (files, _) = world.sync(&message(third.clone())).await;
    assert_eq!((&files[0]["KetQua"], &files[0]["MaBam"]), (&json!("DA_CO"), &json!(hash(&three))));
    assert_eq!((world.documents().await, world.files.asked()), (1, 3));
    let standing =
        world.province.pushing.program.request(Method::GET, "/dossiers/MC-1/components/birth/files/1");
    assert_eq!(taken(standing.send().await.unwrap()).await["paper"]["version"], 3);

    // A file that is not what was said stores nothing, and the next message tells why.
    let mut wrong = file("1", "a.pdf", &format!("http://{}/2.pdf", world.files.address));
    wrong["MaBam"] = json!(hash(&one));
    world.sync(&message(wrong.clone())).await;
    world.fetch().await;
    let (files, _) = world.sync(&message(wrong)).await;
    assert_eq!((&files[0]["KetQua"], &files[0]["MaLoi"]), (&json!("DANG_LAY"), &json!("checksum_mismatch")));
    // What is said last counts: the one before is here, and nothing is awaited any more.
    assert_eq!(outcomes(&world.sync(&message(third)).await.0), ["DA_CO"]);
    let asked = world.files.asked();
    world.fetch().await;
    assert_eq!(world.files.asked(), asked);
    let mut malformed = file("1", "a.pdf", "http://a/1.pdf");
    malformed["MaBam"] = json!("zz");
    let refused = world.province.json("/dong-bo-ho-so", &message(malformed)).await;
    assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_not_fetched_and_what_is_taken_out_is_not_awaited() {
    let world = World::start().await;
    let paper = pdf(2_000);
    // Sent by the native route, then named by an address.
    let unnamed = json!({ "TepDinhKemId": "1", "TenTepDinhKem": "a.pdf", "MaThanhPhanHoSo": "birth" });
    world.sync(&world.message("MC-1", json!([unnamed]), json!([]))).await;
    let path = "/dossiers/MC-1/components/birth/files/1";
    taken(
        send_paper(&world.province.pushing.program, path, &json!({ "name": "a.pdf", "number": "7" }), &paper)
            .await,
    )
    .await;
    let url = world.files.keep("1.pdf", &paper);
    let named = world.message("MC-1", json!([file("1", "a.pdf", &url)]), json!([]));
    assert_eq!(outcomes(&world.sync(&named).await.0), ["DA_CO"]);
    world.fetch().await;
    assert_eq!((world.files.asked(), world.documents().await), (0, 1));

    // A store that fails for a while is told of, and what was taken out meanwhile is not fetched.
    let url = world.files.put("2.pdf", Given::Status(503));
    let mut second = file("2", "b.pdf", &url);
    world.sync(&world.message("MC-1", json!([second.clone()]), json!([]))).await;
    world.fetch().await;
    let (files, _) = world.sync(&world.message("MC-1", json!([second.clone()]), json!([]))).await;
    assert_eq!((&files[0]["KetQua"], &files[0]["MaLoi"]), (&json!("DANG_LAY"), &json!("source_unavailable")));
    second["IsDeleted"] = json!("1");
    assert_eq!(outcomes(&world.sync(&world.message("MC-1", json!([second]), json!([]))).await.0), ["BO_QUA"]);
    world.files.keep("2.pdf", &paper);
    world.province.pushing.app.kho.clock.advance(TimeDelta::hours(1));
    world.fetch().await;
    assert_eq!((world.files.asked(), world.documents().await), (1, 1));
}
