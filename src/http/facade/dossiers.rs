//! Dossiers as province systems synchronise them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use kho_mapping::dossier::State;
use kho_mapping::reasons::{RefusalReason, SupplementReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::files::{NamedFile, NamedFileAnswer, NamedResult, NamedResultAnswer, Place, files_of, results_of};
use super::wire::{Message, Read, answer};
use super::xml::Grammar;
use super::{Envelope, in_words_of, said, value};
use crate::domain::identity::{Email, FullName, OrganisationCode, Phone};
use crate::domain::problem::{Problem, Result};
use crate::http::extract::Caller;
use crate::services::Kho;
use crate::services::mapping::pushes::{DossierPush, PushOutcome};

/// What is told of a refusal or a supplement whose reason the system does not say.
const NO_REASON: &str = "Hệ thống một cửa không nêu lý do.";

/// A dossier as its own system knows it: all that it says now, each time. Names that are not among these are read over.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(xml(name = "DongBoHoSo"))]
#[expect(dead_code, reason = "some of the field's names are read and not kept")]
pub struct DossierMessage {
    /// The system's own key of the dossier.
    #[schema(max_length = 128, example = "H52.10-26-000123")]
    ma_ho_so: String,
    /// Code of the agency that receives it; where nothing is said, what `MaHoSo` begins with up to the first `-`. Does not change. (Ours: the
    /// field's message names it in its envelope.)
    #[schema(max_length = 35, example = "H52.10")]
    ma_don_vi: Option<String>,
    /// Code of the procedure.
    #[serde(rename = "MaTTHC")]
    #[schema(max_length = 64, example = "1.001193")]
    ma_tthc: String,
    /// Name of the procedure. Not kept: the catalogue has it.
    #[serde(rename = "TenTTHC")]
    #[schema(max_length = 1000, example = "Đăng ký khai sinh")]
    ten_tthc: Option<String>,
    /// Field of the procedure. Not kept: the catalogue has it.
    #[schema(max_length = 64, example = "civil-status")]
    ma_linh_vuc: Option<String>,
    /// How it was handed in. Not kept.
    #[schema(max_length = 10, example = "1")]
    kenh_thuc_hien: Option<String>,
    /// Identity number of the person whose dossier it is, or code of the organisation. Does not change.
    #[schema(max_length = 35, example = "099126000001")]
    so_giay_to_chu_ho_so: String,
    /// Name of the owner: needed where there is no vault yet.
    #[schema(max_length = 200, example = "Nguyễn Thị Lan")]
    chu_ho_so: Option<String>,
    /// Kind of owner. Not kept: the number says it.
    #[schema(max_length = 10, example = "1")]
    loai_doi_tuong: Option<String>,
    /// The owner's account at the national portal. Not kept.
    #[schema(max_length = 100, example = "4d1f")]
    ma_doi_tuong: Option<String>,
    /// Contact.
    #[schema(max_length = 254, example = "lan@example.vn")]
    email: Option<String>,
    /// Contact.
    #[schema(max_length = 20, example = "0905123456")]
    so_dien_thoai: Option<String>,
    /// What it is about.
    #[schema(max_length = 2000, example = "Đăng ký khai sinh cho con Nguyễn Minh An")]
    trich_yeu_ho_so: Option<String>,
    /// When it was handed in. Not kept: the receipt counts.
    #[schema(max_length = 35, example = "20261126081500")]
    ngay_nop_ho_so: Option<String>,
    /// When it was received; when it was told here, if nothing is said.
    #[schema(max_length = 35, example = "20261126083000")]
    ngay_tiep_nhan: Option<String>,
    /// Last day on which the result is due; reckoned from the procedure, if nothing is said.
    #[schema(max_length = 35, example = "20261203170000")]
    ngay_hen_tra: Option<String>,
    /// Where it stands: `1`, `2` received, `3` refused, `4`, `6` processing, `5` waits for a supplement, `7` withdrawn, `8` stopped (refused),
    /// `9` decided, `10` returned; or a word of `/integration/v1`. Received if nothing is said.
    #[schema(max_length = 32, example = "4")]
    trang_thai_ho_so: Option<String>,
    /// Why it was refused, or what is missing: told to the submitter. (Ours.)
    #[schema(max_length = 2000, example = "Thiếu giấy chứng sinh.")]
    ly_do: Option<String>,
    /// When the result was returned. Not kept: the move to `10` is.
    #[schema(max_length = 35, example = "20261202100000")]
    ngay_tra: Option<String>,
    /// How the result is handed over. Not kept.
    #[schema(max_length = 10, example = "1")]
    hinh_thuc: Option<String>,
    /// When it was decided. Not kept: the move to `9` is.
    #[schema(max_length = 35, example = "20261202090000")]
    ngay_ket_thuc_xu_ly: Option<String>,
    /// The agency that processes it, where its code is said; a name is read over, and the receiving one is meant.
    #[schema(max_length = 500, example = "H52.10")]
    don_vi_xu_ly: Option<String>,
    /// From which portal it came. Not kept.
    #[schema(max_length = 10, example = "2")]
    noi_nop_ho_so: Option<String>,
    /// The papers that were handed in, up to 200 together with the results.
    #[serde(default)]
    #[schema(max_items = 200)]
    tai_lieu_nop: Vec<NamedFile>,
    /// The results.
    #[serde(default)]
    #[schema(max_items = 200)]
    danh_sach_giay_to_ket_qua: Vec<NamedResult>,
}

impl Message for DossierMessage {
    const GRAMMAR: Grammar = Grammar { root: "DongBoHoSo", lists: &["TaiLieuNop", "DanhSachGiayToKetQua"] };
}

/// What the services call a field, and what the message does.
const WORDS: &[(&str, &str)] = &[
    ("key", "MaHoSo"),
    ("receiving_agency", "MaDonVi"),
    ("processing_agency", "DonViXuLy"),
    ("procedure", "MaTTHC"),
    ("owner_identity", "SoGiayToChuHoSo"),
    ("owner_name", "ChuHoSo"),
    ("summary", "TrichYeuHoSo"),
    ("reason_code", "TrangThaiHoSo"),
    ("note", "LyDo"),
    ("papers", "TaiLieuNop"),
];

impl DossierMessage {
    fn push(&self) -> Result<DossierPush> {
        let state = value::state(said(&self.trang_thai_ho_so))?;
        let reason_code = match state {
            State::Refused => Some(RefusalReason::Other.as_str().to_owned()),
            State::SupplementRequested => Some(SupplementReason::Other.as_str().to_owned()),
            _ => None,
        };
        let note = said(&self.ly_do).map(str::to_owned);
        let note = note.or_else(|| reason_code.is_some().then(|| NO_REASON.to_owned()));
        let code_in_key = || self.ma_ho_so.split('-').next().unwrap_or_default();
        let is_code = |text: &&str| OrganisationCode::parse(text).is_ok();
        // Read so that what is wrong is told, though it is not kept.
        for (field, text) in [
            ("NgayNopHoSo", &self.ngay_nop_ho_so),
            ("NgayTra", &self.ngay_tra),
            ("NgayKetThucXuLy", &self.ngay_ket_thuc_xu_ly),
        ] {
            value::time(field, said(text))?;
        }
        Ok(DossierPush {
            procedure: self.ma_tthc.trim().to_owned(),
            owner_identity: self.so_giay_to_chu_ho_so.clone(),
            owner_name: parsed("ChuHoSo", &self.chu_ho_so, FullName::parse)?,
            receiving_agency: said(&self.ma_don_vi).unwrap_or_else(code_in_key).to_owned(),
            processing_agency: said(&self.don_vi_xu_ly).filter(is_code).map(str::to_owned),
            submitter_name: None,
            submitter_identity: None,
            phone: parsed("SoDienThoai", &self.so_dien_thoai, Phone::parse)?,
            email: parsed("Email", &self.email, Email::parse)?,
            address: None,
            summary: said(&self.trich_yeu_ho_so).map(str::to_owned),
            conditions: Vec::new(),
            received_at: value::time("NgayTiepNhan", said(&self.ngay_tiep_nhan))?,
            due_on: value::day("NgayHenTra", said(&self.ngay_hen_tra))?,
            state,
            reason_code,
            note,
        })
    }
}

fn parsed<T, E>(
    field: &'static str,
    text: &Option<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>> {
    said(text).map(|text| parse(text).map_err(|_| Problem::field(field, "malformed"))).transpose()
}

/// What a synchronisation did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DossierAnswer {
    /// As it was sent.
    #[schema(example = "H52.10-26-000123")]
    ma_ho_so: String,
    /// The code under which people find it here.
    #[schema(example = "H52.10-261126-0001-M")]
    ma_ho_so_kho: String,
    /// `created`, `updated` or `unchanged`.
    #[schema(example = "created")]
    ket_qua: String,
    /// Where it stands, in the words of `/integration/v1`.
    #[schema(example = "processing")]
    trang_thai: String,
    /// Of each paper that was named, in the same order, what is to be done.
    tai_lieu_nop: Vec<NamedFileAnswer>,
    /// Of each result that was named, in the same order, what is to be done.
    danh_sach_giay_to_ket_qua: Vec<NamedResultAnswer>,
}

/// Synchronise a dossier
///
/// Opens it, or brings it to what is said of it now; the same again changes nothing. Files that the message names by an address are fetched from
/// there; of each, the answer says whether it is here, is being fetched, is refused or where it is to be sent. Reuse flags are read and never counted: Kho counts from what really happened. Needs the scope
/// `dossier_write`.
#[utoipa::path(tag = "facade",
    request_body(content((DossierMessage = "application/json"), (DossierMessage = "application/xml"))),
    responses((status = 201, description = "The dossier was opened", content((Envelope<DossierAnswer> = "application/json"), (Envelope<DossierAnswer> = "application/xml"))),
        (status = 200, description = "The dossier was brought up to date, or was so before", content((Envelope<DossierAnswer> = "application/json"), (Envelope<DossierAnswer> = "application/xml")))))]
#[post("/dong-bo-ho-so")]
pub async fn sync_dossier(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    message: Read<DossierMessage>,
) -> Result<HttpResponse> {
    let message = message.0;
    let push = message.push()?;
    let key = message.ma_ho_so.trim();
    // What is wrong with the files is told before anything is done.
    let files = files_of(key, &message.tai_lieu_nop)?;
    let results = results_of(key, &message.danh_sach_giay_to_ket_qua)?;
    let translated = |problem| in_words_of(WORDS, problem);
    let pushed = kho.push_dossier(&caller.0, key, &push).await.map_err(translated)?;
    let places = files.iter().chain(&results).map(|named| Place::of(&kho, &named.slot)).collect::<Vec<_>>();
    let named = [files, results].concat();
    let standings = kho.take_named_papers(&caller.0, key, &named).await.map_err(translated)?;
    let mut answers = places.into_iter().zip(standings);
    let of_files = answers.by_ref().take(message.tai_lieu_nop.len());
    let result = DossierAnswer {
        ma_ho_so: key.to_owned(),
        ma_ho_so_kho: pushed.code,
        ket_qua: pushed.outcome.as_str().to_owned(),
        trang_thai: pushed.state,
        tai_lieu_nop: of_files.map(|(place, standing)| place.answer(standing)).collect(),
        danh_sach_giay_to_ket_qua: answers
            .map(|(place, standing)| place.answer_of_result(standing))
            .collect(),
    };
    let status = if pushed.outcome == PushOutcome::Created { StatusCode::CREATED } else { StatusCode::OK };
    answer(&request, status, &Envelope::of(result))
}
