//! The lists that ship with the product and that an administrator may replace: default folders and document types.

use serde::Deserialize;

/// A folder that every vault of a kind starts with (B).
#[derive(Clone, Debug, Deserialize)]
pub struct DefaultFolder {
    /// Stored with the folder; never changed once released.
    pub code: String,
    pub vi: String,
    pub en: String,
    /// `person`, `organisation` or both.
    #[serde(rename = "for")]
    pub owners: Vec<String>,
    pub icon: String,
}

/// A kind of paper.
#[derive(Clone, Debug, Deserialize)]
pub struct DocumentType {
    pub code: String,
    pub vi: String,
    pub en: String,
    /// Code of the default folder it belongs into.
    pub family: String,
}

#[derive(Clone, Debug)]
pub struct Catalogue {
    pub folders: Vec<DefaultFolder>,
    pub document_types: Vec<DocumentType>,
}

#[derive(Deserialize)]
struct FoldersFile {
    folder: Vec<DefaultFolder>,
}

#[derive(Deserialize)]
struct TypesFile {
    #[serde(rename = "type")]
    types: Vec<DocumentType>,
}

impl Catalogue {
    /// Reads the catalogue files; the error names the line that is wrong.
    pub fn parse(folders: &str, document_types: &str) -> Result<Self, toml::de::Error> {
        let folders: FoldersFile = toml::from_str(folders)?;
        let types: TypesFile = toml::from_str(document_types)?;
        Ok(Self { folders: folders.folder, document_types: types.types })
    }

    /// The lists built into the binary.
    pub fn built_in() -> Result<Self, toml::de::Error> {
        Self::parse(
            include_str!("../../catalogue/default-folders.toml"),
            include_str!("../../catalogue/document-types.toml"),
        )
    }

    pub fn folder(&self, code: &str) -> Option<&DefaultFolder> {
        self.folders.iter().find(|folder| folder.code == code)
    }
}
