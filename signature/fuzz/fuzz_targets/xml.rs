#![no_main]
//! A document of any bytes gets a report; its canonical form is that of itself; and whatever it says, nothing in it is trusted.

use std::sync::LazyLock;

use kho_signature::report::Indication;
use kho_signature::xml::{Document, Method, Selection, canonical, decode};
use kho_signature::{Context, verify, verify_detached};
use libfuzzer_sys::fuzz_target;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new("2026-06-01T00:00:00Z".parse().expect("a time")));

const FORMS: [&str; 3] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
];

fn canonical_form(text: &str, method: &Method) -> Option<Vec<u8>> {
    let document = Document::parse(text).ok()?;
    Some(canonical(&Selection::all(document.whole()), method, 1 << 24).expect("within the limit"))
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = verify(bytes, &CONTEXT) {
        assert!(
            report.signatures.iter().all(|one| one.indication != Indication::TotalPassed),
            "nothing is trusted"
        );
    }
    let _ = verify_detached(bytes, b"content", &CONTEXT);
    let Ok(text) = decode(bytes) else { return };
    for method in FORMS.iter().filter_map(|name| Method::of(name)) {
        if let Some(once) = canonical_form(&text, &method) {
            let again = std::str::from_utf8(&once).ok().and_then(|text| canonical_form(text, &method));
            assert_eq!(again.as_ref(), Some(&once), "a canonical form is its own");
        }
    }
});
