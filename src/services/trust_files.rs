//! Certificates and lists of revoked ones as files, in PEM or DER: what `kho verify` is given, and what lies in the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use kho_signature::x509::{Certificate, Crl};

/// One value of a file.
struct Der {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// A file that can't be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Unusable {
    path: String,
    reason: String,
}

impl Unusable {
    pub fn new(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// What the file holds, or the files of the folder: the blocks of that name of a PEM file, else the file itself as DER. A file that is named
/// must hold one.
fn ders_of(path: &Path, label: &str) -> Result<Vec<Der>, Unusable> {
    let mut ders = Vec::new();
    for file in files_in(path)? {
        let bytes = fs::read(&file).map_err(|error| Unusable::new(&file, error))?;
        if bytes.starts_with(&[0x30]) {
            ders.push(Der { path: file, bytes });
            continue;
        }
        let blocks = pem::parse_many(&bytes).map_err(|error| Unusable::new(&file, error))?;
        if path == file && blocks.iter().all(|block| block.tag() != label) {
            return Err(Unusable::new(&file, format!("no {label} in it, neither PEM nor DER")));
        }
        let wanted = blocks.into_iter().filter(|block| block.tag() == label);
        ders.extend(wanted.map(|block| Der { path: file.clone(), bytes: block.into_contents() }));
    }
    Ok(ders)
}

/// The certificates of a file, or of the files of a folder.
pub fn certificates_of(path: &Path) -> Result<Vec<Certificate>, Unusable> {
    let ders = ders_of(path, "CERTIFICATE")?;
    let read = |der: Der| Certificate::from_der(&der.bytes).map_err(|error| Unusable::new(&der.path, error));
    ders.into_iter().map(read).collect()
}

/// The lists of revoked certificates of a file, or of the files of a folder, in DER.
pub fn crls_of(path: &Path) -> Result<Vec<Vec<u8>>, Unusable> {
    let ders = ders_of(path, "X509 CRL")?;
    let read = |der: Der| match Crl::from_der(&der.bytes) {
        Ok(_) => Ok(der.bytes),
        Err(error) => Err(Unusable::new(&der.path, error)),
    };
    ders.into_iter().map(read).collect()
}

fn files_in(path: &Path) -> Result<Vec<PathBuf>, Unusable> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let failed = |error| Unusable::new(path, error);
    let entries = fs::read_dir(path).map_err(failed)?;
    let mut files =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>().map_err(failed)?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// What lies in the data folder: certificates in `trust/anchors` and `trust/intermediates`, lists of revoked ones in `trust/crls`, for where
/// the authorities can't be reached. Read when the program starts.
#[derive(Clone, Debug, Default)]
pub struct TrustFiles {
    pub anchors: Vec<Certificate>,
    pub intermediates: Vec<Certificate>,
    pub crls: Vec<Vec<u8>>,
}

impl TrustFiles {
    /// A folder that is not there holds none.
    pub fn load(data_folder: &Path) -> Result<Self, Unusable> {
        let trust = data_folder.join("trust");
        let certificates_in = |name: &str| {
            let folder = trust.join(name);
            if folder.is_dir() { certificates_of(&folder) } else { Ok(Vec::new()) }
        };
        let crls = trust.join("crls");
        let crls = if crls.is_dir() { crls_of(&crls)? } else { Vec::new() };
        Ok(Self {
            anchors: certificates_in("anchors")?,
            intermediates: certificates_in("intermediates")?,
            crls,
        })
    }
}
