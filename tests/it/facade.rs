//! The façade's messages: JSON and XML say the same, dossiers follow, files are answered for, and hostile documents are refused.

use kho::domain::clock::Clock;
use kho::sql;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::dossier_world::RESULT;
use crate::facade_world::{Province, dossier, look_up, xml};
use crate::pushes::{send_paper, taken};
use crate::support::{AGENCY, pdf, text};

/// The status and the text of an answer in XML.
async fn in_xml(answer: Response, media_type: &str) -> (u16, String) {
    assert_eq!(answer.headers()["content-type"], media_type);
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What stands in an element that occurs once.
fn said(document: &str, name: &str) -> String {
    let after =
        document.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {document}")).1;
    after.split_once(&format!("</{name}>")).unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_the_same_in_json_and_in_xml() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    let message = dossier("MC-1", &hoa.identity_number);

    let opened = province.json("/dong-bo-ho-so", &message).await;
    assert_eq!(opened.status(), 201);
    let opened: Value = opened.json().await.unwrap();
    assert_eq!((&opened["errorCode"], &opened["result"]["KetQua"]), (&json!("0"), &json!("created")));

    // The same in XML is the same: under one key it changes nothing.
    let again = province.xml("/dong-bo-ho-so", "DongBoHoSo", &message).await;
    let (status, again) = in_xml(again, "application/xml").await;
    assert_eq!((status, said(&again, "KetQua")), (200, "unchanged".to_owned()));
    assert_eq!(said(&again, "MaHoSoKho"), text(&opened["result"]["MaHoSoKho"]));

    // Under another key it opens another, which says the same of itself.
    let mut other = message.clone();
    other["MaHoSo"] = json!("MC-2");
    let answer = province.xml("/dong-bo-ho-so", "DongBoHoSo", &other).await;
    let (status, answer) = in_xml(answer, "application/xml").await;
    assert_eq!(
        (status, said(&answer, "errorCode"), said(&answer, "TrangThai")),
        (201, "0".to_owned(), "processing".to_owned())
    );
    let mut seen = Vec::new();
    for code in [text(&opened["result"]["MaHoSoKho"]), said(&answer, "MaHoSoKho")] {
        let dossiers = hoa.get("/dossiers").await;
        let found = dossiers["items"].as_array().unwrap().iter().find(|item| item["code"] == code.as_str());
        let mut page = hoa.get(&format!("/dossiers/{}", text(&found.unwrap()["id"]))).await;
        assert_eq!(page["summary"], "Khai sinh cho con <An> & Bình");
        assert_eq!(page["received_at"], "2026-11-26T01:30:00Z");
        assert_eq!(page["due_on"], "2026-12-03");
        assert_eq!(page["state"], "processing");
        for own in ["id", "code", "moves", "created_at", "updated_at", "submitted_at"] {
            page.as_object_mut().unwrap().remove(own);
        }
        seen.push(page);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_come_in_the_form_of_the_message_and_name_its_fields() {
    let province = Province::start().await;
    let mut message = dossier("MC-1", "099200000001");
    message["MaTTHC"] = json!("khong-co");
    let refused = province.json("/dong-bo-ho-so", &message).await;
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(
        [&body["code"], &body["errorCode"], &body["field"]],
        ["invalid_input", "invalid_input", "MaTTHC"]
    );
    assert_eq!(body["message"], body["detail"]);
    let refused = province.xml("/dong-bo-ho-so", "DongBoHoSo", &message).await;
    let (status, body) = in_xml(refused, "application/problem+xml").await;
    assert_eq!(
        (status, said(&body, "errorCode"), said(&body, "field")),
        (422, "invalid_input".to_owned(), "MaTTHC".to_owned())
    );
    assert!(body.contains("<problem xmlns=\"urn:ietf:rfc:7807\">"), "{body}");

    for (field, value) in [
        ("SoGiayToChuHoSo", "12"),
        ("MaDonVi", "H00.00"),
        ("NgayTiepNhan", "hôm qua đó"),
        ("NgayTra", "20261399"),
        ("TrangThaiHoSo", "11"),
        ("SoDienThoai", "113"),
        ("Email", "a@b"),
        ("ChuHoSo", "\u{7}"),
        ("MaHoSo", "có dấu"),
    ] {
        let mut message = dossier("MC-1", "099200000001");
        message[field] = json!(value);
        let refused = province.json("/dong-bo-ho-so", &message).await;
        let body: Value = refused.json().await.unwrap();
        assert_eq!([&body["status"], &body["field"]], [&json!(422), &json!(field)], "{body}");
    }
    let mut message = dossier("MC-1", "099200000001");
    message["TaiLieuNop"] =
        json!([{ "TepDinhKemId": "1", "MaThanhPhanHoSo": "birth", "DuocTaiSuDung": "có" }]);
    let body: Value = province.json("/dong-bo-ho-so", &message).await.json().await.unwrap();
    assert_eq!(body["field"], "DuocTaiSuDung");
    // Nobody was made a vault for by any of it.
    let mut tx = province.pushing.app.kho.db.read().await.unwrap();
    let (dossiers,): (i64,) = sql!(tx, one(i64,), "SELECT COUNT(*) FROM dossier").unwrap();
    assert_eq!(dossiers, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_follows_what_its_numbers_say() {
    let province = Province::start().await;
    let states = [
        ("2", "received"),
        ("5", "supplement_requested"),
        ("6", "processing"),
        ("9", "decided"),
        ("10", "returned"),
    ];
    for (number, state) in states {
        let mut message = dossier("MC-1", "099200000001");
        message["TrangThaiHoSo"] = json!(number);
        let answer = taken(province.json("/dong-bo-ho-so", &message).await).await;
        assert_eq!(answer["result"]["TrangThai"], state, "{number}");
    }
    let endings = [("3", "refused"), ("7", "withdrawn"), ("8", "refused"), ("decided", "decided")];
    for (place, (number, state)) in endings.into_iter().enumerate() {
        let mut message = dossier(&format!("MC-2{place}"), "099200000001");
        message["TrangThaiHoSo"] = json!(number);
        let answer = taken(province.json("/dong-bo-ho-so", &message).await).await;
        assert_eq!(answer["result"]["TrangThai"], state, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_asked_for_until_they_are_here_and_flags_count_nothing() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    let mut message = dossier("MC-1", &hoa.identity_number);
    message["TaiLieuNop"] = json!([
        { "TepDinhKemId": "1", "TenTepDinhKem": "a.pdf", "MaThanhPhanHoSo": "birth", "DuocSoHoa": "1", "DuocTaiSuDung": "1", "DuocLayTuKhoDMQG": "1" },
        { "TepDinhKemId": "2", "MaThanhPhanHoSo": "birth", "IsDeleted": "1" },
    ]);
    message["DanhSachGiayToKetQua"] =
        json!([{ "GiayToId": "KQ1", "TenGiayTo": "Kết quả.pdf", "MaGiayToKetQua": RESULT }]);
    let first = taken(province.json("/dong-bo-ho-so", &message).await).await["result"].clone();
    let states = |result: &Value| {
        let of = |list: &str| {
            result[list].as_array().unwrap().iter().map(|one| text(&one["KetQua"])).collect::<Vec<_>>()
        };
        (of("TaiLieuNop"), of("DanhSachGiayToKetQua"))
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(states(&first), (words(&["CAN_GUI", "BO_QUA"]), words(&["CAN_GUI"])));

    // They go where the answer says, and are there afterwards.
    let metadata = [json!({ "name": "a.pdf" }), json!({ "name": "Kết quả.pdf", "result_type": RESULT })];
    for (one, metadata) in
        [(&first["TaiLieuNop"][0], &metadata[0]), (&first["DanhSachGiayToKetQua"][0], &metadata[1])]
    {
        let address = text(&one["DuongDanGui"]);
        let path = &address[address.find("/dossiers/").unwrap()..];
        taken(send_paper(&province.pushing.program, path, metadata, &pdf(900)).await).await;
    }
    let again = taken(province.json("/dong-bo-ho-so", &message).await).await["result"].clone();
    assert_eq!(again["KetQua"], "unchanged");
    assert_eq!(states(&again), (words(&["DA_CO", "BO_QUA"]), words(&["DA_CO"])));
    assert_eq!(text(&again["TaiLieuNop"][0]["MaBam"]).len(), 64);
    // One file of the message in XML is a list too.
    let in_message = xml("DongBoHoSo", &message);
    let (_, answer) = in_xml(province.send_xml("/dong-bo-ho-so", in_message).await, "application/xml").await;
    assert_eq!(answer.matches("<TaiLieuNop>").count(), 2);
    assert_eq!(answer.matches("<KetQua>DA_CO</KetQua>").count(), 2);

    // The paper came with the dossier and was not compared: nothing was used again or digitised, whatever the flags say.
    let mut tx = province.pushing.app.kho.db.read().await.unwrap();
    let counted: Vec<(String, i64)> =
        sql!(tx, all(String, i64), "SELECT what, count FROM reuse_day ORDER BY what").unwrap();
    let counted = counted.iter().map(|(what, count)| (what.as_str(), *count)).collect::<Vec<_>>();
    let expected =
        [("component", 1), ("component_added", 1), ("component_with_file", 1), ("dossier", 1), ("result", 1)];
    assert_eq!(counted, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_synchronised_many_times_at_once_is_one_dossier() {
    let province = Province::start().await;
    let message = dossier("MC-1", "099200000001");
    let document = xml("DongBoHoSo", &message);
    let sent = (0..8).map(|n| {
        let (province, message, document) = (&province, &message, document.clone());
        async move {
            match n % 2 {
                0 => province.json("/dong-bo-ho-so", message).await,
                _ => province.send_xml("/dong-bo-ho-so", document).await,
            }
        }
    });
    let answers = futures::future::join_all(sent).await;
    let mut statuses = answers.iter().map(|answer| answer.status().as_u16()).collect::<Vec<_>>();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    let mut tx = province.pushing.app.kho.db.read().await.unwrap();
    let (dossiers, vaults): (i64, i64) = sql!(
        tx,
        one(i64, i64),
        "SELECT (SELECT COUNT(*) FROM dossier), (SELECT COUNT(*) FROM vault WHERE owner_code = '099200000001')"
    )
    .unwrap();
    assert_eq!((dossiers, vaults), (1, 1));
}

/// Every hostile or broken document, to every route that takes XML.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_documents_are_refused_with_a_problem() {
    let province = Province::start().await;
    let laughs = {
        let entity = |n: usize| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
        let entities = (1..10).map(entity).collect::<String>();
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">{entities}]><ROOT><MaHoSo>&l9;</MaHoSo></ROOT>"
        )
    };
    let quadratic = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\">]><ROOT><MaHoSo>{}</MaHoSo></ROOT>",
        "a".repeat(50_000),
        "&a;".repeat(20_000)
    );
    let utf_16 = "\u{FEFF}<ROOT/>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let documents: Vec<(Vec<u8>, &str)> = vec![
        (laughs.into(), "xml_document_type"),
        (quadratic.into(), "xml_document_type"),
        ("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ROOT><MaHoSo>&e;</MaHoSo></ROOT>".into(), "xml_document_type"),
        ("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/x.dtd\">%p;]><ROOT/>".into(), "xml_document_type"),
        ("<!DOCTYPE ROOT PUBLIC \"-//x//y\" \"http://127.0.0.1:9/x.dtd\"><ROOT/>".into(), "xml_document_type"),
        ("<ROOT><MaHoSo>&e;</MaHoSo></ROOT>".into(), "xml_entity"),
        ("<ROOT xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"file:///etc/passwd\" parse=\"text\"/></ROOT>".into(), "xml_prefix"),
        ("<?xml-stylesheet type=\"text/xsl\" href=\"http://127.0.0.1:9/x\"?><ROOT/>".into(), "xml_instruction"),
        (format!("{}{}", "<ROOT>".repeat(5_000), "</ROOT>".repeat(5_000)).into(), "xml_depth"),
        (format!("<ROOT>{}</ROOT>", "<a/>".repeat(2)).into(), "xml_repeated"),
        (format!("<ROOT>{}</ROOT>", (0..12_000).map(|n| format!("<a{n}/>")).collect::<String>()).into(), "xml_elements"),
        (format!("<ROOT {}/>", (0..3_000).map(|n| format!("xmlns:a{n}=\"u\" ")).collect::<String>()).into(), "xml_attribute"),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><ROOT/>".into(), "xml_encoding"),
        (b"<ROOT><MaHoSo>\xC3\x28</MaHoSo></ROOT>".to_vec(), "xml_encoding"),
        (utf_16, "xml_encoding"),
        ("<ROOT><MaHoSo>\u{1}</MaHoSo></ROOT>".into(), "xml_character"),
        ("<ROOT><MaHoSo>&#0;</MaHoSo></ROOT>".into(), "xml_malformed"),
        ("<ROOT><MaHoSo></ROOT>".into(), "xml_malformed"),
        ("<ROOT>".into(), "xml_malformed"),
        ("<ROOT/><ROOT/>".into(), "xml_malformed"),
        ("".into(), "xml_malformed"),
        ("{}".into(), "xml_malformed"),
        ("<KhongPhai/>".into(), "xml_root"),
    ];
    for (path, root) in
        [("/dong-bo-ho-so", "DongBoHoSo"), ("/tra-cuu-kho", "TraCuuKho"), ("/giay-to-so-hoa", "TraCuuKho")]
    {
        for (document, reason) in &documents {
            let named =
                String::from_utf8(document.clone()).map(|text| text.replace("ROOT", root).into_bytes());
            let document = named.unwrap_or_else(|_| document.clone());
            let shown = String::from_utf8_lossy(&document[..document.len().min(60)]).into_owned();
            let refused = province.send_xml(path, document).await;
            let (status, body) = in_xml(refused, "application/problem+xml").await;
            assert_eq!(
                (status, said(&body, "code"), said(&body, "reason")),
                (400, "body_malformed".to_owned(), (*reason).to_owned()),
                "{shown}"
            );
            assert!(!body.contains("root:"), "{body}");
        }
        let large = format!("<{root}>{}</{root}>", " ".repeat(300_000));
        let (status, _) = in_xml(province.send_xml(path, large).await, "application/problem+xml").await;
        assert_eq!(status, 413);
        // Well-formed, and no message: a field of objects, an object of text.
        for strange in [
            "<MaHoSo><a>1</a></MaHoSo>",
            "<TaiLieuNop>x</TaiLieuNop><DanhSachDanhMucKetQua>x</DanhSachDanhMucKetQua>",
            "",
        ] {
            let refused = province.send_xml(path, format!("<{root}>{strange}</{root}>")).await;
            let (status, body) = in_xml(refused, "application/problem+xml").await;
            assert_eq!((status, said(&body, "code")), (422, "invalid_input".to_owned()), "{body}");
        }
        let typed = |media_type: &'static str, body: &'static str| {
            let request = province.program.request(Method::POST, path).header("Content-Type", media_type);
            async move { request.body(body).send().await.unwrap().status().as_u16() }
        };
        assert_eq!(typed("application/xml; charset=windows-1258", "<TraCuuKho/>").await, 415);
        assert_eq!(typed("text/plain", "<TraCuuKho/>").await, 415);
        assert_eq!(typed("application/json", "{").await, 400);
        assert_eq!(typed("application/json", "\"x\"").await, 422);
        assert_eq!(typed("application/json", "[]").await, 422);
    }
}

/// What the page shows is what the server takes and answers.
#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_the_page_are_taken() {
    let change = |config: &mut kho::config::Config| {
        config.push_allow = vec!["mot-cua.example.vn:443".to_owned()];
    };
    let province = Province::start_with(Clock::System, change).await;
    let page = include_str!("../../docs/facade.md").replace("H52.10", AGENCY);
    let blocks = page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let (mut messages, mut answered) = (0, Value::Null);
    for (language, body) in blocks {
        let is_answer = body.contains("errorCode");
        let path = if body.contains("MaTTHC") { "/dong-bo-ho-so" } else { "/tra-cuu-kho" };
        let answer = match language {
            "json" if is_answer => {
                let shown: Value = serde_json::from_str(body).unwrap();
                if shown["result"]["MaHoSo"].is_string() {
                    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
                    assert_eq!(keys(&shown["result"]), keys(&answered["result"]));
                    for list in ["TaiLieuNop", "DanhSachGiayToKetQua"] {
                        let (shown, answered) = (&shown["result"][list][0], &answered["result"][list][0]);
                        assert_eq!(keys(shown), keys(answered));
                        for name in ["KetQua", "MaLoi", "LyDo"] {
                            assert_eq!(shown[name], answered[name]);
                        }
                    }
                }
                continue;
            }
            "json" => province.json(path, &serde_json::from_str(body).unwrap()).await,
            "xml" if !is_answer => {
                let request =
                    province.program.request(Method::POST, path).header("Content-Type", "application/xml");
                request.header("Accept", "application/json").body(body.to_owned()).send().await.unwrap()
            }
            _ => continue,
        };
        let answer = taken(answer).await;
        assert_eq!(answer["errorCode"], "0");
        if matches!(answer["result"]["KetQua"].as_str(), Some("created" | "updated")) {
            answered = answer;
        }
        messages += 1;
    }
    assert_eq!(messages, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_as_the_caller_would_have_them() {
    let province = Province::start().await;
    let hoa = province.pushing.app.person("hoa").await;
    province.dossier("MC-1", &hoa).await;
    province.digitised("MC-1", &pdf(900)).await;
    let wish = look_up("MC-1", &hoa.identity_number);
    let ask = |accept: &'static str| {
        let request =
            province.program.request(Method::POST, "/tra-cuu-kho").header("Accept", accept).json(&wish);
        async move { request.send().await.unwrap() }
    };
    let (status, found) = in_xml(ask("application/xml").await, "application/xml").await;
    assert_eq!(
        (status, said(&found, "errorCode"), said(&found, "TenTep")),
        (200, "0".to_owned(), "Giấy khai sinh.pdf".to_owned())
    );
    assert_eq!(ask("application/json").await.headers()["content-type"], "application/json");
    let asked = province.xml("/tra-cuu-kho", "TraCuuKho", &wish).await;
    let (status, found) = in_xml(asked, "application/xml").await;
    assert_eq!((status, said(&found, "SoKyHieu")), (200, "12/2019".to_owned()));
}
