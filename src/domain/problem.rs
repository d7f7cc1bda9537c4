//! Everything that can go wrong for a caller: one code a program can act on, one sentence a person can, in two languages.
//!
//! To add one: a line in the table below; it appears in the OpenAPI document and in `docs/api/problems.md` by itself.

use std::collections::BTreeMap;

use super::audit::Refusal;

macro_rules! codes {
    ($($name:ident, $code:literal, $status:literal, $vi:literal, $en:literal;)+) => {
        /// The stable code of a problem (RFC 9457 extension member `code`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($name),+ }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code),+ }
            }

            /// The HTTP status that carries it.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status),+ }
            }

            /// What a person reads, in Vietnamese.
            pub fn vietnamese(self) -> &'static str {
                match self { $(Code::$name => $vi),+ }
            }

            /// What a person reads, in English.
            pub fn english(self) -> &'static str {
                match self { $(Code::$name => $en),+ }
            }
        }
    };
}

codes! {
    NotSignedIn, "not_signed_in", 401, "Bạn cần đăng nhập để tiếp tục.", "Please sign in to continue.";
    SessionExpired, "session_expired", 401, "Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại; những gì đã lưu vẫn còn nguyên.", "Your session has ended. Please sign in again; everything you saved is kept.";
    TokenInvalid, "token_invalid", 401, "Mã truy cập của chương trình không đúng, đã hết hạn hoặc đã bị thu hồi.", "The access token is wrong, expired or revoked.";
    WrongCredentials, "wrong_credentials", 401, "Tên đăng nhập hoặc mật khẩu không đúng.", "The login name or the password is not right.";
    TooManyAttempts, "too_many_attempts", 429, "Bạn đã thử quá nhiều lần. Hãy đợi vài phút rồi thử lại.", "Too many attempts. Please wait a few minutes and try again.";
    AccountLocked, "account_locked", 403, "Tài khoản đang bị khóa. Hãy liên hệ quản trị viên.", "This account is locked. Please contact the administrator.";
    CsrfMissing, "csrf_missing", 403, "Yêu cầu thiếu mã bảo vệ của phiên đăng nhập. Hãy tải lại trang.", "The request lacks the session's protection token. Please reload the page.";
    CsrfWrong, "csrf_wrong", 403, "Mã bảo vệ của phiên đăng nhập không đúng. Hãy tải lại trang.", "The session's protection token is not right. Please reload the page.";
    ScopeMissing, "scope_missing", 403, "Mã truy cập này không được cấp quyền cho việc đang làm.", "This access token was not given the scope for this act.";
    NotAllowed, "not_allowed", 403, "Bạn không có quyền làm việc này.", "You are not allowed to do this.";
    NotFound, "not_found", 404, "Không tìm thấy. Mục này không còn hoặc bạn không được xem.", "Not found. It does not exist, or you may not see it.";
    RouteNotFound, "route_not_found", 404, "Không có địa chỉ này.", "There is no such address.";
    PageNotBuilt, "page_not_built", 404, "Máy chủ này được dựng không kèm trang. Quản trị viên hãy chạy “make page” rồi dựng lại.", "This server was built without the page. Its operator can run `make page` and build it again.";
    MethodNotAllowed, "method_not_allowed", 405, "Địa chỉ này không nhận kiểu yêu cầu đó.", "This address does not take that method.";
    BodyMalformed, "body_malformed", 400, "Nội dung yêu cầu không đọc được.", "The body of the request could not be read.";
    InvalidInput, "invalid_input", 422, "Thông tin chưa hợp lệ. Hãy kiểm tra lại ô được nêu.", "Some information is not valid. Please check the named field.";
    UnsupportedMediaType, "unsupported_media_type", 415, "Kiểu nội dung của yêu cầu không được hỗ trợ.", "The media type of the request is not supported.";
    UnknownCursor, "unknown_cursor", 400, "Vị trí trang không còn dùng được. Hãy mở lại danh sách từ đầu.", "The page position is not usable. Please open the list from its beginning.";
    RangeNotSatisfiable, "range_not_satisfiable", 416, "Phần nội dung được yêu cầu nằm ngoài tệp.", "The requested range lies outside the file.";
    PreconditionRequired, "precondition_required", 428, "Hãy gửi kèm If-Match với ETag đang có, để không ghi đè thay đổi của người khác.", "Send If-Match with the ETag you have, so that nobody's change is overwritten.";
    PreconditionFailed, "precondition_failed", 412, "Mục này vừa được thay đổi ở nơi khác. Hãy tải lại rồi làm tiếp.", "This was changed elsewhere meanwhile. Please reload and try again.";
    IdempotencyConflict, "idempotency_conflict", 409, "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác hoặc yêu cầu trước chưa xong.", "This Idempotency-Key was used for another request, or the earlier one is still running.";
    NameInvalid, "name_invalid", 422, "Tên không hợp lệ. Tên không được trống, không quá 255 ký tự và không chứa ký tự đặc biệt ẩn, dấu / hoặc \\.", "The name is not valid. It must not be empty, exceed 255 characters, or hold hidden characters, / or \\.";
    NameTaken, "name_taken", 409, "Trong thư mục đã có mục cùng tên. Hãy đổi tên hoặc chọn giữ cả hai.", "The folder already holds something of this name. Choose another name, or keep both.";
    FolderCycle, "folder_cycle", 409, "Không thể chuyển thư mục vào chính nó hoặc vào thư mục con của nó.", "A folder cannot be moved into itself or one of its sub-folders.";
    FolderTooDeep, "folder_too_deep", 409, "Thư mục lồng nhau quá sâu. Hãy chọn nơi gần gốc hơn.", "Folders are nested too deeply. Please choose a place nearer the top.";
    DefaultFolderLocked, "default_folder_locked", 409, "Đây là thư mục mặc định của kho: không đổi tên, chuyển hoặc xóa được.", "This is a default folder of the vault: it cannot be renamed, moved or deleted.";
    NotAFolder, "not_a_folder", 409, "Mục này không phải là thư mục.", "This is not a folder.";
    NotADocument, "not_a_document", 409, "Mục này không phải là giấy tờ.", "This is not a document.";
    OtherVault, "other_vault", 409, "Không thể chuyển giữa hai kho khác nhau. Hãy chia sẻ hoặc tải về rồi thêm lại.", "Nothing can be moved between two vaults. Share it, or download it and add it there.";
    EntryInTrash, "entry_in_trash", 409, "Mục này đang ở trong thùng rác. Hãy khôi phục trước.", "This is in the trash. Please restore it first.";
    EntryNotInTrash, "entry_not_in_trash", 409, "Mục này không ở trong thùng rác.", "This is not in the trash.";
    DocumentAuthenticated, "document_authenticated", 409, "Giấy tờ này đã xác thực nên không sửa, cập nhật hoặc xóa được. Chỉ cơ quan cấp mới thay thế được.", "This document is authenticated, so it cannot be changed, updated or deleted. Only its issuer can supersede it.";
    NoThumbnail, "no_thumbnail", 404, "Giấy tờ này chưa có hình thu nhỏ.", "There is no thumbnail of this document.";
    EmptyFile, "empty_file", 422, "Tệp không có nội dung nào. Hãy chọn lại tệp.", "The file is empty. Please choose the file again.";
    TypeNotAllowed, "type_not_allowed", 415, "Kho không nhận loại tệp này.", "The vault does not take this kind of file.";
    FileLocked, "file_locked", 422, "Tệp có mật khẩu nên cơ quan nhận không mở được. Hãy bỏ mật khẩu của tệp rồi thêm lại.", "The file asks for a password, so nobody who gets it could open it. Please take the password off and add it again.";
    TypeMismatch, "type_mismatch", 422, "Nội dung tệp không đúng với đuôi tên hoặc loại đã khai.", "The content of the file does not agree with its extension or declared type.";
    NoSignature, "no_signature", 404, "Giấy tờ này không có chữ ký số, hoặc chưa được kiểm tra.", "This document holds no digital signature, or has not been checked yet.";
    FileUnreadable, "file_unreadable", 422, "Tệp bị hỏng hoặc không phải loại có thể kiểm tra, nên không xem được chữ ký.", "The file is damaged or of a kind that cannot be checked, so its signatures cannot be read.";
    FileTooLarge, "file_too_large", 413, "Tệp lớn hơn mức cho phép.", "The file is larger than allowed.";
    BodyTooLarge, "body_too_large", 413, "Yêu cầu lớn hơn mức cho phép.", "The request is larger than allowed.";
    QuotaExceeded, "quota_exceeded", 409, "Kho không còn đủ dung lượng. Hãy xóa vĩnh viễn bớt trong thùng rác hoặc xin thêm dung lượng.", "The vault has not enough room. Empty some of the trash, or ask for more room.";
    ArchiveTooLarge, "archive_too_large", 413, "Phần đã chọn quá lớn để tải về thành một tệp ZIP. Hãy chọn ít hơn.", "What was chosen is too large for one ZIP file. Please choose less.";
    LengthMismatch, "length_mismatch", 400, "Số byte nhận được không bằng số byte đã khai. Chưa có gì được lưu; hãy gửi lại.", "The bytes received are not as many as declared. Nothing was stored; please send again.";
    ChecksumMismatch, "checksum_mismatch", 422, "Nội dung nhận được không khớp mã băm đã khai. Chưa có gì được lưu; hãy gửi lại.", "The content received does not match the declared hash. Nothing was stored; please send again.";
    TusChecksumMismatch, "tus_checksum_mismatch", 460, "Phần vừa gửi không khớp mã kiểm tra. Hãy gửi lại phần đó.", "The part just sent does not match its checksum. Please send that part again.";
    TusVersion, "tus_version", 412, "Máy chủ chỉ hỗ trợ tus 1.0.0.", "The server supports tus 1.0.0 only.";
    TusChecksumUnsupported, "tus_checksum_unsupported", 400, "Máy chủ chỉ kiểm tra được mã sha1 và sha256.", "The server checks sha1 and sha256 only.";
    UploadLengthMissing, "upload_length_missing", 400, "Hãy khai độ dài của tệp trong Upload-Length.", "Please declare the length of the file in Upload-Length.";
    UploadPartTooSmall, "upload_part_too_small", 400, "Mỗi phần gửi, trừ phần cuối, phải có ít nhất 64 KiB.", "Every part but the last must have at least 64 KiB.";
    UploadOffsetMismatch, "upload_offset_mismatch", 409, "Vị trí gửi tiếp không khớp với phần máy chủ đã nhận. Hãy hỏi lại vị trí rồi gửi tiếp.", "The offset is not where the server stands. Ask for the offset and go on from there.";
    UploadBusy, "upload_busy", 423, "Lần gửi này đang được một kết nối khác thực hiện.", "This upload is being sent by another connection.";
    UploadGone, "upload_gone", 410, "Lần gửi này đã kết thúc hoặc hết hạn. Hãy bắt đầu lại.", "This upload has ended or expired. Please start again.";
    RecipientNotFound, "recipient_not_found", 422, "Không tìm thấy người hoặc tổ chức nhận. Hãy kiểm tra số định danh, tên đăng nhập hoặc e-mail.", "The recipient was not found. Please check the identity number, login name or e-mail.";
    RecipientIsOwner, "recipient_is_owner", 422, "Người nhận chính là chủ của giấy tờ này.", "The recipient already owns this.";
    RightsExceeded, "rights_exceeded", 403, "Bạn chỉ chia sẻ được những quyền mà bạn đang có.", "You can only share rights that you hold.";
    LinkPasswordNeeded, "link_password_needed", 401, "Liên kết này cần mật khẩu.", "This link needs a password.";
    LinkPasswordWrong, "link_password_wrong", 401, "Mật khẩu của liên kết không đúng.", "The link's password is not right.";
    LinkUsedUp, "link_used_up", 410, "Liên kết đã hết lượt tải.", "The link's downloads are used up.";
    PasswordWeak, "password_weak", 422, "Mật khẩu cần ít nhất 10 ký tự và không được là mật khẩu phổ biến hoặc chứa tên đăng nhập.", "A password needs at least 10 characters and must not be a common one or hold the login name.";
    PasswordWrong, "password_wrong", 403, "Mật khẩu hiện tại không đúng.", "The present password is not right.";
    ResetInvalid, "reset_invalid", 410, "Liên kết đặt lại mật khẩu không đúng, đã dùng hoặc đã hết hạn. Hãy xin liên kết mới.", "The reset link is wrong, used or expired. Please ask for a new one.";
    CatalogueInvalid, "catalogue_invalid", 422, "Danh mục có chỗ sai hoặc mâu thuẫn nên chưa được lưu. Hãy sửa những chỗ được nêu.", "The catalogue contradicts itself or is wrong in places, so it was not stored. Please mend the places named.";
    AlreadyExists, "already_exists", 409, "Đã có mục này.", "This exists already.";
    VaultWaiting, "vault_waiting", 409, "Cơ quan đã lưu giấy tờ vào kho của số định danh này. Hãy đối chiếu giấy tờ tùy thân, rồi xác nhận để tài khoản tiếp nhận kho.", "Agencies have put papers into the vault of this identity number. Compare the identity card, then confirm that the account takes the vault over.";
    NotAnOrganisation, "not_an_organisation", 409, "Kho này là kho của cá nhân nên không có thành viên. Hãy chia sẻ giấy tờ thay vì thêm thành viên.", "This is a person's vault, which has no members. Share papers instead.";
    LastOwner, "last_owner", 409, "Kho của tổ chức phải còn ít nhất một chủ quản lý.", "An organisation's vault must keep at least one owner.";
    PurposeMissing, "purpose_missing", 403, "Hãy ghi rõ mục đích xem giấy tờ của người khác. Mục đích được ghi vào nhật ký của chủ giấy tờ.", "Please say for what purpose. It is kept in the trail of the owner.";
    ConsentNeeded, "consent_needed", 403, "Chưa có sự đồng ý của chủ giấy tờ cho hồ sơ này. Hãy xin mã xác nhận hoặc nêu căn cứ pháp lý.", "The owner has not consented for this dossier. Ask for a code, or name the legal basis.";
    ConsentCodeWrong, "consent_code_wrong", 403, "Mã xác nhận không đúng. Hãy hỏi lại chủ giấy tờ.", "The code is not right. Please ask the owner again.";
    ConsentCodeExpired, "consent_code_expired", 410, "Mã xác nhận đã hết hạn, đã dùng hoặc đã nhập sai quá số lần. Hãy xin mã mới.", "The code has expired, was used, or was mistyped too often. Please ask for a new one.";
    OwnerNotReachable, "owner_not_reachable", 409, "Chủ giấy tờ chưa có tài khoản nên không nhận được mã. Hãy nêu căn cứ pháp lý.", "The owner has no account, so no code can be sent. Name the legal basis instead.";
    CitationNotConfirmed, "citation_not_confirmed", 403, "Giấy tờ này không thuộc chủ của hồ sơ đang xử lý. Hãy mở đúng hồ sơ của chủ giấy tờ, hoặc gửi yêu cầu để chủ giấy tờ đồng ý.", "This paper does not belong to the owner of the dossier. Open the dossier of its owner, or ask the owner to agree.";
    MoveNotAllowed, "move_not_allowed", 409, "Hồ sơ đang ở bước không làm được việc này. Hãy tải lại để xem bước hiện tại.", "The dossier is in a state that does not allow this. Please reload to see its state.";
    DossierIncomplete, "dossier_incomplete", 409, "Hồ sơ còn thiếu hoặc có giấy tờ chưa dùng được. Hãy bổ sung các thành phần được nêu.", "The dossier lacks papers, or holds some that will not do. Please complete the components named.";
    DossierLocked, "dossier_locked", 409, "Hồ sơ đang ở bước không sửa được.", "The dossier is in a state in which it cannot be changed.";
    AttachmentDecided, "attachment_decided", 409, "Giấy tờ này trong hồ sơ đã được xử lý nên không làm lại được.", "This paper of the dossier was decided about already.";
    PaperInDossier, "paper_in_dossier", 409, "Giấy tờ đang nằm trong một hồ sơ chưa giải quyết xong nên chưa xóa vĩnh viễn được.", "A dossier that is still open holds this paper, so it cannot be deleted for ever yet.";
    SourceNotAllowed, "source_not_allowed", 422, "Kho không được phép tải tệp từ địa chỉ này. Hãy đề nghị quản trị viên khai địa chỉ.", "Files may not be fetched from this address. Ask the administrator to name the place.";
    SourceUnavailable, "source_unavailable", 502, "Không tải được tệp từ địa chỉ đã nêu. Kho sẽ thử lại.", "The file could not be fetched from the address. It is tried again.";
    ContentDamaged, "content_damaged", 502, "Nội dung lưu trữ bị hỏng nên không được gửi ra. Quản trị viên đã được báo.", "The stored content is damaged, so it is not sent out. The administrator has been told.";
    StorageUnavailable, "storage_unavailable", 503, "Nơi lưu trữ tạm thời không trả lời. Chưa có gì bị mất; hãy thử lại sau ít phút.", "The storage does not answer for the moment. Nothing was lost; please try again in a few minutes.";
    StorageFull, "storage_full", 507, "Máy chủ hết chỗ lưu trữ. Chưa có gì bị mất; hãy báo quản trị viên.", "The server has run out of storage. Nothing was lost; please tell the administrator.";
    DatabaseUnavailable, "database_unavailable", 503, "Hệ thống đang bận. Chưa có gì bị mất; hãy thử lại sau ít phút.", "The system is busy. Nothing was lost; please try again in a few minutes.";
    Internal, "internal", 500, "Có lỗi ngoài dự kiến. Chưa có gì bị mất; quản trị viên đã được báo.", "Something unexpected happened. Nothing was lost; the administrator has been told.";
}

/// A refused or failed request: the code, members a program can read, and what the edge must still do with it.
#[derive(Debug)]
pub struct Problem {
    pub code: Code,
    /// Extension members of the problem document, such as `field` or `limit_bytes`; never personal data.
    pub members: BTreeMap<&'static str, serde_json::Value>,
    /// A refusal that the edge writes to the audit chain before it answers.
    pub refusal: Option<Box<Refusal>>,
    /// What really happened: logged once, never sent.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    pub fn new(code: Code) -> Self {
        Self { code, members: BTreeMap::new(), refusal: None, cause: None }
    }

    /// Adds a member that programs can read.
    pub fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.members.insert(name, value.into());
        self
    }

    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// A field of the input that is not valid; `reason` is a short stable word such as `too_long`.
    pub fn field(field: &'static str, reason: &'static str) -> Self {
        Self::new(Code::InvalidInput).with("field", field).with("reason", reason)
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.english())
    }
}

impl std::error::Error for Problem {}
