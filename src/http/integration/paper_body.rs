//! What is said of a paper, and how its file comes: along in a form, or by reference in JSON.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::NaiveDate;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::id::UploadId;
use crate::domain::problem::{Code, Problem, Result};
use crate::http::form::Form;
use crate::services::mapping::paper_references::{PaperReference, PaperSource};
use crate::services::mapping::pushed_papers::{PaperPush, Register};

/// What is said of a paper.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperPushBody {
    /// File name, with the extension of what it is.
    #[schema(max_length = 255, example = "Giấy khai sinh.pdf")]
    name: String,
    #[schema(max_length = 500, example = "Giấy khai sinh của Nguyễn Minh An")]
    title: Option<String>,
    /// Of a component: its type of document; the component's own where it takes only one.
    #[schema(max_length = 64, example = "birth-certificate")]
    type_code: Option<String>,
    /// Of a result, and needed there: code of its type.
    #[schema(max_length = 64, example = "birth-registration")]
    result_type: Option<String>,
    #[schema(max_length = 100, example = "123/2026")]
    number: Option<String>,
    #[schema(max_length = 300, example = "UBND xã Suối Mơ")]
    authority: Option<String>,
    issued_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    #[schema(max_length = 5000)]
    note: Option<String>,
    /// SHA-256 of the file in hexadecimal; a mismatch stores nothing. By reference it stands beside the metadata.
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
    /// Name of the officer who compared it with the original, where one did: the paper is authenticated by that.
    #[schema(max_length = 200, example = "Trần Văn Bình")]
    compared_by: Option<String>,
    /// The register that the paper comes from, where it does: the paper is authenticated by that. Needs the scope `register_write` for an agency
    /// of the dossier.
    register: Option<RegisterBody>,
}

/// An entry of a register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    /// Name of the register.
    #[schema(max_length = 200, example = "Cơ sở dữ liệu hộ tịch điện tử")]
    name: String,
    /// Number of the entry there.
    #[schema(max_length = 100, example = "KS-2026-000123")]
    entry: String,
}

impl From<PaperPushBody> for PaperPush {
    fn from(body: PaperPushBody) -> Self {
        Self {
            name: body.name,
            title: body.title,
            type_code: body.type_code,
            result_type: body.result_type,
            number: body.number,
            authority: body.authority,
            issued_on: body.issued_on,
            expires_on: body.expires_on,
            note: body.note,
            sha256: body.sha256,
            compared_by: body.compared_by,
            register: body.register.map(|register| Register { name: register.name, entry: register.entry }),
        }
    }
}

/// A paper, as `multipart/form-data`: what is said of it first, then its file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the fields are read from the stream"
)]
pub struct PaperForm {
    /// What is said of it, as JSON.
    metadata: PaperPushBody,
    /// The file.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// A paper by reference: where its file is, and what it hashes to. Exactly one of `url` and `upload`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperReferenceBody {
    /// What is said of it.
    metadata: PaperPushBody,
    /// Where the file is fetched from, at a place that the administrator named. No redirect is followed.
    #[schema(max_length = 2000, example = "https://mot-cua.tinh.gov.vn/tep/8f14e45f")]
    url: Option<String>,
    /// An upload in parts that is whole, and was begun for this paper.
    upload: Option<UploadId>,
    /// SHA-256 of the file in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    /// Bytes of the file, where they are known.
    #[schema(example = 1_048_576, minimum = 1)]
    size: Option<u64>,
}

impl PaperReferenceBody {
    pub fn new(
        metadata: PaperPushBody,
        url: Option<String>,
        upload: Option<UploadId>,
        sha256: String,
        size: Option<u64>,
    ) -> Self {
        Self { metadata, url, upload, sha256, size }
    }

    pub fn checked(self) -> Result<PaperReference> {
        let source = match (self.url, self.upload) {
            (Some(url), None) => PaperSource::Url(url),
            (None, Some(upload)) => PaperSource::Upload(upload),
            _ => return Err(Problem::field("url", "url_or_upload")),
        };
        let sha256 = data_encoding::HEXLOWER_PERMISSIVE
            .decode(self.sha256.trim().as_bytes())
            .ok()
            .filter(|hash| hash.len() == 32)
            .ok_or_else(|| Problem::field("sha256", "not_hexadecimal"))?;
        if self.metadata.sha256.is_some() {
            return Err(Problem::field("metadata", "sha256_twice"));
        }
        Ok(PaperReference {
            paper: self.metadata.into(),
            source,
            sha256: Some(sha256),
            size_bytes: self.size,
        })
    }
}

/// The code that the owner gave, in the place of a file; of components alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperCitationBody {
    /// The citation code of a version of the owner's, which is pinned whatever came after it.
    #[schema(example = "K3MT-7PXC-9FHJ", max_length = 300)]
    pub citation: String,
}

/// A component without bytes: a file by reference, or the code of a paper that its owner cited.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ComponentReferenceBody {
    Reference(Box<PaperReferenceBody>),
    Citation(PaperCitationBody),
}

/// Either of them, by the media type of the request.
pub enum PaperBody {
    Along(Form),
    Reference(ComponentReferenceBody),
}

impl FromRequest for PaperBody {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = kind.is_some_and(|kind| kind.split(';').next().is_some_and(is_json));
        if is_json {
            let read = web::Json::<Value>::from_request(request, payload);
            return read.map(|read| Ok(Self::Reference(by_its_fields(read?.into_inner())?))).boxed_local();
        }
        let form = Form::from_request(request, payload);
        form.map(|form| Ok(Self::Along(form?))).boxed_local()
    }
}

/// Reads the one that it is, so that what is wrong is told of that one.
fn by_its_fields(body: Value) -> Result<ComponentReferenceBody> {
    let read = match body.get("citation") {
        Some(_) => serde_json::from_value(body).map(ComponentReferenceBody::Citation),
        None => serde_json::from_value(body).map(ComponentReferenceBody::Reference),
    };
    // Serde's words name fields and types of the body, not values of people.
    read.map_err(|error| Problem::new(Code::InvalidInput).with("reason", error.to_string()))
}

fn is_json(kind: &str) -> bool {
    kind.trim().eq_ignore_ascii_case("application/json")
}
