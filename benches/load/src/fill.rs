//! `kho-load fill`: many documents in a folder that somebody has, for who wants to see how the page shows them. The server may run.

use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use clap::Args;
use kho::config::{Config, Flags};
use kho::db;
use kho::db::entry::Metadata;
use kho::domain::clock::Clock;
use kho::domain::id::EntryId;

use crate::Failure;
use crate::seed::{Owned, actor, fill};

/// As little as a file can be, for its bytes are not what is looked at.
const SIZE_BYTES: usize = 1024;

#[derive(Args)]
pub struct Fill {
    /// The folder's id; it belongs to a person's vault and has no "Tờ 0.pdf"
    #[arg(long)]
    folder: EntryId,
    #[arg(long)]
    documents: u64,
    /// The server's data folder; what else it was started with is read from the environment, as the server does
    #[arg(long)]
    data_dir: PathBuf,
}

pub async fn run(command: Fill) -> Result<(), Failure> {
    let flags = Flags { data_dir: Some(command.data_dir), ..Default::default() };
    let kho = kho::app::build(&Config::load(None, &flags)?, Clock::System).await?;
    let mut tx = kho.db.read().await?;
    let folder = db::entry::get(&mut tx, command.folder).await?.ok_or("there is no such folder")?;
    let account = db::account::by_vault(&mut tx, folder.vault_id).await?.ok_or("it is no person's folder")?;
    drop(tx);
    let owner = actor(account.id, Some(folder.vault_id));
    let owned = Owned { actor: &owner, vault: folder.vault_id, folder: folder.id };
    fill(&kho, &owned, command.documents, SIZE_BYTES, described).await?;
    // Rows were written without what they are found by.
    kho.reindex(false, |_| ()).await?;
    kho.db.close().await;
    Ok(())
}

/// As different from each other as papers are: rows of a list are not all of one height and length.
fn described(number: u64) -> Metadata {
    let types =
        [None, Some("birth-certificate"), Some("passport"), Some("diploma"), Some("household-register")];
    let authorities = [None, Some("UBND xã Suối Mơ"), Some("Công an tỉnh Bản Hoa")];
    let pick = |of: usize| (number as usize) % of;
    let day = |after: u64| NaiveDate::from_ymd_opt(2016, 1, 1)?.checked_add_days(Days::new(after));
    Metadata {
        type_code: types[pick(types.len())].map(str::to_owned),
        number: (pick(2) == 0).then(|| format!("{number:06}/2016")),
        authority: authorities[pick(authorities.len())].map(str::to_owned),
        issued_on: day(number % 3_000),
        expires_on: if pick(4) == 0 { day(3_000 + number % 3_000) } else { None },
        tags: "[]".to_owned(),
        ..Default::default()
    }
}
