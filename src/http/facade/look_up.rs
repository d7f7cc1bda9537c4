//! The look-up of papers in the vault, the digitised papers of a dossier, and the files of both.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::value::{written_day, written_time};
use super::wire::{Message, Read, answer};
use super::xml::Grammar;
use super::{Envelope, in_words_of, said};
use crate::domain::identity::{FullName, IdentityNumber};
use crate::domain::problem::{Problem, Result};
use crate::http::content;
use crate::http::extract::Caller;
use crate::services::Kho;
use crate::services::gate_look_up::{AsksAs, Requester};
use crate::services::mapping::look_ups::{FoundPaper, LookUp, LookedUpPapers, WantedPaper};

/// A kind of paper that is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(xml(name = "DanhSachDanhMucKetQua"))]
pub struct WantedMessage {
    /// Code of a type of result, or of a type of document.
    #[schema(max_length = 64, example = "birth-registration")]
    ma_ket_qua: String,
    /// Number of the paper, where only that one is looked for.
    #[schema(max_length = 100, example = "123/2026")]
    so_ky_hieu: Option<String>,
}

/// A look-up in the vault, for somebody, within a dossier.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(xml(name = "TraCuuKho"))]
pub struct LookUpMessage {
    /// The dossier within which papers are looked for: the system's own key, or the code of one that was opened here. Without it nothing is
    /// found, and the owner sees that somebody tried.
    #[schema(max_length = 128, example = "H52.10-26-000123")]
    ma_ho_so: Option<String>,
    /// Identity number of the owner, or code of the organisation.
    #[schema(max_length = 35, example = "099126000001")]
    so_dinh_danh_chu_so_huu: String,
    /// Identity number of whoever asks: the officer, never the owner in the officer's place.
    #[schema(max_length = 12, example = "099126000002")]
    so_dinh_danh_nguoi_yeu_cau: String,
    /// Name of whoever asks. The owner reads it.
    #[schema(max_length = 200, example = "Trần Văn Bình")]
    ho_ten_nguoi_yeu_cau: String,
    /// `1` an officer asks, `2` the citizen: the owner, or who handed the dossier in.
    #[schema(max_length = 1, example = "1")]
    kenh_thuc_hien: String,
    /// Code of the dossier's procedure.
    #[schema(max_length = 64, example = "1.001193")]
    ma_thu_tuc: String,
    /// Kinds of paper, at most 100; all where none is named.
    #[serde(default)]
    #[schema(max_items = 100)]
    danh_sach_danh_muc_ket_qua: Vec<WantedMessage>,
}

impl Message for LookUpMessage {
    const GRAMMAR: Grammar = Grammar { root: "TraCuuKho", lists: &["DanhSachDanhMucKetQua"] };
}

impl LookUpMessage {
    fn wish(self) -> Result<LookUp> {
        let requester = Requester {
            name: FullName::parse(&self.ho_ten_nguoi_yeu_cau)
                .map_err(|_| Problem::field("HoTenNguoiYeuCau", "malformed"))?
                .as_str()
                .to_owned(),
            identity: IdentityNumber::parse(&self.so_dinh_danh_nguoi_yeu_cau)
                .map_err(|_| Problem::field("SoDinhDanhNguoiYeuCau", "malformed"))?
                .as_str()
                .to_owned(),
            asks_as: match self.kenh_thuc_hien.trim() {
                "1" => AsksAs::Officer,
                "2" => AsksAs::Citizen,
                _ => return Err(Problem::field("KenhThucHien", "unknown")),
            },
        };
        let wanted = |one: WantedMessage| {
            let code = one.ma_ket_qua.trim().to_owned();
            (!code.is_empty())
                .then(|| WantedPaper { number: said(&one.so_ky_hieu).map(str::to_owned), code })
                .ok_or_else(|| Problem::field("MaKetQua", "missing"))
        };
        Ok(LookUp {
            dossier: said(&self.ma_ho_so).map(str::to_owned),
            owner: self.so_dinh_danh_chu_so_huu,
            requester,
            procedure: self.ma_thu_tuc.trim().to_owned(),
            wanted: self.danh_sach_danh_muc_ket_qua.into_iter().map(wanted).collect::<Result<_>>()?,
        })
    }
}

const WORDS: &[(&str, &str)] =
    &[("owner_identity", "SoDinhDanhChuSoHuu"), ("wanted", "DanhSachDanhMucKetQua")];

async fn look(kho: &Kho, caller: &Caller, message: LookUpMessage) -> Result<LookedUpPapers> {
    let wish = message.wish()?;
    kho.look_papers_up(&caller.0, &wish).await.map_err(|problem| in_words_of(WORDS, problem))
}

/// A file of a paper.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FileAnswer {
    /// File name.
    #[schema(example = "Giấy khai sinh.pdf")]
    ten_tep: String,
    /// Where it is fetched from, within an hour, with the token of the system that looked it up.
    #[schema(example = "https://kho.example.vn/facade/v1/tep/AbCd…")]
    duong_dan: String,
}

/// A paper that was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FoundAnswer {
    /// The code it was asked for by; its type of result, or of document, where none was named.
    #[schema(example = "birth-registration")]
    ma_ket_qua: String,
    /// What the paper is called.
    #[schema(example = "Giấy khai sinh của Nguyễn Minh An")]
    ten_giay_to: String,
    /// Number of the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "123/2026")]
    so_ky_hieu: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "UBND xã Suối Mơ")]
    co_quan_chu_quan: Option<String>,
    /// Its file.
    danh_sach_tep_dinh_kem: Vec<FileAnswer>,
}

/// The papers that were found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LookUpAnswer {
    /// Those in the dossier first, then those that fit it where the owner consented or an authority was named.
    danh_sach_giay_to_ket_qua: Vec<FoundAnswer>,
}

fn link(kho: &Kho, found: &FoundPaper) -> String {
    format!("{}/facade/v1/tep/{}", kho.settings.public_url.trim_end_matches('/'), found.ticket)
}

fn title(found: &FoundPaper) -> String {
    found.paper.title.clone().unwrap_or_else(|| found.paper.name.clone())
}

/// Look papers up
///
/// Within a dossier of the system's agencies: the papers that are in it, and those of the owner that fit it where there is a ground to look
/// for them. Everything else is refused. The owner sees who asked, refused or not. Needs the scope `paper_read`.
#[utoipa::path(tag = "facade",
    request_body(content((LookUpMessage = "application/json"), (LookUpMessage = "application/xml"))),
    responses((status = 200, description = "What was found", content((Envelope<LookUpAnswer> = "application/json"), (Envelope<LookUpAnswer> = "application/xml")))))]
#[post("/tra-cuu-kho")]
pub async fn look_up(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    message: Read<LookUpMessage>,
) -> Result<HttpResponse> {
    let found = look(&kho, &caller, message.0).await?;
    let paper = |found: &FoundPaper| FoundAnswer {
        ma_ket_qua: found.kind_code.clone(),
        ten_giay_to: title(found),
        so_ky_hieu: found.paper.number.clone(),
        co_quan_chu_quan: found.paper.authority.clone(),
        danh_sach_tep_dinh_kem: vec![FileAnswer {
            ten_tep: found.paper.name.clone(),
            duong_dan: link(&kho, found),
        }],
    };
    let papers = found.papers.iter().map(paper).collect();
    answer(&request, StatusCode::OK, &Envelope::of(LookUpAnswer { danh_sach_giay_to_ket_qua: papers }))
}

/// A paper as systems of digitised papers know it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DigitisedAnswer {
    /// What the paper is called.
    #[schema(example = "Giấy khai sinh của Nguyễn Minh An")]
    ten: String,
    /// Id of the paper here.
    #[schema(example = "0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90")]
    ma: String,
    /// Owner, kind and number put together, where the paper has a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "099126000001.birth-certificate.123/2026")]
    ma_giay_to_kho_quoc_gia: Option<String>,
    /// Identity number of the owner, or code of the organisation.
    #[schema(example = "099126000001")]
    ma_dinh_danh: String,
    /// Code of the type of document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "birth-certificate")]
    ma_giay_to: Option<String>,
    /// Code of the agency for which the system asked.
    #[schema(example = "H52.10")]
    don_vi_id: String,
    /// The officer who compared it with the original, else who put it into the dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Trần Văn Bình")]
    nguoi_so_hoa: Option<String>,
    /// When that was, in Viet Nam.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "20261126083000")]
    thoi_gian_so_hoa: Option<String>,
    /// Day of issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "20190312")]
    ngay_ban_hanh: Option<String>,
    /// Last day on which it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "20290312")]
    thoi_han_hieu_luc: Option<String>,
    /// `1` where papers of its type hold for ever, else `0`.
    #[schema(example = "1")]
    thoi_han_vinh_vien: &'static str,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "UBND xã Suối Mơ")]
    co_quan_ban_hanh: Option<String>,
    /// Number of the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "123/2026")]
    so_ky_hieu: Option<String>,
    /// Code of the component that it answers.
    #[schema(example = "CS1")]
    loai_so_hoa: String,
    /// Its file.
    dinh_kem: FileAnswer,
    /// Code of the dossier here.
    #[schema(example = "H52.10-261126-0001-M")]
    ma_ho_so: String,
    /// Code of the procedure.
    #[serde(rename = "maTTHC")]
    #[schema(example = "1.001193")]
    ma_tthc: String,
    /// Code of the procedure's field.
    #[schema(example = "civil-status")]
    ma_linh_vuc: String,
    /// Name of whose paper it is.
    #[schema(example = "Nguyễn Thị Lan")]
    chu_giay_to: String,
    /// Name of whose dossier it is.
    #[schema(example = "Nguyễn Thị Lan")]
    chu_ho_so: String,
    /// Bytes of the file; none where a later version took its place in the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "184320")]
    dung_luong: Option<String>,
    /// How sure it is where the paper comes from: `1` added by its owner, `2` compared with the original, `3` signed by its issuer, `4` from a
    /// register.
    #[schema(example = "2")]
    trang_thai_so_hoa: String,
}

/// The papers as systems of digitised papers know them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DigitisedListAnswer {
    /// The same papers, in the same order, as the look-up finds.
    giay_to_so_hoa: Vec<DigitisedAnswer>,
}

/// List digitised papers
///
/// What the look-up of the same message finds, with all that is known of each paper. The same rules, the same record in the owner's trail.
#[utoipa::path(tag = "facade",
    request_body(content((LookUpMessage = "application/json"), (LookUpMessage = "application/xml"))),
    responses((status = 200, description = "What was found", content((Envelope<DigitisedListAnswer> = "application/json"), (Envelope<DigitisedListAnswer> = "application/xml")))))]
#[post("/giay-to-so-hoa")]
pub async fn list_digitised(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    message: Read<LookUpMessage>,
) -> Result<HttpResponse> {
    let found = look(&kho, &caller, message.0).await?;
    let papers = found.papers.iter().map(|paper| digitised(&kho, &found, paper)).collect();
    answer(&request, StatusCode::OK, &Envelope::of(DigitisedListAnswer { giay_to_so_hoa: papers }))
}

fn digitised(kho: &Kho, looked_up: &LookedUpPapers, found: &FoundPaper) -> DigitisedAnswer {
    let (paper, owner) = (&found.paper, &looked_up.owner);
    let by = found.compared.as_ref().or(found.attached.as_ref());
    let code = |number: &String| {
        let kind = paper.type_code.as_deref().unwrap_or_default();
        format!("{}.{kind}.{number}", owner.owner_code)
    };
    DigitisedAnswer {
        ten: title(found),
        ma: paper.entry_id.to_string(),
        ma_giay_to_kho_quoc_gia: paper.number.as_ref().map(code),
        ma_dinh_danh: owner.owner_code.clone(),
        ma_giay_to: paper.type_code.clone(),
        don_vi_id: looked_up.agency.clone(),
        nguoi_so_hoa: by.map(|(name, _)| name.clone()),
        thoi_gian_so_hoa: by.map(|(_, at)| written_time(*at)),
        ngay_ban_hanh: paper.issued_on.map(written_day),
        thoi_han_hieu_luc: paper.expires_on.map(written_day),
        thoi_han_vinh_vien: if found.is_permanent { "1" } else { "0" },
        co_quan_ban_hanh: paper.authority.clone(),
        so_ky_hieu: paper.number.clone(),
        loai_so_hoa: found.component.clone(),
        dinh_kem: FileAnswer { ten_tep: paper.name.clone(), duong_dan: link(kho, found) },
        ma_ho_so: looked_up.dossier.code.clone(),
        ma_tthc: looked_up.dossier.procedure_code.clone(),
        ma_linh_vuc: looked_up.procedure.field.code.clone(),
        chu_giay_to: owner.owner_name.clone(),
        chu_ho_so: owner.owner_name.clone(),
        dung_luong: found.size_bytes.map(|size| size.to_string()),
        trang_thai_so_hoa: paper.trust_level.to_string(),
    }
}

/// Fetch a file
///
/// By the address that a look-up gave, within an hour, with the token of the system that looked. Access is decided anew: when the dossier was
/// closed or the consent withdrawn meanwhile, there is nothing. Ranges are honoured; the owner sees for whom the file was fetched.
#[utoipa::path(tag = "facade", params(("ticket" = String, Path, description = "As the look-up gave it", example = "AbCd", max_length = 4000),
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/tep/{ticket}")]
pub async fn fetch_file(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    ticket: web::Path<String>,
) -> Result<HttpResponse> {
    let opened = kho.open_looked_up(&caller.0, &ticket, content::asked(&request)).await?;
    content::answer(&kho, &request, &opened, false).await
}
