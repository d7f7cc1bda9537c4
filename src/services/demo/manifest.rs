//! What `kho-fixtures` writes beside the papers: who there is, which file is whose paper, and what was begun with them.

use std::collections::BTreeMap;

use kho_mapping::catalogue::Agency;
use serde::Deserialize;

use crate::domain::grant::Right;

/// `manifest.json`, as `kho-fixtures` writes it.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// The one password of every demo account.
    pub password: String,
    pub accounts: Vec<Account>,
    /// As the file of a catalogue has them.
    pub agencies: Vec<Agency>,
    /// What signatures of the demo are believed by.
    #[serde(default)]
    pub trust: Vec<Trust>,
    pub organisations: Vec<Organisation>,
    pub documents: Vec<Document>,
    pub shares: Vec<Share>,
    #[serde(default)]
    pub dossiers: Vec<DemoDossier>,
}

#[derive(Debug, Deserialize)]
pub struct Account {
    pub login: String,
    pub full_name: String,
    pub identity_number: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub roles: Vec<Post>,
}

#[derive(Debug, Deserialize)]
pub struct Trust {
    /// Path of the certificate, relative to the manifest.
    pub file: String,
    pub label: String,
    /// Whether a valid signature under it authenticates a paper.
    pub authenticates: bool,
}

/// A role and the agency it holds for.
#[derive(Debug, Deserialize)]
pub struct Post {
    pub role: String,
    pub agency: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Organisation {
    pub code: String,
    pub name: String,
    pub members: Vec<Member>,
}

#[derive(Debug, Deserialize)]
pub struct Member {
    pub login: String,
    pub role: String,
}

#[derive(Debug, Deserialize)]
pub struct Document {
    /// Identity number or organisation code.
    pub owner: String,
    /// Code of a default folder.
    pub folder: String,
    /// Own folders below it, outermost first.
    pub path: Vec<String>,
    /// Path of the newest version, relative to the manifest.
    pub file: String,
    pub name: String,
    pub title: String,
    pub type_code: String,
    pub number: String,
    pub authority: String,
    pub issued_on: String,
    pub expires_on: Option<String>,
    pub note: String,
    pub tags: Vec<String>,
    /// Paths of earlier versions, oldest first.
    #[serde(default)]
    pub versions: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Share {
    /// Identity number or organisation code of the owner.
    pub from: String,
    /// `name` of the owner's document.
    pub document: String,
    /// Identity number or organisation code.
    pub to: String,
    pub rights: Vec<Right>,
    pub message: String,
    pub days: u32,
}

/// A dossier of a demo person.
#[derive(Debug, Deserialize)]
pub struct DemoDossier {
    /// Identity number of the owner.
    pub owner: String,
    /// Code of the procedure; a person has one dossier of each.
    pub procedure: String,
    /// Code of the receiving agency.
    pub agency: String,
    /// Conditions of the procedure that were answered with yes.
    #[serde(default)]
    pub conditions: Vec<String>,
    pub summary: String,
    /// Names of the owner's documents by the code of the component.
    pub papers: BTreeMap<String, Vec<String>>,
    /// What happened to it since, in turn.
    #[serde(default)]
    pub acts: Vec<DossierAct>,
}

/// What an owner or an officer did to a dossier.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DossierAct {
    /// The owner hands it in.
    Submit,
    /// An officer moves it on.
    Move {
        by: String,
        step: String,
        reason: Option<String>,
        note: Option<String>,
    },
    /// An officer takes the papers of a component as they are.
    Accept {
        by: String,
        component: String,
    },
    Refuse {
        by: String,
        component: String,
        reason: String,
        note: Option<String>,
    },
}
