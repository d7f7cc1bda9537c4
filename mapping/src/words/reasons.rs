//! Reasons that officers give, as the submitter reads them: what is wrong, and what to do.

use super::words;
use crate::catalogue::Words;
use crate::reasons::{PaperReason, RefusalReason, SupplementReason};

pub fn of_paper_reason(reason: PaperReason) -> Words {
    match reason {
        PaperReason::WrongKind => {
            words("Không đúng loại giấy tờ cần nộp.", "It is not the kind of document that is asked for.")
        }
        PaperReason::WrongPerson => {
            words("Giấy tờ này của người khác.", "This document is about another person.")
        }
        PaperReason::Unreadable => words(
            "Ảnh mờ hoặc bị che, không đọc được; hãy chụp lại.",
            "It cannot be read; please photograph it again.",
        ),
        PaperReason::IncompletePages => {
            words("Còn thiếu trang hoặc thiếu mặt sau.", "Pages or the back of it are missing.")
        }
        PaperReason::Expired => words("Giấy tờ đã hết hạn.", "The document has expired."),
        PaperReason::NewerExists => words(
            "Đã có giấy tờ mới hơn; hãy nộp bản mới nhất.",
            "There is a newer one; please hand in the latest.",
        ),
        PaperReason::Contradictory => words(
            "Thông tin trên giấy tờ không khớp với hồ sơ.",
            "What it says does not match the rest of the dossier.",
        ),
        PaperReason::DiffersFromOriginal => {
            words("Không giống bản gốc khi đối chiếu.", "It differs from the original it was compared with.")
        }
        PaperReason::NotCertified => words(
            "Cần bản sao có chứng thực hoặc bản có chữ ký số của cơ quan cấp.",
            "A certified copy, or a file signed by the issuer, is needed.",
        ),
        PaperReason::SuspectedForgery => words(
            "Cần xác minh giấy tờ này là thật; cơ quan sẽ liên hệ với bạn.",
            "It must be verified that this document is genuine; the agency will contact you.",
        ),
        PaperReason::Other => words("Lý do khác, có ghi chú kèm theo.", "Another reason, given in the note."),
    }
}

pub fn of_refusal_reason(reason: RefusalReason) -> Words {
    match reason {
        RefusalReason::WrongAgency => {
            words("Việc này thuộc cơ quan khác giải quyết.", "Another agency is responsible for this.")
        }
        RefusalReason::NotEligible => words(
            "Hồ sơ chưa đủ điều kiện theo quy định.",
            "The dossier does not meet the conditions that the law sets.",
        ),
        RefusalReason::NotSupplemented => words(
            "Quá hạn mà chưa bổ sung giấy tờ được yêu cầu.",
            "What was asked for was not handed in in time.",
        ),
        RefusalReason::Duplicate => words(
            "Đã có một hồ sơ khác cho cùng việc này.",
            "There is another dossier for the same matter already.",
        ),
        RefusalReason::FalseStatements => {
            words("Thông tin kê khai không đúng sự thật.", "What was stated in the dossier is not true.")
        }
        RefusalReason::Other => {
            words("Lý do khác, có ghi chú kèm theo.", "Another reason, given in the note.")
        }
    }
}

pub fn of_supplement_reason(reason: SupplementReason) -> Words {
    match reason {
        SupplementReason::PapersMissing => {
            words("Hồ sơ còn thiếu giấy tờ.", "Documents are missing from the dossier.")
        }
        SupplementReason::PapersRefused => words(
            "Có giấy tờ chưa dùng được, cần thay.",
            "Some documents will not do and need to be replaced.",
        ),
        SupplementReason::FormIncomplete => {
            words("Tờ khai chưa điền đủ.", "The form has not been filled in completely.")
        }
        SupplementReason::Contradictory => words(
            "Thông tin trong tờ khai và giấy tờ chưa khớp nhau.",
            "The form and the documents do not say the same.",
        ),
        SupplementReason::OriginalNeeded => words(
            "Cần mang bản gốc đến quầy để đối chiếu.",
            "Please bring the original to the counter, to be compared.",
        ),
        SupplementReason::FeeUnpaid => words("Chưa nộp phí, lệ phí.", "The fee has not been paid yet."),
        SupplementReason::Other => {
            words("Lý do khác, có ghi chú kèm theo.", "Another reason, given in the note.")
        }
    }
}
