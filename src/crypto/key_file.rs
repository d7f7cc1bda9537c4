//! The file that holds the master keys.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::cipher::random;
use super::keyring::KeyringError;

/// A thousand keys are rotated in in no lifetime; whatever is longer is another file.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// The text of the key file. Refuses one that others than its owner may read or write.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeyringError> {
    let failed = |source| KeyringError::KeyFile { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    // Of the open file, so that it cannot be another one by now.
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyringError::KeyFileMode { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(1024));
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a key file that did not exist, durably and at once: after a crash it is whole or absent. If another process made one
/// in the meantime, that one stays; so read the file afterwards.
///
/// It is linked into place and not renamed, because a rename would replace the other's key after the other began to use it.
pub(super) fn create(path: &Path, text: &str) -> Result<(), KeyringError> {
    let failed = |source| KeyringError::KeyFile { path: path.to_owned(), source };
    let temporary = temporary_path(path)?;
    let written = write_durably(&temporary, text).and_then(|()| match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&temporary);
    written.and(removed).and_then(|()| sync_folder_of(path)).map_err(failed)
}

/// A name beside the key file, as a link cannot cross file systems.
fn temporary_path(path: &Path) -> Result<PathBuf, KeyringError> {
    let suffix = HEXLOWER.encode(random::<8>()?.as_slice());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix}.new"));
    Ok(path.with_file_name(name))
}

fn write_durably(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
