use std::collections::HashMap;

use super::archive::Archive;
use super::manifest::uri;
use super::relationships::{self, Relation};
use crate::xml::{Document, decode};

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATION: &str = "http://schemas.openxmlformats.org/package/2006/relationships/";

/// An OPC package: parts with types, and relations between them (ECMA-376-2).
#[derive(Debug)]
pub struct Package<'a> {
    pub archive: &'a Archive<'a>,
    by_extension: HashMap<String, String>,
    by_name: HashMap<String, String>,
}

impl<'a> Package<'a> {
    pub const CONTENT_TYPES: &'static str = "[Content_Types].xml";

    /// None: not a package.
    pub fn open(archive: &'a Archive<'a>) -> Option<Self> {
        let octets = archive.octets(Self::CONTENT_TYPES).ok()??;
        let text = decode(octets).ok()?;
        let document = Document::parse(&text).ok()?;
        let mut package = Self { archive, by_extension: HashMap::new(), by_name: HashMap::new() };
        for node in document.root().elements() {
            let kind = node.attribute("ContentType")?.to_owned();
            match node.local_in(TYPES)? {
                "Default" => {
                    package.by_extension.insert(node.attribute("Extension")?.to_lowercase(), kind);
                }
                "Override" => {
                    package.by_name.insert(uri(node.attribute("PartName")?).to_lowercase(), kind);
                }
                _ => return None,
            }
        }
        Some(package)
    }

    pub fn is_signed(&self) -> bool {
        let relations = self.relations("").unwrap_or_default();
        relations.iter().any(|relation| is_of_signatures(&relation.kind, "origin"))
    }

    /// The type of a part (6.2.3.4).
    pub fn type_of(&self, part: &str) -> Option<&str> {
        let part = part.to_lowercase();
        let by_extension = || self.by_extension.get(part.rsplit_once('.')?.1);
        self.by_name.get(&part).or_else(by_extension).map(String::as_str)
    }

    /// The relations of a part, or of the package itself where the name is empty. None: there are none that can be read.
    pub fn relations(&self, part: &str) -> Option<Vec<Relation>> {
        relationships::read(self.archive.octets(&list_of(part)).ok()??)
    }

    /// The parts that hold signatures, and all that belong to them: the origin, certificates, lists of relations.
    pub fn signatures(&self) -> (Vec<String>, Vec<String>) {
        let (mut signatures, mut belongings) = (Vec::new(), Vec::new());
        let origins = self.relations("").unwrap_or_default();
        for origin in origins.iter().filter(|relation| is_of_signatures(&relation.kind, "origin")) {
            let origin = resolve("", &origin.target);
            belongings.push(list_of(&origin));
            for relation in self.relations(&origin).unwrap_or_default() {
                if !is_of_signatures(&relation.kind, "signature") {
                    continue;
                }
                let signature = resolve(&origin, &relation.target);
                belongings.push(list_of(&signature));
                for relation in self.relations(&signature).unwrap_or_default() {
                    if is_of_signatures(&relation.kind, "certificate") {
                        belongings.push(resolve(&signature, &relation.target));
                    }
                }
                if !signatures.contains(&signature) {
                    signatures.push(signature);
                }
            }
            belongings.push(origin);
        }
        belongings.extend(signatures.iter().cloned());
        (signatures, belongings)
    }
}

fn is_of_signatures(kind: &str, which: &str) -> bool {
    kind.strip_prefix(RELATION).and_then(|rest| rest.strip_prefix("digital-signature/")) == Some(which)
}

/// Relations that no signing program signs: the signatures themselves, and the description of the document.
pub fn is_left_out(kind: &str) -> bool {
    let described = ["metadata/core-properties", "metadata/thumbnail", "digital-signature/origin"];
    let own = kind.strip_prefix(RELATION).is_some_and(|rest| described.contains(&rest));
    let office = [
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    ];
    let names = ["extended-properties", "custom-properties", "extendedProperties", "customProperties"];
    own || office.iter().any(|space| kind.strip_prefix(space).is_some_and(|rest| names.contains(&rest)))
}

/// Data that are kept beside the document; Office signs that they are there, not what they are.
pub fn is_data(kind: &str) -> bool {
    kind.rsplit_once("/relationships/")
        .is_some_and(|(_, rest)| matches!(rest, "customXml" | "customXmlProps"))
}

/// Where the relations of a part are listed.
pub fn list_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part whose relations a list is of.
pub fn part_of(list: &str) -> Option<String> {
    let (folder, name) = list.rsplit_once('/').unwrap_or(("", list));
    let folder = folder.strip_suffix("_rels").filter(|above| above.is_empty() || above.ends_with('/'))?;
    Some(format!("{folder}{}", name.strip_suffix(".rels")?))
}

/// The part that a relation leads to (RFC 3986, 5.2).
pub fn resolve(source: &str, target: &str) -> String {
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let mut parts: Vec<&str> = if path.starts_with('/') { vec![] } else { folder.split('/').collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    uri(&parts.join("/"))
}
