//! A province system that speaks the field's names, for tests of the façade.

use kho::domain::clock::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::dossier_world::PROCEDURE;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Person, Program, text};

pub const OFFICER: &str = "099126000002";
pub const OFFICER_NAME: &str = "Trần Văn Bình";

/// A system that may do all for [`AGENCY`], also look papers up.
pub struct Province {
    pub pushing: Pushing,
    pub program: Program,
}

impl Province {
    pub async fn start() -> Self {
        Self::start_at(Clock::System).await
    }

    pub async fn start_at(clock: Clock) -> Self {
        Self::start_with(clock, |_| {}).await
    }

    pub async fn start_with(clock: Clock, change: impl FnOnce(&mut kho::config::Config)) -> Self {
        let pushing = Pushing::start_with(clock, change).await;
        let scopes = json!(["dossier_read", "dossier_write", "result_write", "paper_read"]);
        assert_eq!(pushing.one_stop.may(AGENCY, scopes).await.status(), 200);
        let program = Self::signed_in(&pushing).await;
        Self { pushing, program }
    }

    /// The program with a new token, speaking to the façade.
    pub async fn signed_in(pushing: &Pushing) -> Program {
        let mut program = pushing.one_stop.program(&pushing.app).await;
        program.base = format!("{}/facade/v1", pushing.app.url);
        program
    }

    pub async fn json(&self, path: &str, message: &Value) -> Response {
        self.program.send(Method::POST, path, message.clone()).await
    }

    pub async fn xml(&self, path: &str, root: &str, message: &Value) -> Response {
        self.send_xml(path, xml(root, message)).await
    }

    pub async fn send_xml(&self, path: &str, document: impl Into<reqwest::Body>) -> Response {
        let request = self.program.request(Method::POST, path).header("Content-Type", "application/xml");
        request.body(document).send().await.unwrap()
    }

    /// A dossier of an owner that the system synchronised under a key.
    pub async fn dossier(&self, key: &str, owner: &Person) -> Value {
        taken(self.json("/dong-bo-ho-so", &dossier(key, &owner.identity_number)).await).await["result"]
            .clone()
    }

    /// A birth certificate that the system digitised and put into the dossier's component.
    pub async fn digitised(&self, key: &str, bytes: &[u8]) -> Value {
        let metadata = json!({ "name": "Giấy khai sinh.pdf", "number": "12/2019", "authority": "UBND xã Suối Mơ", "compared_by": OFFICER_NAME });
        let path = format!("/dossiers/{key}/components/birth/files/1");
        taken(self.pushing.paper(&path, &metadata, bytes).await).await
    }

    /// The papers that a look-up finds.
    pub async fn found(&self, wish: &Value) -> Vec<Value> {
        let answer = taken(self.json("/tra-cuu-kho", wish).await).await;
        assert_eq!(answer["errorCode"], "0");
        answer["result"]["DanhSachGiayToKetQua"].as_array().unwrap().clone()
    }

    /// What the address of a found paper answers to a program.
    pub async fn fetch(&self, program: &Program, found: &Value) -> Response {
        let link = text(&found["DanhSachTepDinhKem"][0]["DuongDan"]);
        let path = &link[link.find("/tep/").unwrap()..];
        program.request(Method::GET, path).send().await.unwrap()
    }
}

/// What a system says of a dossier.
pub fn dossier(key: &str, owner: &str) -> Value {
    json!({
        "MaHoSo": key, "MaDonVi": AGENCY, "MaTTHC": PROCEDURE, "SoGiayToChuHoSo": owner, "ChuHoSo": "Nguyễn Thị Lan", "KenhThucHien": "1",
        "TrangThaiHoSo": "4", "NgayTiepNhan": "20261126083000", "NgayHenTra": "03/12/2026", "SoDienThoai": "0905123456",
        "TrichYeuHoSo": "Khai sinh cho con <An> & Bình",
    })
}

/// What an officer looks up.
pub fn look_up(key: &str, owner: &str) -> Value {
    json!({
        "MaHoSo": key, "SoDinhDanhChuSoHuu": owner, "SoDinhDanhNguoiYeuCau": OFFICER, "HoTenNguoiYeuCau": OFFICER_NAME,
        "KenhThucHien": "1", "MaThuTuc": PROCEDURE, "DanhSachDanhMucKetQua": [],
    })
}

/// A message as XML: a list is its element once for each item.
pub fn xml(root: &str, message: &Value) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    element(&mut text, root, message);
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| element(text, name, item)),
        Value::Object(fields) => {
            text.push_str(&format!("<{name}>"));
            fields.iter().for_each(|(name, value)| element(text, name, value));
            text.push_str(&format!("</{name}>"));
        }
        Value::String(said) => {
            let said = said.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.push_str(&format!("<{name}>{said}</{name}>"));
        }
        Value::Null => {}
        other => text.push_str(&format!("<{name}>{other}</{name}>")),
    }
}
