//! The papers and results that a dossier's message names, and what became of each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{in_words_of, said, value};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::mapping::named_papers::{NamedPaper, NamedStanding};
use crate::services::mapping::pushed_papers::{PaperPush, Slot};

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
    /// Where its system keeps it: it is fetched from there, if that is a place that the administrator named.
    #[schema(max_length = 2000, example = "https://mot-cua.example.vn/tep/1.pdf")]
    duong_dan_tai_tep_tin: Option<String>,
    /// The citation code that the owner gave in the place of a file: what is cited is attached. (Ours.)
    #[schema(max_length = 300, example = "K3MT-7PXC-9FHJ")]
    ma_dan_nguon: Option<String>,
    /// SHA-256 of the file in hexadecimal; a mismatch stores nothing. (Ours.)
    #[schema(max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    ma_bam: Option<String>,
    /// Code of its type of document; the component's own where it takes only one. (Ours.)
    #[schema(max_length = 64, example = "birth-certificate")]
    ma_giay_to: Option<String>,
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
    /// Where its system keeps it: it is fetched from there, if that is a place that the administrator named.
    #[schema(max_length = 2000, example = "https://mot-cua.example.vn/ket-qua/1.pdf")]
    duong_dan_tep_tin_ket_qua: Option<String>,
    /// SHA-256 of the file in hexadecimal; a mismatch stores nothing. (Ours.)
    #[schema(max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    ma_bam: Option<String>,
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
    #[serde(flatten)]
    standing: StandingAnswer,
}

/// What became of a result that was named.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct NamedResultAnswer {
    /// As it was sent.
    #[schema(example = "KQ1")]
    giay_to_id: String,
    #[serde(flatten)]
    standing: StandingAnswer,
}

/// How a file stands.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StandingAnswer {
    /// `DA_CO`: it is here. `DANG_LAY`: it is being fetched. `CAN_GUI`: send it to `DuongDanGui`. `TU_CHOI`: it is refused. `BO_QUA`: nothing is
    /// to be done.
    #[schema(example = "CAN_GUI")]
    ket_qua: &'static str,
    /// SHA-256 of what is here, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    ma_bam: Option<String>,
    /// Code of the problem: why it is refused, or why the last attempt to fetch it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "source_not_allowed")]
    ma_loi: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "Kho không được phép tải tệp từ địa chỉ này. Hãy đề nghị quản trị viên khai địa chỉ."
    )]
    ly_do: Option<String>,
    /// The name that is wrong, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MaThanhPhanHoSo")]
    truong: Option<String>,
    /// Where it is sent by `PUT`, and where `GET` tells how it stands: `/integration/v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://kho.example.vn/integration/v1/dossiers/H52.10-26-000123/components/CS1/files/1"
    )]
    duong_dan_gui: Option<String>,
}

/// What a message names twice, or calls so that no address can be made of it, is wrong.
pub(super) fn files_of(dossier: &str, files: &[NamedFile]) -> Result<Vec<NamedPaper>> {
    let mut named = Vec::with_capacity(files.len());
    for file in files {
        value::flag("DuocSoHoa", said(&file.duoc_so_hoa))?;
        value::flag("DuocTaiSuDung", said(&file.duoc_tai_su_dung))?;
        value::flag("DuocLayTuKhoDMQG", said(&file.duoc_lay_tu_kho_dmqg))?;
        let is_gone = value::flag("IsDeleted", said(&file.is_deleted))?.unwrap_or(false);
        let component = Some(key("MaThanhPhanHoSo", &file.ma_thanh_phan_ho_so)?);
        let key = key("TepDinhKemId", &file.tep_dinh_kem_id)?;
        let url = said(&file.duong_dan_tai_tep_tin);
        let name = file_name(said(&file.ten_tep_dinh_kem), url, &key);
        // Whether an officer compared it, the message cannot say in a way that counts.
        let type_code = said(&file.ma_giay_to).map(str::to_owned);
        let paper = PaperPush { name, type_code, ..PaperPush::default() };
        let slot = Slot { dossier: dossier.to_owned(), component, key };
        let sha256 = hash(said(&file.ma_bam))?;
        let citation = said(&file.ma_dan_nguon).map(str::to_owned);
        named.push(NamedPaper { slot, paper, citation, url: url.map(str::to_owned), sha256, is_gone });
    }
    Ok(named)
}

pub(super) fn results_of(dossier: &str, results: &[NamedResult]) -> Result<Vec<NamedPaper>> {
    let named = |result: &NamedResult| {
        let key = key("GiayToId", &result.giay_to_id)?;
        let url = said(&result.duong_dan_tep_tin_ket_qua);
        let name = file_name(said(&result.ten_giay_to), url, &key);
        let result_type = said(&result.ma_giay_to_ket_qua).map(str::to_owned);
        Ok(NamedPaper {
            slot: Slot { dossier: dossier.to_owned(), component: None, key },
            paper: PaperPush { name, result_type, ..PaperPush::default() },
            citation: None,
            url: url.map(str::to_owned),
            sha256: hash(said(&result.ma_bam))?,
            is_gone: false,
        })
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

fn hash(text: Option<&str>) -> Result<Option<Vec<u8>>> {
    let read = |text: &str| {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
        bytes.filter(|bytes| bytes.len() == 32).ok_or_else(|| Problem::field("MaBam", "not_hexadecimal"))
    };
    text.map(read).transpose()
}

/// What a file is called. Some systems say only a title, or nothing: the rest of the name is that of the address.
fn file_name(name: Option<&str>, url: Option<&str>, key: &str) -> String {
    let path = url.and_then(|url| url.split(['?', '#']).next()).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let extension = last.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| {
        (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    let name = name.unwrap_or(key);
    let is_whole = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    match extension {
        Some(extension) if !is_whole => format!("{name}.{extension}"),
        _ => name.to_owned(),
    }
}

/// What the services call a field of a file, and what the message does.
const WORDS_OF_FILES: &[(&str, &str)] = &[
    ("component", "MaThanhPhanHoSo"),
    ("type_code", "MaGiayTo"),
    ("name", "TenTepDinhKem"),
    ("url", "DuongDanTaiTepTin"),
    ("citation", "MaDanNguon"),
];
const WORDS_OF_RESULTS: &[(&str, &str)] =
    &[("result_type", "MaGiayToKetQua"), ("name", "TenGiayTo"), ("url", "DuongDanTepTinKetQua")];

/// Where a file belongs, and where it is sent.
pub(super) struct Place {
    slot: Slot,
    address: String,
}

impl Place {
    pub(super) fn of(kho: &Kho, slot: &Slot) -> Self {
        let base = kho.settings.public_url.trim_end_matches('/');
        let Slot { dossier, component, key } = slot;
        let path = match component {
            Some(component) => format!("components/{component}/files/{key}"),
            None => format!("results/{key}"),
        };
        let address = format!("{base}/integration/v1/dossiers/{dossier}/{path}");
        Self { slot: slot.clone(), address }
    }

    fn standing(&self, standing: NamedStanding) -> StandingAnswer {
        let written = |sha256: &[u8]| Some(data_encoding::HEXLOWER.encode(sha256));
        let address = Some(self.address.clone());
        let empty = StandingAnswer::default();
        match standing {
            NamedStanding::Gone(held) => {
                StandingAnswer { ket_qua: "BO_QUA", ma_bam: held.as_deref().and_then(written), ..empty }
            }
            NamedStanding::Here(sha256) => {
                StandingAnswer { ket_qua: "DA_CO", ma_bam: written(&sha256), ..empty }
            }
            NamedStanding::Wanted => StandingAnswer { ket_qua: "CAN_GUI", duong_dan_gui: address, ..empty },
            NamedStanding::Fetching(ma_loi) => {
                StandingAnswer { ket_qua: "DANG_LAY", ma_loi, duong_dan_gui: address, ..empty }
            }
            NamedStanding::Refused(problem) => {
                let is_paper = self.slot.component.is_some();
                let words = if is_paper { WORDS_OF_FILES } else { WORDS_OF_RESULTS };
                let problem = in_words_of(words, problem);
                let field = problem.members.get("field").and_then(|field| field.as_str());
                StandingAnswer {
                    ket_qua: "TU_CHOI",
                    ma_loi: Some(problem.code.as_str().to_owned()),
                    ly_do: Some(problem.code.vietnamese().to_owned()),
                    truong: field.map(str::to_owned),
                    duong_dan_gui: address,
                    ..empty
                }
            }
        }
    }

    pub(super) fn answer(self, standing: NamedStanding) -> NamedFileAnswer {
        let standing = self.standing(standing);
        NamedFileAnswer {
            tep_dinh_kem_id: self.slot.key,
            ma_thanh_phan_ho_so: self.slot.component.unwrap_or_default(),
            standing,
        }
    }

    pub(super) fn answer_of_result(self, standing: NamedStanding) -> NamedResultAnswer {
        let standing = self.standing(standing);
        NamedResultAnswer { giay_to_id: self.slot.key, standing }
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_without_an_extension_takes_that_of_its_address() {
        let url = Some("https://mot-cua.example.vn/tep/1.PDF?t=a.b");
        assert_eq!(file_name(Some("Giấy khai sinh"), url, "1"), "Giấy khai sinh.PDF");
        assert_eq!(file_name(Some("Ảnh.jpg"), url, "1"), "Ảnh.jpg");
        assert_eq!(file_name(Some("Quyết định số 1.2026 QĐ"), url, "1"), "Quyết định số 1.2026 QĐ.PDF");
        assert_eq!(file_name(None, url, "KQ1"), "KQ1.PDF");
        assert_eq!(file_name(Some("a"), Some("https://mot-cua.example.vn/tep/8f14e45f"), "1"), "a");
    }
}
