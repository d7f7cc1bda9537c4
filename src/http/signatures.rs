//! What is known of the signatures of papers, in words for people and codes for programs; and judging a file without an account.

use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use kho_signature::report::{Conclusion, Finding, Format, Report, Signature};
use kho_signature::words::{self, Answer, Language};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::disposition;
use super::extract::{Caller, channel};
use super::form::Form;
use super::personal::mask;
use super::problem::ProblemBody;
use crate::domain::id::EntryId;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::signatures::{Signatures, Verified};

/// How long a stranger's file may be on its way.
const SENDING: Duration = Duration::from_secs(120);

/// A sentence in both languages, so that the page can change its language without asking again.
#[derive(Serialize, ToSchema)]
pub struct Words {
    /// In Vietnamese.
    #[schema(example = "Chữ ký hợp lệ.")]
    vi: &'static str,
    /// In English.
    #[schema(example = "The signature is valid.")]
    en: &'static str,
}

impl Words {
    fn of(say: impl Fn(Language) -> &'static str) -> Self {
        Self { vi: say(Language::Vietnamese), en: say(Language::English) }
    }
}

/// How far judging a version has come.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgingState {
    /// It will be judged in some moments.
    Pending,
    Judged,
    /// There is no signature in it.
    Unsigned,
    /// It is damaged, or not what it seems.
    Unreadable,
    /// It is larger than what is judged.
    TooLarge,
}

/// Why a conclusion is what it is.
#[derive(Serialize, ToSchema)]
pub struct ReasonBody {
    pub code: kho_signature::Code,
    /// Names, numbers of objects, times: what the code is about in this file.
    pub detail: Option<String>,
    /// The same for people.
    pub sentence: Words,
}

/// One question of the circular on signing software, and its answer.
#[derive(Serialize, ToSchema)]
pub struct CheckBody {
    /// What is asked.
    pub question: Words,
    /// What is known.
    pub answer: Answer,
}

/// A signature, with what it means for people.
#[derive(Serialize, ToSchema)]
pub struct SignatureBody {
    #[serde(flatten)]
    signature: Signature,
    /// The conclusion in one sentence.
    sentence: Words,
    /// The findings in sentences, the deciding one first.
    reasons: Vec<ReasonBody>,
    /// The nine questions, in the order of the circular.
    checks: Vec<CheckBody>,
}

/// What is said about a file.
#[derive(Serialize, ToSchema)]
pub struct VerdictBody {
    /// Which kind of signed file it is.
    pub format: Format,
    /// The conclusion about the file as a whole; none where it holds no signature.
    pub conclusion: Option<Conclusion>,
    /// Whether the signatures are valid and yet vouch for a part of the file only, as for an element of XML.
    pub partly_signed: bool,
    /// The same in one sentence.
    pub sentence: Option<Words>,
    /// What is wrong with the file as a whole.
    pub reasons: Vec<ReasonBody>,
    /// In the order in which they were made.
    pub signatures: Vec<SignatureBody>,
}

/// What is said about a stranger's file.
#[derive(Serialize, ToSchema)]
pub struct FileVerdictBody {
    #[serde(flatten)]
    verdict: VerdictBody,
    /// When it was judged.
    judged_at: DateTime<Utc>,
    /// The rules on algorithms and keys that it was judged by.
    #[schema(example = "kho-2026")]
    policy: String,
}

/// What is known of a version's signatures.
#[derive(Serialize, ToSchema)]
pub struct SignaturesBody {
    /// The number of the version that this is about.
    #[schema(example = 2, minimum = 1)]
    pub version: i32,
    /// How far judging it has come.
    pub state: JudgingState,
    /// When it was judged last.
    pub judged_at: Option<DateTime<Utc>>,
    /// When it will be judged again.
    pub judge_at: Option<DateTime<Utc>>,
    /// The rules on algorithms and keys that it was judged by.
    #[schema(example = "kho-2026")]
    pub policy: Option<String>,
    /// Once it was judged.
    pub verdict: Option<VerdictBody>,
}

impl From<Report> for VerdictBody {
    fn from(report: Report) -> Self {
        let say = |language| words::of_report(&report, language);
        let sentence = say(Language::Vietnamese).zip(say(Language::English));
        Self {
            format: report.format,
            conclusion: report.conclusion(),
            partly_signed: report.is_partly_signed(),
            sentence: sentence.map(|(vi, en)| Words { vi, en }),
            reasons: report.findings.iter().map(reason).collect(),
            signatures: report.signatures.into_iter().map(SignatureBody::from).collect(),
        }
    }
}

impl From<Signature> for SignatureBody {
    fn from(mut signature: Signature) -> Self {
        let questions = words::checklist(&signature, Language::Vietnamese);
        let english = words::checklist(&signature, Language::English);
        let checks = questions.iter().zip(english.iter()).map(|(vi, en)| CheckBody {
            question: Words { vi: vi.question, en: en.question },
            answer: vi.answer,
        });
        let checks = checks.collect();
        // Numbers of identity cards stand in the names of certificates; who may see the paper need not see them whole.
        signature.signer = signature.signer.map(|name| mask(&name));
        for certificate in &mut signature.evidence.certificates {
            certificate.subject = mask(&certificate.subject);
        }
        for finding in &mut signature.findings {
            finding.detail = finding.detail.take().map(|detail| mask(&detail));
        }
        Self {
            sentence: Words::of(|language| words::of_conclusion(signature.conclusion, language)),
            reasons: signature.findings.iter().map(reason).collect(),
            checks,
            signature,
        }
    }
}

fn reason(finding: &Finding) -> ReasonBody {
    ReasonBody {
        code: finding.code,
        detail: finding.detail.clone(),
        sentence: Words::of(|language| words::of_finding(finding.code, language)),
    }
}

impl From<Signatures> for SignaturesBody {
    fn from(signatures: Signatures) -> Self {
        let row = signatures.row;
        let state = match row.as_ref().map(|row| row.state.as_str()) {
            Some("pending") => JudgingState::Pending,
            Some("judged") => JudgingState::Judged,
            Some("unreadable") => JudgingState::Unreadable,
            Some("too_large") => JudgingState::TooLarge,
            // A format that can hold none holds none.
            _ => JudgingState::Unsigned,
        };
        Self {
            version: signatures.version.number,
            state,
            judged_at: row.as_ref().and_then(|row| row.judged_at),
            judge_at: row.as_ref().and_then(|row| row.judge_at),
            policy: row.and_then(|row| row.policy),
            verdict: signatures.report.map(VerdictBody::from),
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignaturesQuery {
    /// The version, instead of the current one.
    #[param(minimum = 1, example = 2)]
    version: Option<i32>,
}

/// A document's signatures
///
/// Judged by a job some moments after a version was added, and again on schedule and when the trust store changes. A signature is judged at
/// the earliest time at which it is proven to have existed: by its time stamps, or because the vault holds it since.
#[utoipa::path(tag = "signatures", params(("entry" = EntryId, Path, description = "The document"), SignaturesQuery),
    responses((status = 200, description = "What is known", body = SignaturesBody)))]
#[get("/entries/{entry}/signatures")]
pub async fn view_signatures(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<SignaturesQuery>,
) -> Result<HttpResponse> {
    let signatures = kho.view_signatures(&caller.0, *entry, query.version).await?;
    Ok(HttpResponse::Ok().json(SignaturesBody::from(signatures)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The version, instead of the current one.
    #[param(minimum = 1, example = 2)]
    version: Option<i32>,
    /// Of the sentences in it: `vi` (the default) or `en`.
    #[param(example = "vi", pattern = "^(vi|en)$")]
    language: Option<String>,
}

/// A document's signatures as an ETSI report
///
/// The validation report of ETSI TS 119 102-2 in XML, for programs that know it. Whoever may download the document may have it.
#[utoipa::path(tag = "signatures", params(("entry" = EntryId, Path, description = "The document"), ReportQuery),
    responses((status = 200, description = "The report", content_type = "application/xml"),
        (status = 404, description = "`no_signature`: there is none, or it was not judged yet", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/entries/{entry}/signatures/etsi")]
pub async fn export_signatures(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<ReportQuery>,
) -> Result<HttpResponse> {
    let language = match query.language.as_deref() {
        None | Some("vi") => Language::Vietnamese,
        Some("en") => Language::English,
        Some(_) => return Err(Problem::field("language", "unknown")),
    };
    let report = kho.export_signatures(&caller.0, *entry, query.version, language).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Type", "application/xml; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, disposition("signatures.xml", false)))
        .insert_header(("Cache-Control", "private, no-cache"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(report))
}

/// Have the signatures judged again
///
/// By a job, with the trust store, the evidence and the rules of now.
#[utoipa::path(tag = "signatures", params(("entry" = EntryId, Path, description = "The document"), SignaturesQuery),
    responses((status = 202, description = "It is queued")))]
#[post("/entries/{entry}/signatures")]
pub async fn judge_signatures(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<SignaturesQuery>,
) -> Result<HttpResponse> {
    kho.ask_judging(&caller.0, *entry, query.version).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Download what was signed
///
/// The file as it was when this signature was made, without what was added later. Only PDF files hold it.
#[utoipa::path(tag = "signatures", params(("entry" = EntryId, Path, description = "The document"),
        ("place" = usize, Path, description = "The place of the signature in the list, from 1", example = 1), SignaturesQuery),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
#[get("/entries/{entry}/signatures/{place}/content")]
pub async fn download_signed(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(EntryId, usize)>,
    query: web::Query<SignaturesQuery>,
) -> Result<HttpResponse> {
    let (entry, place) = path.into_inner();
    let (content, end) = kho.open_signed_revision(&caller.0, entry, query.version, place).await?;
    let stream = content.stream(0..end).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Type", content.version.media_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, disposition(&content.entry.name, false)))
        .insert_header(("Cache-Control", "private, no-cache"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
        .body(SizedStream::new(end, stream)))
}

/// A file to be judged, as `multipart/form-data`.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the fields are read from the stream"
)]
pub struct VerifyForm {
    /// The signed file.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// What it signs, where that is a file of its own.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    content: Option<String>,
}

/// Judge the signatures of a file
///
/// For anybody, without an account. The file is judged in memory and forgotten; nothing is fetched for it. An address may ask a limited number of
/// times a minute.
#[utoipa::path(tag = "signatures", security(()),
    request_body(content = VerifyForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The verdict", body = FileVerdictBody),
        (status = 422, description = "`file_unreadable`: it is damaged, or of no format that is known", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/verify")]
pub async fn verify_file(request: HttpRequest, kho: web::Data<Kho>, mut form: Form) -> Result<HttpResponse> {
    let address = channel(&request, "page").address;
    let address = address.parse().map_err(|_| Problem::new(Code::Internal).caused_by("no address"))?;
    let turn = match kho.take_turn(address).await {
        Ok(turn) => turn,
        Err(problem) => {
            form.drain().await;
            return Err(problem);
        }
    };
    // Whoever sends too slowly gives the turn back.
    let read = form.hold(&["file", "content"], kho.settings.verify_max_bytes);
    let read = tokio::time::timeout(SENDING, read).await;
    let mut files = match read.unwrap_or_else(|_| Err(Code::BodyMalformed.into())) {
        Ok(files) => files.into_iter(),
        Err(problem) => {
            drop(turn);
            form.drain().await;
            return Err(problem);
        }
    };
    let file = files.next().flatten().ok_or_else(|| Problem::field("file", "missing"))?;
    let Verified { report, judged_at, policy } = kho.verify_file(file, files.next().flatten()).await?;
    let body = FileVerdictBody { verdict: report.into(), judged_at, policy };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}
