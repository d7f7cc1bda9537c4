//! What people read, in Vietnamese and English, in the plain words of the commune office. Each match is exhaustive: a new case has no
//! sentence until one is written here.

mod reasons;
mod states;

use chrono::NaiveDate;

use crate::catalogue::{Component, Procedure, Words};
use crate::completeness::ComponentState;
use crate::fit::{Obstacle, Reason};
use crate::paper::Verdict;

pub use reasons::{of_paper_reason, of_refusal_reason, of_supplement_reason};
pub use states::{of_evidence, of_move, of_party, of_state};

fn words(vi: impl Into<String>, en: impl Into<String>) -> Words {
    Words { vi: vi.into(), en: en.into() }
}

/// 12/03/2019, as the office writes it.
fn vi_day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// 12 March 2019.
fn en_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// What keeps a paper out, in one sentence.
pub fn of_obstacle(obstacle: &Obstacle) -> Words {
    match obstacle {
        Obstacle::WrongType => {
            words("Không đúng loại giấy tờ cần nộp.", "This is not the kind of document that is asked for.")
        }
        Obstacle::TypeUnknown => words(
            "Chưa ghi đây là loại giấy tờ gì.",
            "It has not been said yet what kind of document this is.",
        ),
        Obstacle::Expired { last_day } => words(
            format!("Đã hết hạn: chỉ có giá trị đến hết ngày {}.", vi_day(*last_day)),
            format!("Expired: it was valid until {}.", en_day(*last_day)),
        ),
        Obstacle::TooOld { issued_on, oldest } => words(
            format!(
                "Cấp ngày {} nên đã quá cũ: cần giấy cấp từ ngày {} trở lại đây.",
                vi_day(*issued_on),
                vi_day(*oldest)
            ),
            format!(
                "Issued on {}, which is too long ago: it must have been issued on {} or later.",
                en_day(*issued_on),
                en_day(*oldest)
            ),
        ),
        Obstacle::IssueDateUnknown => words(
            "Chưa ghi ngày cấp nên chưa biết còn dùng được hay không.",
            "The day of issue is not recorded, so it cannot be told whether it is still good.",
        ),
        Obstacle::TrustTooLow { has, needs } => {
            let (has_words, needs_words) = (of_trust(*has), of_trust(*needs));
            words(
                format!(
                    "Mức tin cậy {has} ({}); cần từ mức {needs} ({}) trở lên.",
                    has_words.vi, needs_words.vi
                ),
                format!(
                    "Trust level {has} ({}); level {needs} ({}) or higher is needed.",
                    has_words.en, needs_words.en
                ),
            )
        }
        Obstacle::SignatureInvalid => {
            words("Chữ ký số trên giấy tờ không hợp lệ.", "The signature on the document is not valid.")
        }
        Obstacle::Blank => words(
            "Các trang đều trắng, không thấy chữ hay hình nào.",
            "Its pages are blank: there is nothing to see on them.",
        ),
        Obstacle::Locked => words(
            "Tệp có mật khẩu nên cán bộ không mở được.",
            "The file is protected by a password, so an officer cannot open it.",
        ),
        Obstacle::Empty => words(
            "Tệp rỗng: không có chữ và cũng không có hình.",
            "The file is empty: there is neither text nor a picture in it.",
        ),
        Obstacle::Damaged => words(
            "Hệ thống không mở được tệp này, có thể tệp đã bị hỏng.",
            "The file could not be opened here; it may be damaged.",
        ),
        Obstacle::Superseded => words(
            "Cơ quan cấp đã có bản mới thay cho giấy tờ này.",
            "The issuer has put a newer document in its place.",
        ),
        Obstacle::Revoked => words(
            "Cơ quan cấp đã thu hồi, giấy tờ này không còn giá trị.",
            "The issuer has revoked it; it is no longer valid.",
        ),
    }
}

/// Several sentences in a row.
fn together(sentences: impl Iterator<Item = Words>) -> Words {
    let (vi, en): (Vec<String>, Vec<String>) = sentences.map(|words| (words.vi, words.en)).unzip();
    words(vi.join(" "), en.join(" "))
}

/// What a level of trust means: no sentence, a few words.
pub fn of_trust(level: u8) -> Words {
    match level {
        ..=1 => words("tự bổ sung", "self-added"),
        2 => words("đã đối chiếu bản gốc", "compared with the original"),
        3 => words("cơ quan cấp đã ký số", "signed by the issuer"),
        4.. => words("từ cơ sở dữ liệu", "from a register"),
    }
}

/// What was found about signatures: no sentence, a few words.
pub fn of_verdict(verdict: Verdict) -> Words {
    match verdict {
        Verdict::Valid => words("chữ ký hợp lệ", "signature valid"),
        Verdict::ValidWithLaterChanges => {
            words("chữ ký hợp lệ, có thay đổi sau khi ký", "signature valid, changed after signing")
        }
        Verdict::Indeterminate => {
            words("chưa đủ căn cứ về chữ ký", "not enough evidence about the signature")
        }
        Verdict::Invalid => words("chữ ký không hợp lệ", "signature not valid"),
    }
}

/// Why a paper is proposed: what it is, who issued it and when, until when it holds, what was found about its signature, how far it is trusted.
pub fn of_proposal(reason: &Reason, type_name: &Words) -> Words {
    let mut vi = type_name.vi.clone();
    let mut en = type_name.en.clone();
    match (reason.issued_on, reason.authority.as_deref()) {
        (Some(day), Some(authority)) => {
            vi += &format!(", cấp ngày {} bởi {authority}", vi_day(day));
            en += &format!(", issued on {} by {authority}", en_day(day));
        }
        (Some(day), None) => {
            vi += &format!(", cấp ngày {}", vi_day(day));
            en += &format!(", issued on {}", en_day(day));
        }
        (None, Some(authority)) => {
            vi += &format!(", do {authority} cấp");
            en += &format!(", issued by {authority}");
        }
        (None, None) => {}
    }
    if let Some(last_day) = reason.holds_until {
        vi += &format!("; có giá trị đến hết ngày {}", vi_day(last_day));
        en += &format!("; valid until {}", en_day(last_day));
    }
    if let Some(verdict) = reason.verdict {
        let found = of_verdict(verdict);
        vi += &format!("; {}", found.vi);
        en += &format!("; {}", found.en);
    }
    let (level, trust) = (reason.trust, of_trust(reason.trust));
    words(
        format!("{vi}; mức tin cậy {level}: {}.", trust.vi),
        format!("{en}; trust level {level}: {}.", trust.en),
    )
}

/// How a component of a procedure stands.
pub fn of_component(state: &ComponentState, procedure: &Procedure) -> Words {
    match state {
        ComponentState::Satisfied { .. } => words("Đã có giấy tờ dùng được.", "A fitting document is there."),
        ComponentState::LeftToOfficer { doubts, .. } => {
            let doubts = together(doubts.iter().map(of_obstacle));
            words(
                format!("Đã có giấy tờ; cán bộ sẽ xem và quyết định. {}", doubts.vi),
                format!("A document is there; the officer will look at it and decide. {}", doubts.en),
            )
        }
        ComponentState::SatisfiedByAlternative { alternative } => {
            let component = procedure.components.iter().find(|component| component.code == *alternative);
            match component {
                Some(Component { name, .. }) => words(
                    format!("Không cần nữa, vì đã có: {}.", name.vi),
                    format!("Not needed any more, because this is there: {}.", name.en),
                ),
                None => words(
                    "Không cần nữa, vì đã có giấy tờ khác thay.",
                    "Not needed any more, because another document is there instead.",
                ),
            }
        }
        ComponentState::AttachedBut { obstacles, .. } => {
            let obstacles = together(obstacles.iter().map(of_obstacle));
            words(
                format!("Giấy tờ đã chọn chưa dùng được. {}", obstacles.vi),
                format!("The chosen document will not do. {}", obstacles.en),
            )
        }
        ComponentState::Refused { reason, .. } => {
            let reason = of_paper_reason(*reason);
            words(
                format!("Cán bộ không nhận giấy tờ này. {}", reason.vi),
                format!("The officer did not accept this document. {}", reason.en),
            )
        }
        ComponentState::Missing => words("Còn thiếu giấy tờ này.", "This document is still missing."),
        ComponentState::OptionalMissing => {
            words("Không bắt buộc; nếu có thì thêm vào.", "Not required; add it if you have it.")
        }
        ComponentState::NotNeeded => words("Trường hợp này không cần.", "Not needed in this case."),
    }
}
