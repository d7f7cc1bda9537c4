//! What `kho verify` judges by, from files: anchors, intermediates, lists of revoked certificates, the policy.

use std::fs;
use std::path::{Path, PathBuf};

use kho::services::trust_files::{Unusable, certificates_of, crls_of};
use kho_signature::{Anchor, Context, Policy};

use super::Failure;

pub fn fill(
    context: &mut Context,
    trust: &[PathBuf],
    pool: &[PathBuf],
    crls: &[PathBuf],
    policy: Option<&Path>,
) -> Result<(), Failure> {
    for path in trust {
        context.anchors.extend(certificates_of(path)?.into_iter().map(Anchor::new));
    }
    for path in pool {
        context.pool.extend(certificates_of(path)?);
    }
    for path in crls {
        context.crls.extend(crls_of(path)?);
    }
    if let Some(path) = policy {
        let text = fs::read_to_string(path).map_err(|error| Unusable::new(path, error))?;
        context.policy = Policy::from_toml(&text).map_err(|error| Unusable::new(path, error))?;
    }
    Ok(())
}
