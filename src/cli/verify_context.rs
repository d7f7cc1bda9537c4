//! What `kho verify` judges by, from files: anchors, intermediates, lists of revoked certificates, the policy.

use std::fs;
use std::path::{Path, PathBuf};

use kho_signature::x509::{Certificate, Crl};
use kho_signature::{Anchor, Context, Policy};

use super::Failure;

pub fn fill(
    context: &mut Context,
    trust: &[PathBuf],
    pool: &[PathBuf],
    crls: &[PathBuf],
    policy: Option<&Path>,
) -> Result<(), Failure> {
    for der in ders_of(trust, "CERTIFICATE")? {
        context
            .anchors
            .push(Anchor::new(Certificate::from_der(&der.bytes).map_err(|error| der.failed(error))?));
    }
    for der in ders_of(pool, "CERTIFICATE")? {
        context.pool.push(Certificate::from_der(&der.bytes).map_err(|error| der.failed(error))?);
    }
    for der in ders_of(crls, "X509 CRL")? {
        Crl::from_der(&der.bytes).map_err(|error| der.failed(error))?;
        context.crls.push(der.bytes);
    }
    if let Some(path) = policy {
        let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
        context.policy = Policy::from_toml(&text).map_err(|error| failed(path, error))?;
    }
    Ok(())
}

/// One value of a file.
struct Der {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Der {
    fn failed(&self, error: impl std::fmt::Display) -> Failure {
        failed(&self.path, error)
    }
}

fn failed(path: &Path, error: impl std::fmt::Display) -> Failure {
    format!("{}: {error}", path.display()).into()
}

/// What the files hold, and those in the folders: the blocks of that name of a PEM file, else the file itself as DER.
fn ders_of(paths: &[PathBuf], label: &str) -> Result<Vec<Der>, Failure> {
    let mut ders = Vec::new();
    for path in paths {
        for file in files_in(path)? {
            let bytes = fs::read(&file).map_err(|error| failed(&file, error))?;
            if !bytes.starts_with(&[0x30]) {
                let blocks = pem::parse_many(&bytes).map_err(|error| failed(&file, error))?;
                if path == &file && blocks.iter().all(|block| block.tag() != label) {
                    return Err(failed(&file, format!("no {label} in it, neither PEM nor DER")));
                }
                let wanted = blocks.into_iter().filter(|block| block.tag() == label);
                ders.extend(wanted.map(|block| Der { path: file.clone(), bytes: block.into_contents() }));
            } else {
                ders.push(Der { path: file, bytes });
            }
        }
    }
    Ok(ders)
}

fn files_in(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path).map_err(|error| failed(path, error))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}
