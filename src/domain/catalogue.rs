//! The folders that every vault starts with. What papers and procedures there are is the catalogue of `services::mapping`.

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

#[derive(Clone, Debug)]
pub struct Catalogue {
    pub folders: Vec<DefaultFolder>,
}

#[derive(Deserialize)]
struct FoldersFile {
    folder: Vec<DefaultFolder>,
}

impl Catalogue {
    /// The folders built into the binary; the error names the line that is wrong.
    pub fn built_in() -> Result<Self, toml::de::Error> {
        let file: FoldersFile = toml::from_str(include_str!("../../catalogue/default-folders.toml"))?;
        Ok(Self { folders: file.folder })
    }

    pub fn folder(&self, code: &str) -> Option<&DefaultFolder> {
        self.folders.iter().find(|folder| folder.code == code)
    }
}
