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

/// Lists are text and shrink much; files of people are sent as they are, whatever the browser takes.
#[tokio::test(flavor = "multi_thread")]
async fn long_answers_are_compressed_and_files_of_people_are_not() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let text_file = "Giấy khai sinh của Bống. ".repeat(200);
    let document = hoa.document(&hoa.root, "ghi chú.txt", text_file.as_bytes()).await;
    let ask = async |path: String, encodings: &'static str| {
        let request = hoa.request(Method::GET, &path).header("Accept-Encoding", encodings);
        request.send().await.unwrap()
    };
    let children = format!("/entries/{}/children", hoa.root);

    let plain = ask(children.clone(), "identity").await;
    assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "Accept-Encoding"));
    let plain = plain.bytes().await.unwrap();
    assert!(plain.len() > 2_000);
    for encodings in ["gzip, deflate, br, zstd", "br;q=0.5, gzip;q=0.1", "GZIP"] {
        let packed = ask(children.clone(), encodings).await;
        assert_eq!(header(&packed, "content-encoding"), "gzip", "{encodings}");
        assert_eq!(header(&packed, "vary"), "Accept-Encoding");
        let length = header(&packed, "content-length").parse::<usize>().unwrap();
        let packed = packed.bytes().await.unwrap();
        assert_eq!(packed.len(), length);
        assert!(packed.len() * 2 < plain.len(), "{} of {}", packed.len(), plain.len());
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
    }
    let short = ask("/sign-in-options".to_owned(), "gzip").await;
    assert_eq!(header(&short, "content-encoding"), "");

    let content = format!("/entries/{}/content", document["id"].as_str().unwrap());
    let whole = ask(content.clone(), "gzip, br").await;
    assert_eq!((header(&whole, "content-encoding"), header(&whole, "vary")), ("", ""));
    assert_eq!(whole.bytes().await.unwrap(), text_file.as_bytes());
    let part =
        hoa.request(Method::GET, &content).header("Accept-Encoding", "gzip").header("Range", "bytes=0-2047");
    let part = part.send().await.unwrap();
    assert_eq!((part.status().as_u16(), header(&part, "content-length")), (206, "2048"));
    assert_eq!(part.bytes().await.unwrap(), text_file.as_bytes()[..2048]);
}
