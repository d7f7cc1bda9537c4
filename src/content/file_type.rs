//! The gate for files: which types a vault takes, and whether a file is what its name and its sender say.

use std::path::Path;

use super::sniff::{Format, Sniffed, sniff};

/// One type of file that a vault takes; a `[[type]]` of `catalogue/file-types.toml`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileType {
    /// Stable name, stored with a version.
    pub code: String,
    /// What the bytes must be.
    pub format: Format,
    /// The media type it is served with.
    pub media: String,
    /// Other media types that senders declare for it.
    #[serde(default)]
    also: Vec<String>,
    /// Endings of file names, lower case, without the dot.
    pub extensions: Vec<String>,
    /// May be shown in the browser; the others are only ever downloaded.
    #[serde(default)]
    pub inline: bool,
    /// What a person reads, in Vietnamese.
    pub vi: String,
    /// What a person reads, in English.
    pub en: String,
}

/// The list of allowed types. What is not on it is refused.
#[derive(Clone, Debug)]
pub struct FileTypes(Vec<FileType>);

/// Why a file is not taken. Names of formats are ours, nothing of the file's is in here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is of a kind that is not taken: {sniffed}")]
    NotAllowed { sniffed: String },
    #[error("the file asks for a password")]
    Locked,
    #[error("the file's name does not end as a file of type {sniffed} does")]
    ExtensionMismatch { sniffed: String },
    #[error("the file is not of the declared type but of type {sniffed}")]
    DeclaredMismatch { sniffed: String },
    #[error("the file's type cannot be recognised")]
    Unrecognised,
}

/// Why a catalogue of types cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("the list of file types cannot be read")]
    Read(#[from] std::io::Error),
    #[error("the list of file types is malformed")]
    Malformed(#[from] toml::de::Error),
    #[error("the extension {0:?} stands twice in the list of file types, or not in lower case")]
    Extension(String),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(rename = "type")]
    types: Vec<FileType>,
}

impl FileTypes {
    /// The list in the file at `path`, or the one this program was built with.
    pub fn load(path: Option<&Path>) -> Result<Self, CatalogueError> {
        match path {
            Some(path) => Self::parse(&std::fs::read_to_string(path)?),
            None => Self::parse(include_str!("../../catalogue/file-types.toml")),
        }
    }

    fn parse(catalogue: &str) -> Result<Self, CatalogueError> {
        let Catalogue { types } = toml::from_str(catalogue)?;
        let mut seen = std::collections::HashSet::new();
        for extension in types.iter().flat_map(|file_type| &file_type.extensions) {
            if !seen.insert(extension) || *extension != extension.to_lowercase() {
                return Err(CatalogueError::Extension(extension.clone()));
            }
        }
        Ok(Self(types))
    }

    /// The type that was stored with a version, if it is still on the list.
    pub fn by_code(&self, code: &str) -> Option<&FileType> {
        self.0.iter().find(|file_type| file_type.code == code)
    }

    pub fn iter(&self) -> impl Iterator<Item = &FileType> {
        self.0.iter()
    }

    /// The type of a file by its first bytes, provided its name and the media type its sender declared agree with them.
    ///
    /// `head` is the file's first [`super::sniff::HEAD_BYTES`] bytes, or all of a shorter one. A declared type that is absent or
    /// `application/octet-stream` says nothing.
    pub fn check(
        &self,
        file_name: &str,
        declared: Option<&str>,
        head: &[u8],
    ) -> Result<&FileType, TypeError> {
        if head.is_empty() {
            return Err(TypeError::Empty);
        }
        let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        let named = extension.and_then(|e| self.0.iter().find(|file_type| file_type.extensions.contains(&e)));
        let file_type = match sniff(head) {
            Sniffed::Known(format) => match named {
                Some(named) if named.format == format => named,
                _ => return Err(self.wrong_name(format)),
            },
            Sniffed::OleOffice => match named {
                Some(named) if matches!(named.format, Format::Doc | Format::Xls | Format::Ppt) => named,
                _ => return Err(TypeError::ExtensionMismatch { sniffed: "ole".to_owned() }),
            },
            Sniffed::Refused(kind) => return Err(TypeError::NotAllowed { sniffed: kind.to_owned() }),
            Sniffed::Locked => return Err(TypeError::Locked),
            Sniffed::Unknown => return Err(TypeError::Unrecognised),
        };
        match declared.and_then(meaningful_media_type) {
            Some(declared) if !file_type.is_declared_as(&declared) => {
                Err(TypeError::DeclaredMismatch { sniffed: file_type.code.clone() })
            }
            _ => Ok(file_type),
        }
    }

    /// The bytes are of `format` and the name says otherwise; or the format is not on the list at all.
    fn wrong_name(&self, format: Format) -> TypeError {
        match self.0.iter().find(|file_type| file_type.format == format) {
            Some(file_type) => TypeError::ExtensionMismatch { sniffed: file_type.code.clone() },
            None => TypeError::NotAllowed { sniffed: format!("{format:?}").to_lowercase() },
        }
    }
}

impl FileType {
    fn is_declared_as(&self, declared: &str) -> bool {
        self.media == declared || self.also.iter().any(|also| also == declared)
    }
}

/// The declared media type without parameters in lower case, unless it says nothing.
fn meaningful_media_type(declared: &str) -> Option<String> {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!essence.is_empty() && essence != "application/octet-stream").then_some(essence)
}

#[cfg(test)]
#[path = "file_type_tests.rs"]
mod tests;
