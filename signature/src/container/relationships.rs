use crate::xml::{Document, Node, decode};

pub const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const SIGNATURES: &str = "http://schemas.openxmlformats.org/package/2006/digital-signature";

/// A relation from a part to another one, or out of the package (ECMA-376-2, 6.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: String,
    pub kind: String,
    pub target: String,
    pub is_external: bool,
}

/// The relations of a part. None: not a list of relations, or one that can be read in two ways.
pub fn read(octets: &[u8]) -> Option<Vec<Relation>> {
    let text = decode(octets).ok()?;
    let document = Document::parse(&text).ok()?;
    let root = document.root();
    if !root.is(RELATIONSHIPS, "Relationships") {
        return None;
    }
    let mut relations: Vec<Relation> = root.elements().map(relation).collect::<Option<_>>()?;
    relations.sort_by(|one, other| one.id.cmp(&other.id));
    let is_twice = relations.windows(2).any(|pair| pair[0].id == pair[1].id);
    (!is_twice).then_some(relations)
}

fn relation(node: Node<'_>) -> Option<Relation> {
    if !node.is(RELATIONSHIPS, "Relationship") {
        return None;
    }
    let is_external = match node.attribute("TargetMode") {
        None | Some("Internal") => false,
        Some("External") => true,
        Some(_) => return None,
    };
    let text = |name: &str| node.attribute(name).map(str::to_owned);
    Some(Relation { id: text("Id")?, kind: text("Type")?, target: text("Target")?, is_external })
}

/// Whether a transform keeps a relation (12.2.4.26).
pub fn keeps(transform: Node<'_>, relation: &Relation) -> bool {
    transform.elements().any(|node| {
        let by_id = node.is(SIGNATURES, "RelationshipReference")
            && node.attribute("SourceId") == Some(relation.id.as_str());
        let by_kind = node.is(SIGNATURES, "RelationshipsGroupReference")
            && node.attribute("SourceType") == Some(relation.kind.as_str());
        by_id || by_kind
    })
}

/// The list with what the transform keeps: in the order of its ids, without anything between, and with the mode always said.
pub fn transformed(octets: &[u8], transform: Node<'_>) -> Option<Vec<u8>> {
    let mut out = format!("<Relationships xmlns=\"{RELATIONSHIPS}\">");
    for relation in read(octets)?.iter().filter(|relation| keeps(transform, relation)) {
        let mode = if relation.is_external { "External" } else { "Internal" };
        let attributes = [
            ("Id", relation.id.as_str()),
            ("Target", relation.target.as_str()),
            ("TargetMode", mode),
            ("Type", relation.kind.as_str()),
        ];
        out.push_str("<Relationship");
        for (name, value) in attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        out.push_str("></Relationship>");
    }
    out.push_str("</Relationships>");
    Some(out.into_bytes())
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
    out
}
