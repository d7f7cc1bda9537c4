//! States and moves of a dossier, as buttons and labels have them: no sentences.

use super::words;
use crate::catalogue::Words;
use crate::dossier::{Move, Party, State};
use crate::trust::Evidence;

pub fn of_state(state: State) -> Words {
    match state {
        State::Draft => words("Đang chuẩn bị", "In preparation"),
        State::Submitted => words("Đã nộp, chờ tiếp nhận", "Submitted, waiting to be received"),
        State::Received => words("Đã tiếp nhận", "Received"),
        State::SupplementRequested => words("Cần bổ sung", "Supplement requested"),
        State::Processing => words("Đang giải quyết", "In progress"),
        State::Decided => words("Đã có kết quả", "Result ready"),
        State::Returned => words("Đã trả kết quả", "Result handed over"),
        State::Withdrawn => words("Đã rút hồ sơ", "Withdrawn"),
        State::Refused => words("Bị từ chối", "Refused"),
    }
}

pub fn of_move(done: Move) -> Words {
    match done {
        Move::Submit => words("Nộp hồ sơ", "Submit"),
        Move::Receive => words("Tiếp nhận hồ sơ", "Receive"),
        Move::AskSupplement => words("Yêu cầu bổ sung", "Ask for a supplement"),
        Move::Supplement => words("Nộp bổ sung", "Hand in the supplement"),
        Move::Process => words("Bắt đầu giải quyết", "Start processing"),
        Move::Decide => words("Ghi kết quả", "Record the result"),
        Move::Return => words("Trả kết quả", "Hand over the result"),
        Move::Withdraw => words("Rút hồ sơ", "Withdraw"),
        Move::Refuse => words("Từ chối hồ sơ", "Refuse"),
    }
}

pub fn of_party(party: Party) -> Words {
    match party {
        Party::Submitter => words("người nộp", "the submitter"),
        Party::Officer => words("cán bộ", "the officer"),
        Party::Counter => words("cán bộ tại quầy", "the officer at the counter"),
        Party::System => words("hệ thống một cửa", "the one-stop system"),
    }
}

pub fn of_evidence(evidence: Evidence) -> Words {
    match evidence {
        Evidence::Compared => {
            words("cán bộ đã đối chiếu với bản gốc", "compared with the original by an officer")
        }
        Evidence::Signed => words("chữ ký số của cơ quan cấp hợp lệ", "the issuer's signature is valid"),
        Evidence::Register => words("lấy từ cơ sở dữ liệu", "came from a register"),
    }
}
