//! `kho-load fill` leaves a deployment as if all documents had been added one by one: sums are right and every document is found.

use std::process::Command;

use kho::config::{Config, Flags};
use kho::db;
use kho::domain::account::{Actor, Channel, Credential};
use kho::domain::clock::Clock;
use kho::domain::id::AccountId;
use kho::domain::identity::{FullName, IdentityNumber, Login};
use kho::domain::page::PageRequest;
use kho::domain::search::Query;
use kho::services::accounts::NewPerson;
use kho::services::check::Findings;
use kho::services::fsck::FsckScope;
use kho::services::search::Search;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const DOCUMENTS: i64 = 1_100;

fn actor(account_id: AccountId) -> Actor {
    let channel = Channel { name: "command_line", address: String::new() };
    let name = "kho-load".to_owned();
    Actor { account_id, name, vault_id: None, credential: Credential::CommandLine, channel, purpose: None }
}

#[tokio::test]
async fn a_filled_folder_is_as_sound_as_any() -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    let flags = Flags { data_dir: Some(data.path().to_owned()), ..Default::default() };
    let mut config = Config::load(None, &flags)?;
    // Whatever servers the suite runs on, the folder of data is what this test looks at.
    (config.database_url, config.objects) = (String::new(), String::new());
    let kho = kho::app::build(&config, Clock::System).await?;
    let person = NewPerson {
        takes_over: false,
        login: Login::parse("hoa")?,
        full_name: FullName::parse("Nguyễn Thị Hoa")?,
        identity_number: IdentityNumber::parse("099000000001")?,
        email: None,
        phone: None,
        address: None,
        password: None,
    };
    let mut owner = actor(kho.create_person(&actor(AccountId(uuid::Uuid::nil())), person).await?);
    let mut tx = kho.db.read().await?;
    owner.vault_id = db::account::get(&mut tx, owner.account_id).await?.ok_or("no account")?.vault_id;
    let vault = owner.vault_id.ok_or("no vault")?;
    let root = db::vault::get(&mut tx, vault).await?.ok_or("no vault")?.root_id;
    drop(tx);
    let folder = kho.create_folder(&owner, root, "Rất nhiều", Default::default()).await?.id;

    let filled = Command::new(env!("CARGO_BIN_EXE_kho-load"))
        .args(["fill", "--folder", &folder.to_string(), "--documents", &DOCUMENTS.to_string()])
        .arg("--data-dir")
        .arg(data.path())
        .env_remove("KHO_DATABASE_URL")
        .env_remove("KHO_OBJECTS")
        .status()?;
    assert!(filled.success());

    let mut tx = kho.db.read().await?;
    let sums = db::entry::get(&mut tx, folder).await?.ok_or("no folder")?;
    drop(tx);
    assert_eq!(sums.tree_documents, DOCUMENTS);
    let search = Search {
        query: Query::parse("to 1099")?,
        vault: None,
        folder: None,
        filters: Default::default(),
        page: PageRequest::parse(None, None, None, "name")?,
        ranked: true,
    };
    let found = kho.search(&owner, &search).await?;
    assert_eq!(found.items.iter().map(|hit| hit.entry.name.as_str()).collect::<Vec<_>>(), ["Tờ 1099.pdf"]);

    let mut findings = Findings::default();
    let scope = FsckScope { read_all: true, ..Default::default() };
    kho.fsck(scope, &mut findings).await?;
    assert!(findings.0.is_empty(), "{:?}", findings.0);
    Ok(())
}
