//! The papers and results that a dossier's message names, and what became of each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{said, value};
use crate::domain::problem::{Problem, Result};
use crate::services::mapping::pushed_papers::Slot;

/// A paper that was handed in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(xml(name = "TaiLieuNop"))]
#[expect(dead_code, reason = "some of the field's names are read and not kept")]
pub struct NamedFile {
    /// The system's own key of the file.
    #[schema(max_length = 128, example = "1")]
    tep_dinh_kem_id: String,
    /// File name.
    #[schema(max_length = 255, example = "Giấy chứng sinh.pdf")]
    ten_tep_dinh_kem: Option<String>,
    /// `1`: the system took it out. It stays in the vault, which is its owner's.
    #[schema(max_length = 5, example = "0")]
    is_deleted: Option<String>,
    /// Code of the component.
    #[schema(max_length = 64, example = "CS1")]
    ma_thanh_phan_ho_so: String,
    /// Where its system keeps it.
    #[schema(max_length = 2000, example = "https://mot-cua.example.vn/tep/1")]
    duong_dan_tai_tep_tin: Option<String>,
    /// `1`: digitised by an officer. Read, not counted.
    #[schema(max_length = 5, example = "1")]
    duoc_so_hoa: Option<String>,
    /// `1`: used again. Read, not counted: what is used again is known from the attachments.
    #[schema(max_length = 5, example = "0")]
    duoc_tai_su_dung: Option<String>,
    /// `1`: taken from the national vault. Read, not counted.
    #[serde(rename = "DuocLayTuKhoDMQG")]
    #[schema(max_length = 5, example = "0")]
    duoc_lay_tu_kho_dmqg: Option<String>,
    /// Code of a result in its place. Not kept.
    #[schema(max_length = 64, example = "birth-registration")]
    ma_ket_qua_thay_the: Option<String>,
}

/// A result of the procedure.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(xml(name = "DanhSachGiayToKetQua"))]
#[expect(dead_code, reason = "some of the field's names are read and not kept")]
pub struct NamedResult {
    /// What it is called.
    #[schema(max_length = 255, example = "Giấy khai sinh.pdf")]
    ten_giay_to: Option<String>,
    /// Component that it answers. Not kept.
    #[schema(max_length = 64, example = "CS1")]
    ma_thanh_phan_ho_so: Option<String>,
    /// The system's own key of the result.
    #[schema(max_length = 128, example = "KQ1")]
    giay_to_id: String,
    /// Where its system keeps it.
    #[schema(max_length = 2000, example = "https://mot-cua.example.vn/ket-qua/1")]
    duong_dan_tep_tin_ket_qua: Option<String>,
    /// Code of its type of result.
    #[schema(max_length = 64, example = "birth-registration")]
    ma_giay_to_ket_qua: Option<String>,
}

/// What became of a paper that was named.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct NamedFileAnswer {
    /// As it was sent.
    #[schema(example = "1")]
    tep_dinh_kem_id: String,
    /// As it was sent.
    #[schema(example = "CS1")]
    ma_thanh_phan_ho_so: String,
    /// `DA_CO`: it is here. `CAN_GUI`: send it to `DuongDanGui`. `BO_QUA`: nothing is to be done.
    #[schema(example = "CAN_GUI")]
    ket_qua: &'static str,
    /// SHA-256 of what is here, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    ma_bam: Option<String>,
    /// Where it is sent by `PUT`, as a form: `/integration/v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://kho.example.vn/integration/v1/dossiers/H52.10-26-000123/components/CS1/files/1"
    )]
    duong_dan_gui: Option<String>,
}

/// What became of a result that was named.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct NamedResultAnswer {
    /// As it was sent.
    #[schema(example = "KQ1")]
    giay_to_id: String,
    /// `DA_CO`: it is here. `CAN_GUI`: send it to `DuongDanGui`.
    #[schema(example = "CAN_GUI")]
    ket_qua: &'static str,
    /// SHA-256 of what is here, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    ma_bam: Option<String>,
    /// Where it is sent by `PUT`, as a form: `/integration/v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://kho.example.vn/integration/v1/dossiers/H52.10-26-000123/results/KQ1")]
    duong_dan_gui: Option<String>,
}

/// A paper that was named, and where it belongs.
pub(super) struct Named {
    pub slot: Slot,
    is_deleted: bool,
}

/// What a message names twice, or calls so that no address can be made of it, is wrong.
pub(super) fn files_of(dossier: &str, files: &[NamedFile]) -> Result<Vec<Named>> {
    let mut named = Vec::with_capacity(files.len());
    for file in files {
        value::flag("DuocSoHoa", said(&file.duoc_so_hoa))?;
        value::flag("DuocTaiSuDung", said(&file.duoc_tai_su_dung))?;
        value::flag("DuocLayTuKhoDMQG", said(&file.duoc_lay_tu_kho_dmqg))?;
        let is_deleted = value::flag("IsDeleted", said(&file.is_deleted))?.unwrap_or(false);
        let component = Some(key("MaThanhPhanHoSo", &file.ma_thanh_phan_ho_so)?);
        let key = key("TepDinhKemId", &file.tep_dinh_kem_id)?;
        let slot = Slot { dossier: dossier.to_owned(), component, key };
        named.push(Named { slot, is_deleted });
    }
    Ok(named)
}

pub(super) fn results_of(dossier: &str, results: &[NamedResult]) -> Result<Vec<Named>> {
    let named = |result: &NamedResult| {
        let key = key("GiayToId", &result.giay_to_id)?;
        Ok(Named { slot: Slot { dossier: dossier.to_owned(), component: None, key }, is_deleted: false })
    };
    results.iter().map(named).collect()
}

fn key(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if text.is_empty() || text.len() > 128 || !plain {
        return Err(Problem::field(field, "malformed"));
    }
    Ok(text.to_owned())
}

impl Named {
    fn standing(&self, base: &str, held: Option<&[u8]>) -> (&'static str, Option<String>, Option<String>) {
        let Slot { dossier, component, key } = &self.slot;
        let hash = held.map(|sha256| data_encoding::HEXLOWER.encode(sha256));
        match (self.is_deleted, component) {
            (true, _) => ("BO_QUA", hash, None),
            (false, _) if held.is_some() => ("DA_CO", hash, None),
            (false, Some(component)) => {
                let address =
                    format!("{base}/integration/v1/dossiers/{dossier}/components/{component}/files/{key}");
                ("CAN_GUI", None, Some(address))
            }
            (false, None) => {
                let address = format!("{base}/integration/v1/dossiers/{dossier}/results/{key}");
                ("CAN_GUI", None, Some(address))
            }
        }
    }

    pub(super) fn answer(&self, base: &str, held: Option<&[u8]>) -> NamedFileAnswer {
        let (ket_qua, ma_bam, duong_dan_gui) = self.standing(base, held);
        NamedFileAnswer {
            tep_dinh_kem_id: self.slot.key.clone(),
            ma_thanh_phan_ho_so: self.slot.component.clone().unwrap_or_default(),
            ket_qua,
            ma_bam,
            duong_dan_gui,
        }
    }

    pub(super) fn answer_of_result(&self, base: &str, held: Option<&[u8]>) -> NamedResultAnswer {
        let (ket_qua, ma_bam, duong_dan_gui) = self.standing(base, held);
        NamedResultAnswer { giay_to_id: self.slot.key.clone(), ket_qua, ma_bam, duong_dan_gui }
    }
}
