//! The page: the files of `web/dist`, within the binary of a release and read from the folder otherwise, so that it can be worked on.
//!
//! Files under `assets/` carry a digest in their names and never change. Every other address is the page itself: its program reads the
//! address and shows the screen. Files are compressed when they are first asked for, and kept so.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use actix_web::http::Method;
use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding, Header, IF_NONE_MATCH};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::headers::{FILE_POLICY, PAGE_POLICY};
use crate::domain::problem::{Code, Problem, Result};

#[derive(rust_embed::Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";
/// Files whose names change with their content.
const HASHED: &str = "assets/";
/// As near to the smallest as can be had without keeping the first caller waiting: the highest takes twenty times as long.
const BROTLI_QUALITY: u32 = 9;

/// A file as it was built, and its SHA-256.
struct File {
    bytes: Bytes,
    sha256: [u8; 32],
}

fn built(path: &str) -> Option<File> {
    let file = Dist::get(path)?;
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    Some(File { bytes, sha256: file.metadata.sha256_hash() })
}

/// The files of the page, shared by all workers.
pub struct Page {
    find: fn(&str) -> Option<File>,
    packed: Mutex<HashMap<(String, ContentEncoding), Packed>>,
}

/// A compressed file, and the digest of what it was made of: in a folder that is worked on, files change.
#[derive(Clone)]
struct Packed {
    of: [u8; 32],
    bytes: Bytes,
}

impl Page {
    pub fn built_in() -> Self {
        Self { find: built, packed: Mutex::default() }
    }

    /// A file's bytes under an encoding.
    async fn packed(&self, path: &str, file: &File, encoding: ContentEncoding) -> Result<Bytes> {
        if encoding == ContentEncoding::Identity {
            return Ok(file.bytes.clone());
        }
        let key = (path.to_owned(), encoding);
        let kept = self.packed.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(packed) = kept.filter(|packed| packed.of == file.sha256) {
            return Ok(packed.bytes);
        }
        let bytes = file.bytes.clone();
        let bytes = web::block(move || pack(&bytes, encoding))
            .await
            .map_err(|error| Problem::new(Code::Internal).caused_by(error))?
            .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let packed = Packed { of: file.sha256, bytes: bytes.clone() };
        self.packed.lock().unwrap_or_else(PoisonError::into_inner).insert(key, packed);
        Ok(bytes)
    }
}

fn pack(bytes: &[u8], encoding: ContentEncoding) -> std::io::Result<Bytes> {
    let packed = if encoding == ContentEncoding::Brotli {
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 64 << 10, BROTLI_QUALITY, 22);
        writer.write_all(bytes)?;
        writer.into_inner()
    } else {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes)?;
        writer.finish()?
    };
    Ok(packed.into())
}

/// The media type of a file by its name, and whether compressing makes it smaller.
fn media_type(path: &str) -> (&'static str, bool) {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "json" | "map" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "ttf" => ("font/ttf", true),
        "woff" => ("font/woff", false),
        "woff2" => ("font/woff2", false),
        "png" => ("image/png", false),
        "webp" => ("image/webp", false),
        "ico" => ("image/x-icon", false),
        _ => ("application/octet-stream", true),
    }
}

/// Whether an address is one of the page's, and not of the API.
pub fn is_of_page(path: &str) -> bool {
    !["api", "facade", "integration", "oauth"].iter().any(|room| {
        let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(room));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Answers an address of the page: with the file of that name, or with the page itself.
pub async fn answer(request: &HttpRequest, page: &Page) -> Result<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::new(Code::MethodNotAllowed).with("allow", "GET, HEAD"));
    }
    let asked = request.path().trim_start_matches('/');
    let (path, file) = match (page.find)(asked) {
        Some(file) => (asked, file),
        None if asked.starts_with(HASHED) => return Err(Code::RouteNotFound.into()),
        None => (INDEX, (page.find)(INDEX).ok_or(Code::PageNotBuilt)?),
    };
    let (media_type, compressible) = media_type(path);
    let encoding = if compressible { encoding_for(request) } else { ContentEncoding::Identity };
    // Each form is a representation of its own (RFC 9110, 8.8.3.3).
    let digest = data_encoding::HEXLOWER.encode(&file.sha256[..16]);
    let tag = format!("\"{digest}-{}\"", encoding.as_str());
    let lifetime = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let seen = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_same = seen.is_some_and(|tags| tags.contains(&tag));
    let mut response = if is_same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(("ETag", tag)).insert_header(("Cache-Control", lifetime));
    if compressible {
        response.insert_header(("Vary", "Accept-Encoding"));
    }
    if is_same {
        return Ok(response.finish());
    }
    let policy = if path.ends_with(".html") { PAGE_POLICY } else { FILE_POLICY };
    let bytes = page.packed(path, &file, encoding).await?;
    if encoding != ContentEncoding::Identity {
        response.insert_header(("Content-Encoding", encoding.as_str()));
    }
    Ok(response.content_type(media_type).insert_header(("Content-Security-Policy", policy)).body(bytes))
}

/// The encodings offered. Browsers like all of theirs alike, and then Brotli is taken.
const OFFERED: [Encoding; 3] = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];

fn encoding_for(request: &HttpRequest) -> ContentEncoding {
    let accepted = AcceptEncoding::parse(request).ok();
    match accepted.and_then(|accepted| accepted.negotiate(OFFERED.iter())) {
        Some(Encoding::Known(encoding)) => encoding,
        _ => ContentEncoding::Identity,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use actix_web::body::to_bytes;
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;

    const SCRIPT: &[u8] = &[b'k'; 5_000];

    fn made(path: &str) -> Option<File> {
        let (bytes, number) = match path {
            "index.html" => (b"<!doctype html><title>Kho</title>".as_slice(), 1),
            "icon.svg" => (b"<svg/>".as_slice(), 2),
            "assets/index-Ab12.js" => (SCRIPT, 3),
            "assets/font-Cd34.woff2" => (b"wOF2".as_slice(), 4),
            _ => return None,
        };
        Some(File { bytes: Bytes::from_static(bytes), sha256: [number; 32] })
    }

    async fn ask(request: TestRequest) -> Result<HttpResponse> {
        let page = Page { find: made, packed: Mutex::default() };
        answer(&request.to_http_request(), &page).await
    }

    async fn get(address: &str) -> HttpResponse {
        ask(TestRequest::get().uri(address)).await.unwrap()
    }

    fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn every_address_that_is_no_file_is_the_page() {
        for address in ["/", "/sign-in", "/folder/0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90?sort=name", "/apidae"]
        {
            let response = get(address).await;
            assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{address}");
            assert_eq!(header(&response, "cache-control"), "no-cache");
            assert_eq!(header(&response, "content-security-policy"), PAGE_POLICY);
            assert!(to_bytes(response.into_body()).await.unwrap().starts_with(b"<!doctype"));
        }
    }

    #[tokio::test]
    async fn files_have_their_type_and_hashed_ones_are_kept_for_ever() {
        for (address, media_type, is_kept) in [
            ("/icon.svg", "image/svg+xml", false),
            ("/assets/index-Ab12.js", "text/javascript; charset=utf-8", true),
            ("/assets/font-Cd34.woff2", "font/woff2", true),
        ] {
            let response = get(address).await;
            assert_eq!(header(&response, "content-type"), media_type);
            assert_eq!(header(&response, "cache-control").contains("immutable"), is_kept, "{address}");
            assert_eq!(header(&response, "content-security-policy"), FILE_POLICY);
        }
        let gone = ask(TestRequest::get().uri("/assets/index-Zz99.js")).await.unwrap_err();
        assert_eq!(gone.code, Code::RouteNotFound);
    }

    #[tokio::test]
    async fn a_file_comes_in_the_smallest_form_that_the_browser_takes() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, br;q=0", "gzip"),
            ("gzip;q=1, br;q=0.5", "gzip"),
            ("zstd", ""),
            ("", ""),
        ] {
            let request = TestRequest::get().uri("/assets/index-Ab12.js");
            let response = ask(request.insert_header(("accept-encoding", accepted))).await.unwrap();
            assert_eq!(header(&response, "content-encoding"), encoding, "{accepted}");
            assert_eq!(header(&response, "vary"), "Accept-Encoding");
            let body = to_bytes(response.into_body()).await.unwrap();
            let mut plain = Vec::new();
            match encoding {
                "br" => _ = brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut plain).unwrap(),
                "gzip" => _ = flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap(),
                _ => plain.extend_from_slice(&body),
            }
            assert_eq!(plain, SCRIPT, "{accepted}");
        }
        let font = TestRequest::get().uri("/assets/font-Cd34.woff2").insert_header(("accept-encoding", "br"));
        assert_eq!(header(&ask(font).await.unwrap(), "content-encoding"), "");
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let tag = header(&get("/").await, "etag").to_owned();
        for (seen, status) in [
            (tag.clone(), StatusCode::NOT_MODIFIED),
            (format!("W/{tag}, \"other\""), StatusCode::NOT_MODIFIED),
            ("\"other\"".to_owned(), StatusCode::OK),
        ] {
            let request = TestRequest::get().uri("/folder").insert_header(("if-none-match", seen.clone()));
            let response = ask(request).await.unwrap();
            assert_eq!((response.status(), header(&response, "etag")), (status, tag.as_str()), "{seen}");
        }
        // Each encoding is a form of its own.
        let packed = TestRequest::get().uri("/").insert_header(("accept-encoding", "br"));
        let packed = ask(packed.insert_header(("if-none-match", tag))).await.unwrap();
        assert_eq!(packed.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn without_the_page_it_is_said_how_to_build_it() {
        let page = Page { find: |_| None, packed: Mutex::default() };
        let missing = answer(&TestRequest::get().uri("/").to_http_request(), &page).await.unwrap_err();
        assert_eq!(missing.code, Code::PageNotBuilt);
    }

    #[tokio::test]
    async fn the_page_is_only_read() {
        let refused = ask(TestRequest::post().uri("/")).await.unwrap_err();
        assert_eq!(refused.code, Code::MethodNotAllowed);
    }
}
