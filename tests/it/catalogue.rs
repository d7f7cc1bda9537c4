//! The lists that a page offers choices from.

use serde_json::json;

use crate::support::{TestApp, problem};

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogues_are_read_by_everybody_signed_in() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;

    let types = hoa.get("/catalogue/document-types").await;
    assert_eq!(
        types["items"][0],
        json!({ "code": "birth-certificate", "vi": "Giấy khai sinh", "en": "Birth certificate", "family": "civil-status" })
    );
    let folders = hoa.get("/catalogue/default-folders").await;
    let families = folders["items"].as_array().unwrap();
    for known in types["items"].as_array().unwrap() {
        assert!(families.iter().any(|folder| folder["code"] == known["family"]), "{known}");
    }
    let files = hoa.get("/catalogue/file-types").await;
    assert_eq!(files["max_file_bytes"], app.kho.settings.max_file_bytes);
    assert_eq!(files["items"][0]["extensions"], json!(["pdf"]));

    for list in ["document-types", "default-folders", "file-types"] {
        let unsigned =
            app.stranger().get(format!("{}/api/v1/catalogue/{list}", app.url)).send().await.unwrap();
        assert_eq!(problem(unsigned).await, (401, "not_signed_in".to_owned()), "{list}");
    }
}
