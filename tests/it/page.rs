//! The page and what browsers are told with it: see the tests in `src/http/assets.rs` for its files.

use reqwest::{Method, Response};

use crate::support::{TestApp, problem};

async fn ask(app: &TestApp, method: Method, address: &str) -> Response {
    app.stranger().request(method, format!("{}{address}", app.url)).send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Where `make page` was not run, it is said.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_answers_every_address_but_those_of_the_api() {
    let app = TestApp::start().await;
    let is_built = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist/index.html").exists();

    for address in ["/", "/sign-in", "/folder/0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90", "/link"] {
        if !is_built {
            let missing = problem(ask(&app, Method::GET, address).await).await;
            assert_eq!(missing, (404, "page_not_built".to_owned()));
            continue;
        }
        let page = ask(&app, Method::GET, address).await;
        assert_eq!(
            (page.status().as_u16(), header(&page, "content-type")),
            (200, "text/html; charset=utf-8")
        );
        for (name, part) in [
            ("content-security-policy", "script-src 'self';"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("permissions-policy", "camera=(self)"),
            ("permissions-policy", "microphone=()"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-cache"),
        ] {
            assert!(header(&page, name).contains(part), "{name}: {}", header(&page, name));
        }
        let head = ask(&app, Method::HEAD, address).await;
        assert_eq!(header(&head, "etag"), header(&page, "etag"));
        assert_eq!(header(&head, "content-length"), header(&page, "content-length"));
        assert_ne!(header(&head, "content-length"), "");
        assert_eq!(head.text().await.unwrap(), "");
    }
    for address in ["/api", "/api/", "/api/v1/nowhere", "/api/v2/me", "/assets/index-00000000.js"] {
        let missing = problem(ask(&app, Method::GET, address).await).await;
        assert_eq!(missing, (404, "route_not_found".to_owned()), "{address}");
    }
    let sent = ask(&app, Method::POST, "/sign-in").await;
    assert_eq!(header(&sent, "allow"), "GET, HEAD");
    assert_eq!(problem(sent).await, (405, "method_not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_browser_shows_as_a_page_is_bound_by_a_policy() {
    let app = TestApp::start().await;
    for address in ["/api/problems", "/api/docs/"] {
        let page = ask(&app, Method::GET, address).await;
        assert_eq!(page.status(), 200, "{address}");
        assert!(header(&page, "content-security-policy").starts_with("default-src 'none'"), "{address}");
        assert_eq!(header(&page, "cross-origin-opener-policy"), "same-origin");
    }
    let json = ask(&app, Method::GET, "/healthz").await;
    assert_eq!(header(&json, "x-content-type-options"), "nosniff");
}
