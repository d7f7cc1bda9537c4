//! What letters say, in Vietnamese and in English.

use chrono::{DateTime, FixedOffset, Utc};

use crate::domain::notice::{Kind, Mailed};
use crate::services::letters::Line;

/// Subject and text of the letter with a reset link.
pub(super) fn password_reset(language: &str, full_name: &str, link: &str) -> (&'static str, String) {
    if language == "en" {
        (
            "Set a new password for your vault",
            format!(
                "Dear {full_name},\n\nSomebody, probably you, asked to set a new password for your document vault. \
                 Open this link within one hour; it works once:\n\n{link}\n\nIf it was not you, do nothing: \
                 your password stays as it is.\n"
            ),
        )
    } else {
        (
            "Đặt lại mật khẩu kho giấy tờ",
            format!(
                "Kính gửi {full_name},\n\nCó người, có thể là chính bạn, vừa yêu cầu đặt lại mật khẩu kho giấy tờ điện tử. \
                 Hãy mở liên kết dưới đây trong vòng một giờ; liên kết chỉ dùng được một lần:\n\n{link}\n\n\
                 Nếu không phải bạn yêu cầu, bạn không cần làm gì: mật khẩu vẫn giữ nguyên.\n"
            ),
        )
    }
}

pub(super) fn email_changed(language: &str, full_name: &str) -> (&'static str, String) {
    if language == "en" {
        (
            "The e-mail address of your vault was changed",
            format!(
                "Dear {full_name},\n\nyour document vault now has another e-mail address; this one is no longer used. \
                 If you did not change it, please tell the administrator at once.\n"
            ),
        )
    } else {
        (
            "Địa chỉ e-mail của kho giấy tờ đã thay đổi",
            format!(
                "Kính gửi {full_name},\n\nKho giấy tờ điện tử của bạn vừa chuyển sang địa chỉ e-mail khác; địa chỉ này không còn \
                 được dùng nữa. Nếu bạn không thực hiện việc này, hãy báo ngay cho quản trị viên.\n"
            ),
        )
    }
}

/// Subject and text of the letter about notices.
pub(super) fn notices(
    language: &str,
    full_name: &str,
    lines: &[Line],
    address: &str,
) -> (&'static str, String) {
    let english = language == "en";
    let is_security = |line: &Line| line.kind.mailed() == Mailed::Security;
    let subject = match (lines.iter().any(is_security), english) {
        (true, true) => "Security of your document vault",
        (true, false) => "Bảo mật kho giấy tờ của bạn",
        (false, true) => "News in your document vault",
        (false, false) => "Thông báo mới từ kho giấy tờ",
    };
    let said = lines.iter().map(|line| format!("- {}\n", sentence(line, english))).collect::<String>();
    let warned = lines.iter().any(is_security);
    let body = if english {
        let warning =
            "If you did not do this, change your password at once and sign out everywhere else.\n\n";
        format!(
            "Dear {full_name},\n\n{said}\n{}See all notices, and choose which are mailed:\n\n{address}\n",
            if warned { warning } else { "" }
        )
    } else {
        let warning =
            "Nếu không phải bạn thực hiện, hãy đổi mật khẩu ngay và đăng xuất khỏi mọi nơi khác.\n\n";
        format!(
            "Kính gửi {full_name},\n\n{said}\n{}Xem tất cả thông báo và chọn loại thông báo gửi qua e-mail tại:\n\n{address}\n",
            if warned { warning } else { "" }
        )
    };
    (subject, body)
}

fn sentence(line: &Line, english: bool) -> String {
    let when = local(line.at, english);
    let from = line.detail.address.as_deref().unwrap_or("?");
    let days = line.detail.days.unwrap_or_default();
    let count = line.detail.count.unwrap_or_default();
    let dossier = line.detail.dossier_code.as_deref().unwrap_or("?");
    if english {
        match line.kind {
            Kind::ShareReceived => "Papers were shared with you.".to_owned(),
            Kind::ShareChanged => "A share with you was changed.".to_owned(),
            Kind::ShareRevoked => "A share with you was taken back.".to_owned(),
            Kind::ShareExpired if line.detail.given == Some(true) => {
                "A share that you gave has expired.".to_owned()
            }
            Kind::ShareExpired => "A share with you has expired.".to_owned(),
            Kind::VersionAdded => "A paper has a new version.".to_owned(),
            Kind::PaperExpiring => format!("One of your papers expires within {days} days."),
            Kind::SignInNewBrowser => {
                let browser = line.detail.user_agent.as_deref().unwrap_or("?");
                format!("Somebody signed in from a new browser at {when}: {browser}, address {from}.")
            }
            Kind::PasswordChanged => format!("Your password was changed at {when}, from {from}."),
            Kind::SessionsEnded => {
                format!("Your account was signed out of {count} other browsers at {when}, from {from}.")
            }
            Kind::EmailChanged => {
                format!("This address became that of your vault at {when}; it was set from {from}.")
            }
            Kind::VaultTakenOver => {
                format!("Papers that agencies had kept for you were put under your account at {when}.")
            }
            Kind::RetentionPlanned => format!("{count} items of your trash will soon be deleted for ever."),
            Kind::QuotaNear => "Your vault is nearly full.".to_owned(),
            Kind::DossierMoved => format!("Your dossier {dossier} went on."),
            Kind::SupplementRequested => format!("More papers are asked for in your dossier {dossier}."),
            Kind::PaperRefused => {
                format!("A paper in your dossier {dossier} was refused; you can replace it.")
            }
            Kind::PaperReceived => format!("A paper of your dossier {dossier} was put into your vault."),
            Kind::PaperCompared => {
                format!("A paper in your dossier {dossier} was compared with its original.")
            }
            Kind::ResultRevoked => format!("A result of your dossier {dossier} was revoked."),
            Kind::ConsentAsked => {
                format!("An officer asks whether papers of your vault may be used in the dossier {dossier}.")
            }
            Kind::AuthorityUsed => {
                format!("An officer looks for papers in your vault by authority, for the dossier {dossier}.")
            }
            Kind::CitationAsked => {
                "An officer asks to see a paper that you gave a citation code of.".to_owned()
            }
            Kind::CitationUsed => {
                format!("A paper was put into your dossier {dossier} by the citation code that you gave.")
            }
            Kind::PaperAsked => {
                "Somebody asks to use a paper that you gave a citation code of in a dossier.".to_owned()
            }
            Kind::PaperGiven => format!("Another person's paper was given to your dossier {dossier}."),
            Kind::PaperNotGiven => {
                format!("Another person's paper is not given to your dossier {dossier}.")
            }
        }
    } else {
        match line.kind {
            Kind::ShareReceived => "Có giấy tờ vừa được chia sẻ với bạn.".to_owned(),
            Kind::ShareChanged => "Một chia sẻ dành cho bạn vừa thay đổi.".to_owned(),
            Kind::ShareRevoked => "Một chia sẻ dành cho bạn đã bị thu hồi.".to_owned(),
            Kind::ShareExpired if line.detail.given == Some(true) => {
                "Một chia sẻ của bạn đã hết hạn.".to_owned()
            }
            Kind::ShareExpired => "Một chia sẻ dành cho bạn đã hết hạn.".to_owned(),
            Kind::VersionAdded => "Một giấy tờ có phiên bản mới.".to_owned(),
            Kind::PaperExpiring => format!("Một giấy tờ của bạn sẽ hết hạn trong vòng {days} ngày."),
            Kind::SignInNewBrowser => {
                let browser = line.detail.user_agent.as_deref().unwrap_or("?");
                format!("Có lượt đăng nhập từ trình duyệt mới lúc {when}: {browser}, địa chỉ {from}.")
            }
            Kind::PasswordChanged => format!("Mật khẩu của bạn đã được đổi lúc {when}, từ địa chỉ {from}."),
            Kind::SessionsEnded => {
                format!(
                    "Tài khoản đã được đăng xuất khỏi {count} trình duyệt khác lúc {when}, từ địa chỉ {from}."
                )
            }
            Kind::EmailChanged => {
                format!("Địa chỉ e-mail này được đặt cho kho giấy tờ của bạn lúc {when}, từ địa chỉ {from}.")
            }
            Kind::VaultTakenOver => {
                format!("Giấy tờ mà cơ quan đã lưu cho bạn được chuyển vào tài khoản của bạn lúc {when}.")
            }
            Kind::RetentionPlanned => format!("{count} mục trong thùng rác sắp bị xóa vĩnh viễn."),
            Kind::QuotaNear => "Kho của bạn sắp đầy.".to_owned(),
            Kind::DossierMoved => format!("Hồ sơ {dossier} của bạn vừa chuyển bước."),
            Kind::SupplementRequested => format!("Hồ sơ {dossier} của bạn cần bổ sung giấy tờ."),
            Kind::PaperRefused => {
                format!(
                    "Một giấy tờ trong hồ sơ {dossier} chưa được chấp nhận; bạn có thể thay giấy tờ khác."
                )
            }
            Kind::PaperReceived => {
                format!("Giấy tờ của hồ sơ {dossier} đã được lưu vào kho của bạn.")
            }
            Kind::PaperCompared => {
                format!("Một giấy tờ trong hồ sơ {dossier} đã được đối chiếu với bản chính.")
            }
            Kind::ResultRevoked => format!("Một kết quả của hồ sơ {dossier} đã bị thu hồi."),
            Kind::ConsentAsked => {
                format!("Cán bộ xin phép dùng giấy tờ trong kho của bạn cho hồ sơ {dossier}.")
            }
            Kind::AuthorityUsed => {
                format!("Cán bộ tìm giấy tờ trong kho của bạn theo thẩm quyền, cho hồ sơ {dossier}.")
            }
            Kind::CitationAsked => "Cán bộ xin xem giấy tờ mà bạn đã đưa mã dẫn nguồn.".to_owned(),
            Kind::CitationUsed => {
                format!("Giấy tờ đã được đưa vào hồ sơ {dossier} theo mã dẫn nguồn mà bạn đưa.")
            }
            Kind::PaperAsked => {
                "Có người xin dùng giấy tờ mà bạn đã đưa mã dẫn nguồn vào hồ sơ của họ.".to_owned()
            }
            Kind::PaperGiven => {
                format!("Giấy tờ của người khác đã được đồng ý dùng trong hồ sơ {dossier} của bạn.")
            }
            Kind::PaperNotGiven => {
                format!("Giấy tờ của người khác không được đồng ý dùng trong hồ sơ {dossier} của bạn.")
            }
        }
    }
}

/// A time on the clocks of Vietnam.
fn local(at: DateTime<Utc>, english: bool) -> String {
    let format = if english { "%H:%M on %d %B %Y" } else { "%H:%M ngày %d/%m/%Y" };
    match FixedOffset::east_opt(7 * 3600) {
        Some(vietnam) => at.with_timezone(&vietnam).format(format).to_string(),
        None => at.format(format).to_string(),
    }
}
