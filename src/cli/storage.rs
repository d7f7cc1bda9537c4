//! `kho storage`: what the bucket of the objects says, and who may open their folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use kho::storage::{Address, BucketAddress, Difference, Placed, Rules, S3, Standing, Subject, files_mode};

use super::{Common, Failure};

#[derive(Subcommand)]
pub enum Storage {
    /// Put the documents of storage-policies/ on the bucket, and say what each changed
    ///
    /// What the store does not know is named and passed over. Exit code 2 if a document could not be applied, because the bucket
    /// would refuse Kho itself afterwards.
    Apply(Apply),
    /// Compare the bucket with the documents of storage-policies/ by their meaning
    ///
    /// Exit code 0 if they say the same, 1 if they differ. A folder of local files must be closed to others (mode 0700).
    Check(Check),
}

#[derive(Args)]
pub struct Apply {
    /// Make the bucket if it is not there
    #[arg(long)]
    create: bool,
    /// Say what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Folder of documents that stand in for those of the binary, under the same names
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Also keep what is removed for the time of object-lock.json; most stores want it chosen when the bucket is made
    #[arg(long)]
    object_lock: bool,
}

#[derive(Args)]
pub struct Check {
    /// Folder of documents that stand in for those of the binary, under the same names
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
}

pub async fn run(common: &Common, command: Storage) -> Result<ExitCode, Failure> {
    let config = common.config(None)?;
    match (config.objects_url().parse()?, command) {
        (Address::Files(_), Storage::Apply(_)) => {
            println!("objects are local files, which have no bucket: there is nothing to do");
            Ok(ExitCode::SUCCESS)
        }
        (Address::Files(folder), Storage::Check(_)) => check_folder(&folder),
        (Address::S3(bucket), Storage::Apply(command)) => {
            let documents = read(command.policies.as_deref(), &bucket)?;
            apply(&S3::new(bucket.clone(), config.s3_keys())?, &bucket, documents, &command).await
        }
        (Address::S3(bucket), Storage::Check(command)) => {
            let documents = read(command.policies.as_deref(), &bucket)?;
            check(&S3::new(bucket, config.s3_keys())?, documents).await
        }
    }
}

/// All documents before the first is used, so that a mistake in one leaves the bucket as it was.
fn read(folder: Option<&Path>, bucket: &BucketAddress) -> Result<Vec<Rules>, Failure> {
    Ok(Subject::ALL
        .into_iter()
        .map(|subject| Rules::read(subject, folder, bucket))
        .collect::<Result<Vec<_>, _>>()?)
}

fn check_folder(folder: &Path) -> Result<ExitCode, Failure> {
    let mode = files_mode(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    println!("objects are local files, which have no bucket: there is nothing to compare");
    if mode & 0o077 == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}: others may open it (mode {mode:04o}); chmod 0700 closes it", folder.display());
    Ok(ExitCode::from(1))
}

async fn apply(
    store: &S3,
    bucket: &BucketAddress,
    documents: Vec<Rules>,
    command: &Apply,
) -> Result<ExitCode, Failure> {
    if command.create && !store.is_there().await? {
        if command.dry_run {
            println!("the bucket {} would be made, and every document applied", bucket.bucket);
            return Ok(ExitCode::SUCCESS);
        }
        store.create_bucket(command.object_lock).await?;
        println!("the bucket {} was made", bucket.bucket);
    }
    let mut left_out = false;
    for document in documents {
        let file = document.subject().file();
        if document.subject() == Subject::ObjectLock && !command.object_lock {
            println!("{file}: left out (--object-lock applies it)");
            continue;
        }
        match store.compare(&document).await? {
            Standing::Same => println!("{file}: unchanged"),
            Standing::Unsupported(code) => unsupported(file, &code),
            Standing::Differs(difference) if command.dry_run => {
                println!("{file}: would be applied");
                print_difference(&difference);
            }
            Standing::Differs(difference) => match store.place(&document).await? {
                Placed::Applied => {
                    println!("{file}: applied");
                    print_difference(&difference);
                }
                Placed::Unsupported(code) => unsupported(file, &code),
                Placed::WouldLockOut => {
                    left_out = true;
                    println!(
                        "{file}: not applied: it refuses requests without TLS, and the store is reached by http://"
                    );
                }
            },
        }
    }
    Ok(if left_out { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

async fn check(store: &S3, documents: Vec<Rules>) -> Result<ExitCode, Failure> {
    let mut differs = false;
    for document in documents {
        let file = document.subject().file();
        if document.subject() == Subject::ObjectLock && !store.says_something(Subject::ObjectLock).await? {
            println!("{file}: not in use, which is a choice");
            continue;
        }
        match store.compare(&document).await? {
            Standing::Same => println!("{file}: the same"),
            Standing::Unsupported(code) => unsupported(file, &code),
            Standing::Differs(difference) => {
                differs = true;
                println!("{file}: the bucket differs");
                print_difference(&difference);
            }
        }
    }
    Ok(if differs { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn unsupported(file: &str, code: &str) {
    println!("{file}: not supported by the store ({code})");
}

fn print_difference(difference: &Difference) {
    for rule in &difference.missing {
        println!("  + {rule}");
    }
    for rule in &difference.surplus {
        println!("  - {rule}");
    }
}
