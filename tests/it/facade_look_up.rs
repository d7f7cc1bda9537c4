//! What a province system finds in vaults, and what it does not: every rule of the look-up, and that the owner sees who asked.

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::{OTHER_AGENCY, RESULT, authority, done, last_record, officer, paper, trail};
use crate::facade_world::{OFFICER, OFFICER_NAME, Province, dossier, look_up, xml};
use crate::oauth::OneStop;
use crate::pushes::taken;
use crate::support::{AGENCY, Person, pdf, text};

/// A dossier with a digitised birth certificate in it, and another birth certificate that lies in the vault alone.
async fn with_papers(province: &Province, owner: &Person) -> (Vec<u8>, Value) {
    let bytes = pdf(900);
    province.dossier("MC-1", owner).await;
    province.digitised("MC-1", &bytes).await;
    let own = paper(owner, "khai sinh cu.pdf", "birth-certificate", json!({ "number": "7/2001" })).await;
    (bytes, own)
}

fn numbers(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["SoKyHieu"].as_str().unwrap_or("")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_dossier_is_found_and_more_only_on_a_ground() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    let (bytes, own) = with_papers(&province, &hoa).await;
    let wish = look_up("MC-1", &hoa.identity_number);

    let found = province.found(&wish).await;
    assert_eq!(numbers(&found), ["12/2019"]);
    assert_eq!(found[0]["MaKetQua"], "birth-registration");
    assert_eq!(found[0]["CoQuanChuQuan"], "UBND xã Suối Mơ");
    let record = last_record(&hoa).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("paper.look_up"), &json!("done")));
    assert_eq!(record["actor_name"], format!("{OFFICER_NAME} (Hệ thống một cửa)"));
    assert_eq!(record["purpose"], "Thủ tục thử");
    let detail = &record["detail"];
    assert_eq!(
        [&detail["requester"], &detail["requester_identity"], &detail["agency"]],
        [OFFICER_NAME, OFFICER, AGENCY]
    );
    assert_eq!(
        [&detail["in_dossier"], &detail["proposed"], &detail["ground"]],
        [&json!(1), &json!(0), &Value::Null]
    );

    let fetched = province.fetch(&province.program, &found[0]).await;
    assert_eq!(fetched.status(), 200);
    assert_eq!(fetched.bytes().await.unwrap(), bytes);
    let record = last_record(&hoa).await;
    assert_eq!(
        (&record["act"], &record["detail"]["requester_identity"]),
        (&json!("paper.fetch"), &json!(OFFICER))
    );
    assert_eq!(record["object_name"], "Giấy khai sinh.pdf");

    // With an authority the officer's system finds what fits, too.
    let page = hoa.get("/dossiers").await["items"][0].clone();
    let clerk = officer(&province.pushing.app, "binh", AGENCY).await;
    let consent = authority(&clerk, &page).await;
    let found = province.found(&wish).await;
    assert_eq!(numbers(&found), ["12/2019", "7/2001"]);
    assert_eq!(last_record(&hoa).await["detail"]["ground"], "authority");
    assert_eq!(province.fetch(&province.program, &found[1]).await.status(), 200);
    assert_eq!(last_record(&hoa).await["object_id"], own["id"]);

    // Once it is withdrawn, the other is gone, by the address too.
    done(hoa.request(Method::DELETE, &format!("/consents/{}", text(&consent["id"])))).await;
    assert_eq!(numbers(&province.found(&wish).await), ["12/2019"]);
    assert_eq!(province.fetch(&province.program, &found[1]).await.status(), 404);
    let record = last_record(&hoa).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("paper.fetch"), &json!("refused")));
    assert_eq!(province.fetch(&province.program, &found[0]).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_and_numbers_narrow_what_is_found() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    with_papers(&province, &hoa).await;
    let found = |wanted: Value| {
        let mut wish = look_up("MC-1", &hoa.identity_number);
        wish["DanhSachDanhMucKetQua"] = wanted;
        let province = &province;
        async move {
            let found = province.found(&wish).await;
            let document = province.xml("/tra-cuu-kho", "TraCuuKho", &wish).await.text().await.unwrap();
            assert_eq!(document.matches("<DanhSachGiayToKetQua>").count(), found.len(), "{document}");
            found
        }
    };
    assert_eq!(found(json!([{ "MaKetQua": RESULT }])).await[0]["MaKetQua"], RESULT);
    assert_eq!(
        found(json!([{ "MaKetQua": "birth-certificate", "SoKyHieu": "" }])).await[0]["MaKetQua"],
        "birth-certificate"
    );
    assert_eq!(found(json!([{ "MaKetQua": RESULT, "SoKyHieu": " 12/ 2019" }])).await.len(), 1);
    assert_eq!(found(json!([{ "MaKetQua": RESULT, "SoKyHieu": "13/2019" }])).await.len(), 0);
    assert_eq!(found(json!([{ "MaKetQua": "passport" }, { "MaKetQua": "khong-co" }])).await.len(), 0);
}

/// A look-up that is refused: what is other in it, what it answers, and in whose trail it stands.
struct Refused {
    change: Value,
    expected: (u16, &'static str, &'static str),
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_is_refused_and_stands_in_the_trail_of_whose_papers_were_wanted() {
    let province = Province::start().await;
    let app = &province.pushing.app;
    let hoa = app.person("hoa").await;
    let lan = app.person("lan").await;
    with_papers(&province, &hoa).await;
    // A dossier of hers that another agency works on.
    let elsewhere = OneStop::of(app, "so-khac", &[OTHER_AGENCY]).await;
    let mut other = elsewhere.program(app).await;
    other.base = format!("{}/facade/v1", app.url);
    let mut message = dossier("SK-1", &hoa.identity_number);
    message["MaDonVi"] = json!(OTHER_AGENCY);
    let theirs = taken(other.send(Method::POST, "/dong-bo-ho-so", message).await).await["result"].clone();
    let mut closed = dossier("MC-9", &hoa.identity_number);
    closed["TrangThaiHoSo"] = json!("10");
    taken(province.json("/dong-bo-ho-so", &closed).await).await;

    let refused = |change: Value, status, code, reason| Refused { change, expected: (status, code, reason) };
    let table = [
        refused(json!({ "MaHoSo": null }), 404, "not_found", "dossier_unknown"),
        refused(json!({ "MaHoSo": " " }), 404, "not_found", "dossier_unknown"),
        refused(json!({ "MaHoSo": "MC-7" }), 404, "not_found", "dossier_unknown"),
        refused(json!({ "MaHoSo": "../MC-1" }), 404, "not_found", "dossier_unknown"),
        refused(json!({ "MaHoSo": theirs["MaHoSoKho"] }), 404, "not_found", "dossier_unknown"),
        refused(json!({ "MaHoSo": "MC-9" }), 403, "not_allowed", "dossier_closed"),
        refused(json!({ "MaThuTuc": "9.000002" }), 403, "not_allowed", "other_procedure"),
        refused(
            json!({ "SoDinhDanhNguoiYeuCau": hoa.identity_number }),
            403,
            "not_allowed",
            "requester_is_owner",
        ),
        refused(json!({ "KenhThucHien": "2" }), 403, "not_allowed", "requester_not_in_dossier"),
        refused(
            json!({ "KenhThucHien": "2", "SoDinhDanhNguoiYeuCau": lan.identity_number }),
            403,
            "not_allowed",
            "requester_not_in_dossier",
        ),
        refused(json!({ "SoDinhDanhChuSoHuu": lan.identity_number }), 403, "not_allowed", "other_owner"),
    ];
    for Refused { change, expected } in table {
        let mut wish = look_up("MC-1", &hoa.identity_number);
        for (field, value) in change.as_object().unwrap() {
            wish[field] = value.clone();
        }
        let owner = if expected.2 == "other_owner" { &lan } else { &hoa };
        for path in ["/tra-cuu-kho", "/giay-to-so-hoa"] {
            for in_xml in [false, true] {
                let before = trail(owner, "paper.look_up").await.len();
                let mut request =
                    province.program.request(Method::POST, path).header("Accept", "application/json");
                request = match in_xml {
                    true => request.header("Content-Type", "text/xml").body(xml("TraCuuKho", &wish)),
                    false => request.json(&wish),
                };
                let answer = request.send().await.unwrap();
                assert_eq!(answer.headers()["content-type"], "application/problem+json");
                let body: Value = answer.json().await.unwrap();
                assert_eq!(
                    (
                        body["status"].as_u64().unwrap() as u16,
                        text(&body["code"]).as_str(),
                        text(&body["reason"]).as_str()
                    ),
                    expected,
                    "{change}"
                );
                let records = trail(owner, "paper.look_up").await;
                assert_eq!(records.len(), before + 1, "{change}");
                let record = &records[0];
                assert_eq!(record["outcome"], "refused");
                assert_eq!(record["actor_name"], format!("{OFFICER_NAME} (Hệ thống một cửa)"));
                assert_ne!(record["detail"]["requester_identity"], json!(owner.identity_number), "{change}");
            }
        }
    }
    // Who is not known at all has no trail; the answer tells nothing of that.
    let nobody = look_up("MC-1", "099299999999");
    let body: Value = province.json("/tra-cuu-kho", &nobody).await.json().await.unwrap();
    assert_eq!([&body["code"], &body["reason"]], ["not_allowed", "other_owner"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_asks_through_a_portal_and_is_named_as_such() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    with_papers(&province, &hoa).await;
    let mut wish = look_up("MC-1", &hoa.identity_number);
    wish["KenhThucHien"] = json!("2");
    wish["SoDinhDanhNguoiYeuCau"] = json!(hoa.identity_number);
    wish["HoTenNguoiYeuCau"] = json!("Người hoa");
    assert_eq!(numbers(&province.found(&wish).await), ["12/2019"]);
    let record = last_record(&hoa).await;
    assert_eq!(
        (&record["actor_name"], &record["detail"]["asks_as"]),
        (&json!("Người hoa (Hệ thống một cửa)"), &json!("citizen"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_without_the_scope_finds_nothing() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    with_papers(&province, &hoa).await;
    let found = province.found(&look_up("MC-1", &hoa.identity_number)).await;
    // Taken away, it is gone at once: for the token that has it, and for tokens given after.
    let scopes = json!(["dossier_read", "dossier_write", "result_write"]);
    assert_eq!(province.pushing.one_stop.may(AGENCY, scopes).await.status(), 200);
    let without = Province::signed_in(&province.pushing).await;
    for (program, code) in [(&province.program, "not_allowed"), (&without, "scope_missing")] {
        let answer = program.send(Method::POST, "/tra-cuu-kho", look_up("MC-1", &hoa.identity_number)).await;
        let body: Value = answer.json().await.unwrap();
        assert_eq!([&body["status"], &body["code"]], [&json!(403), &json!(code)], "{body}");
        let record = last_record(&hoa).await;
        assert_eq!((&record["act"], &record["outcome"]), (&json!("paper.look_up"), &json!("refused")));
        assert_eq!(province.fetch(program, &found[0]).await.status(), 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_serves_its_own_system_for_an_hour_while_the_dossier_is_open() {
    let clock = Clock::fixed("2026-11-26T02:00:00Z".parse().unwrap());
    let province = Province::start_at(clock.clone()).await;
    let app = &province.pushing.app;
    let hoa = app.person("hoa").await;
    let (bytes, _) = with_papers(&province, &hoa).await;
    let wish = look_up("MC-1", &hoa.identity_number);
    let found = province.found(&wish).await;
    let link = text(&found[0]["DanhSachTepDinhKem"][0]["DuongDan"]);
    let path = link[link.find("/tep/").unwrap()..].to_owned();

    let part =
        province.program.request(Method::GET, &path).header("Range", "bytes=0-9").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), bytes[..10]);
    let bare = reqwest::get(format!("{}{path}", province.program.base)).await.unwrap();
    assert_eq!(bare.status(), 401);
    let other = OneStop::of(app, "so-khac", &[AGENCY]).await;
    assert_eq!(other.may(AGENCY, json!(["paper_read"])).await.status(), 200);
    let mut other = other.program(app).await;
    other.base = province.program.base.clone();
    assert_eq!(province.fetch(&other, &found[0]).await.status(), 404);
    assert_eq!(last_record(&hoa).await["detail"]["reason"], "ticket_of_another");
    for broken in [format!("{path}A"), "/tep/x".to_owned(), format!("/tep/{}", "A".repeat(400))] {
        assert_eq!(
            province.program.request(Method::GET, &broken).send().await.unwrap().status(),
            404,
            "{broken}"
        );
    }

    clock.advance(TimeDelta::minutes(61));
    let later = Province::signed_in(&province.pushing).await;
    assert_eq!(province.fetch(&later, &found[0]).await.status(), 404);
    let fresh: Value = taken(later.send(Method::POST, "/tra-cuu-kho", wish.clone()).await).await;
    let fresh = &fresh["result"]["DanhSachGiayToKetQua"][0];
    assert_eq!(province.fetch(&later, fresh).await.status(), 200);
    let mut ended = dossier("MC-1", &hoa.identity_number);
    ended["TrangThaiHoSo"] = json!("10");
    taken(later.send(Method::POST, "/dong-bo-ho-so", ended).await).await;
    assert_eq!(province.fetch(&later, fresh).await.status(), 403);
    assert_eq!(last_record(&hoa).await["detail"]["reason"], "dossier_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn digitised_papers_are_told_with_all_that_is_known_of_them() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    let opened = province.dossier("MC-1", &hoa).await;
    let pushed = province.digitised("MC-1", &pdf(900)).await;
    let wish = look_up("MC-1", &hoa.identity_number);
    let answer = taken(province.json("/giay-to-so-hoa", &wish).await).await;
    let papers = answer["result"]["GiayToSoHoa"].as_array().unwrap();
    assert_eq!(papers.len(), 1);
    let expected = json!({
        "ten": "Giấy khai sinh.pdf", "ma": pushed["entry_id"], "maDinhDanh": hoa.identity_number, "maGiayTo": "birth-certificate",
        "maGiayToKhoQuocGia": format!("{}.birth-certificate.12/2019", hoa.identity_number), "donViId": AGENCY,
        "nguoiSoHoa": OFFICER_NAME, "coQuanBanHanh": "UBND xã Suối Mơ", "soKyHieu": "12/2019", "loaiSoHoa": "birth",
        "maHoSo": opened["MaHoSoKho"], "maTTHC": "9.000001", "maLinhVuc": "civil-status", "dungLuong": "900",
        "trangThaiSoHoa": "2", "thoiHanVinhVien": "1",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&papers[0][field], value, "{field}");
    }
    assert_eq!(text(&papers[0]["thoiGianSoHoa"]).len(), 14);
    let link = text(&papers[0]["dinhKem"]["DuongDan"]);
    let path = &link[link.find("/tep/").unwrap()..];
    assert_eq!(province.program.request(Method::GET, path).send().await.unwrap().status(), 200);
}
