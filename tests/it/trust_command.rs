//! `kho trust`, run as an operator runs it.

use serde_json::Value;

use crate::command_line::{done, refused};
use crate::signed::world::world;
use crate::support::TestApp;

fn armoured(der: &[u8]) -> String {
    pem::encode(&pem::Pem::new("CERTIFICATE", der))
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_added_listed_imported_and_removed() {
    let app = TestApp::start().await;
    let world = world();
    let folder = app.config.data_dir.join("given");
    std::fs::create_dir_all(&folder).unwrap();
    let (root, both) = (folder.join("root.pem"), folder.join("both.pem"));
    std::fs::write(&root, armoured(&world.root)).unwrap();
    std::fs::write(&both, armoured(&world.root) + &armoured(&world.authority)).unwrap();
    let (root, both) = (root.to_str().unwrap(), both.to_str().unwrap());
    let fingerprint = data_encoding::HEXLOWER.encode(&kho::crypto::sha256::sha256(&world.root));

    assert_eq!(done(&app, &["trust", "list"]).await, "");
    let added = done(&app, &["trust", "add", root, "--until", "2031-01-01", "--authenticates"]).await;
    assert_eq!(added, format!("anchor {fingerprint} CN=Root\n"));
    let listed = done(&app, &["trust", "list", "--json"]).await;
    let listed: Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!(listed["sha256"], fingerprint);
    assert_eq!(listed["authenticates"], true);
    assert_eq!(listed["valid_until"], "2031-01-01T00:00:00Z");

    let tried = done(&app, &["trust", "import", both, "--dry-run"]).await;
    assert!(tried.starts_with("intermediate ") && tried.lines().count() == 1, "{tried}");
    assert_eq!(done(&app, &["trust", "list"]).await.lines().count(), 1, "a dry run adds nothing");
    let imported = done(&app, &["trust", "import", both]).await;
    assert!(imported.contains("intermediate ") && imported.contains("CN=Authority"), "{imported}");
    assert_eq!(done(&app, &["trust", "list"]).await.lines().count(), 2);

    assert!(refused(&app, &["trust", "remove", "0000"]).await.contains("Not found"));
    assert!(refused(&app, &["trust", "add", "nowhere.pem"]).await.contains("nowhere.pem"));
    assert_eq!(done(&app, &["trust", "remove", &fingerprint[..12]]).await, "removed anchor CN=Root\n");
    let trail = app.kho.trust_certificates(&crate::support::operator()).await.unwrap();
    assert_eq!(trail.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_in_the_data_folder_count_and_broken_ones_stop_the_start() {
    let world = world();
    let app = TestApp::start_with(kho::domain::clock::Clock::System, |config| {
        let anchors = config.data_dir.join("trust/anchors");
        std::fs::create_dir_all(&anchors).unwrap();
        std::fs::write(anchors.join("root.crt"), &world.root).unwrap();
    })
    .await;
    let listed = done(&app, &["trust", "list"]).await;
    assert!(listed.contains("CN=Root  in the data folder"), "{listed}");
    let broken = app.config.data_dir.join("trust/anchors/broken.crt");
    std::fs::write(&broken, [0x30, 0x03, 1, 2, 3]).unwrap();
    assert!(refused(&app, &["trust", "list"]).await.contains("broken.crt"));
}
