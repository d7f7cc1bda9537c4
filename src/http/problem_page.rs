//! The list of problems for people: a page at `/api/problems`, whose anchors are the `type` of every problem, and the same as Markdown.

use actix_web::{HttpResponse, get};

use crate::domain::problem::Code;

/// The list as Markdown, kept in `docs/api/problems.md`.
pub fn markdown() -> String {
    let mut page = "# Problems\n\nMade from `src/domain/problem.rs`. Every error is an RFC 9457 document with one of these codes; \
                    programs act on the code, people read the sentence.\n\n| code | status | Tiếng Việt | English |\n|---|---|---|---|\n"
        .to_owned();
    for code in sorted() {
        let (name, status) = (code.as_str(), code.status());
        page.push_str(&format!("| `{name}` | {status} | {} | {} |\n", code.vietnamese(), code.english()));
    }
    page
}

fn sorted() -> Vec<Code> {
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes
}

/// What each problem means
#[utoipa::path(tag = "operations", security(()),
    responses((status = 200, description = "A page with an anchor for every code", body = String, content_type = "text/html")))]
#[get("/api/problems")]
pub async fn show_problems() -> HttpResponse {
    let mut page = "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>Kho: problems</title>\
                    <meta name=\"viewport\" content=\"width=device-width\"><h1>Problems</h1><dl>"
        .to_owned();
    for code in sorted() {
        let (name, status) = (code.as_str(), code.status());
        page.push_str(&format!(
            "<dt id=\"{name}\"><code>{name}</code> {status}</dt><dd>{}<br><span lang=\"en\">{}</span></dd>",
            escape(code.vietnamese()),
            escape(code.english())
        ));
    }
    page.push_str("</dl></html>");
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Content-Security-Policy", "default-src 'none'"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(page)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
