use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::Context;
use super::subject::Subject;
use super::xml::{self, MOST_WORK, Sheet};
use crate::container::relationships::{Relation, keeps};
use crate::container::{Package, is_data, is_left_out, list_of, member_of, part_of, resolve};
use crate::findings::Code;
use crate::judge::Knowledge;
use crate::report::{Finding, Format, Report};
use crate::xml::{Document, Node, Octets, Outside, Processing, Reference, Target, decode, place_apart};

/// How many parts that nobody signed are named.
const MOST_NAMED: usize = 3;

const SIGNATURE_TIME: &str = "http://schemas.openxmlformats.org/package/2006/digital-signature";

/// A package of Office Open XML whose parts are signed by way of manifests in the signatures (ECMA-376-2, chapter 12).
pub(super) fn verify(package: &Package<'_>, context: &Context) -> Report {
    let (parts, belongings) = package.signatures();
    let archive = package.archive;
    let texts: Vec<_> = parts
        .iter()
        .map(|name| (name, archive.octets(name).ok().flatten().and_then(|octets| decode(octets).ok())))
        .collect();
    let documents: Vec<_> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_ref().and_then(|text| Document::parse(text).ok())))
        .collect();
    let sheets: Vec<_> = documents
        .iter()
        .map(|(name, document)| {
            (*name, document.as_ref().and_then(|document| Some((document, Sheet::read(document)?))))
        })
        .collect();
    let mut knowledge = Knowledge { context, store: context.store() };
    sheets.iter().flat_map(|(_, sheet)| sheet).for_each(|(_, sheet)| sheet.give(&mut knowledge.store));

    let relations = Relations::read(package);
    let find = |reference: &str| find(package, reference);
    let outside = Outside { find: &find, is_package: true };
    let left = Cell::new(MOST_WORK);
    let mut signatures = Vec::new();
    for (name, sheet) in &sheets {
        // One part is one signature (12.2.4.2).
        let only = sheet.as_ref().and_then(|(document, sheet)| match &sheet.signatures[..] {
            [one] => Some((*document, one, one.signature.as_ref()?)),
            _ => None,
        });
        let Some((document, one, signature)) = only.filter(|(document, _, one)| one.node == document.root())
        else {
            signatures.push(xml::malformed((*name).clone(), &knowledge));
            continue;
        };
        let processing = Processing { document, outside: &outside, left: &left };
        let references = Reference::all(signature, &processing);
        let placement = place_apart(signature, &references);
        let left_out = relations.left_out(&references, &belongings);
        let mut findings = archive.faults.clone();
        findings.extend(placement.findings);
        let unsigned = left_out.refused.iter().chain(&left_out.tolerated).take(MOST_NAMED);
        findings.extend(unsigned.map(|part| Finding::about(Code::MemberUnsigned, part.as_str())));
        let subject = Subject {
            sound: placement.sound && archive.faults.is_empty(),
            covers: left_out.refused.is_empty() && left_out.tolerated.is_empty(),
            incomplete: left_out
                .refused
                .first()
                .map(|part| Finding::about(Code::MemberUnsigned, part.as_str())),
            claimed_time: xml::claimed_time(signature, &references, is_time),
            findings,
            ..Subject::whole((*name).clone())
        };
        signatures.push(xml::judge(
            signature,
            &one.embedded,
            &references,
            subject,
            &processing,
            &mut knowledge,
        ));
    }
    Report { format: Format::Ooxml, signatures, findings: archive.faults.clone() }
}

/// The part that a reference is to, which has to be of the type that it names (12.2.4.20).
fn find<'a>(package: &Package<'a>, reference: &str) -> Octets<'a> {
    let Some((path, query)) = reference.strip_prefix('/').and_then(|path| path.split_once('?')) else {
        return Octets::Elsewhere;
    };
    let name = member_of(path);
    let kind = query.strip_prefix("ContentType=").map(member_of);
    match package.archive.octets(&name) {
        Ok(Some(_)) if package.type_of(&name) != kind.as_deref() => {
            Octets::Refused(Finding::about(Code::PartTypeChanged, name))
        }
        Ok(Some(octets)) => Octets::Here(octets),
        Ok(None) => Octets::Refused(Finding::about(Code::MemberMissing, name)),
        Err(_) => Octets::Refused(Finding::about(Code::ContainerUnreadable, name)),
    }
}

/// Where the signer's program wrote the time (12.2.4.26).
fn is_time(node: Node<'_>) -> bool {
    let is_around = |node: Node<'_>| node.is(SIGNATURE_TIME, "SignatureTime");
    node.is(SIGNATURE_TIME, "Value") && node.parent().is_some_and(is_around)
}

/// The relations of a package, from each list of them.
struct Relations<'p> {
    names: Vec<&'p str>,
    /// By the name of the list; none where it can't be read.
    lists: HashMap<String, Option<Vec<Relation>>>,
    /// What leads to a part.
    kinds: HashMap<String, Vec<String>>,
}

/// What a signature doesn't cover: what a reader is shown, and what is kept beside it.
struct LeftOut {
    refused: Vec<String>,
    tolerated: Vec<String>,
}

impl<'p> Relations<'p> {
    fn read(package: &'p Package<'p>) -> Self {
        let names: Vec<&str> = package.archive.names().collect();
        let mut relations = Self { names, lists: HashMap::new(), kinds: HashMap::new() };
        for name in &relations.names {
            let Some(part) = part_of(name) else { continue };
            let list = package.relations(&part);
            for relation in list.iter().flatten().filter(|relation| !relation.is_external) {
                let target = resolve(&part, &relation.target);
                relations.kinds.entry(target).or_default().push(relation.kind.clone());
            }
            relations.lists.insert((*name).to_owned(), list);
        }
        relations
    }

    fn left_out(&self, references: &[Reference<'_>], belongings: &[String]) -> LeftOut {
        let (mut whole, mut chosen) = (HashSet::new(), HashMap::<String, Vec<Node<'_>>>::new());
        for reference in references {
            let Target::Outside { uri, whole: is_whole, relations } = &reference.target else { continue };
            let name = member_of(uri.split('?').next().unwrap_or_default());
            match relations {
                Some(transform) => chosen.entry(name).or_default().push(*transform),
                None if *is_whole => drop(whole.insert(name)),
                None => {}
            }
        }
        let mut left = LeftOut { refused: Vec::new(), tolerated: Vec::new() };
        for &name in &self.names {
            let is_part_of_signing = belongings.iter().any(|one| one == name);
            if name == Package::CONTENT_TYPES || is_part_of_signing || whole.contains(name) {
                continue;
            }
            match self.lists.get(name) {
                None => {
                    let all = |fits: fn(&str) -> bool| {
                        self.kinds.get(name).is_some_and(|kinds| kinds.iter().all(|kind| fits(kind)))
                    };
                    if all(is_data) {
                        left.tolerated.push(name.to_owned());
                    } else if !all(is_left_out) {
                        left.refused.push(name.to_owned());
                    }
                }
                Some(None) => left.refused.push(name.to_owned()),
                Some(Some(relations)) => {
                    let is_root = name == list_of("");
                    let is_kept = |relation: &Relation| {
                        let transforms = chosen.get(name).map(Vec::as_slice).unwrap_or_default();
                        transforms.iter().any(|transform| keeps(*transform, relation))
                    };
                    let is_known = |relation: &Relation| {
                        is_data(&relation.kind) || is_root && is_left_out(&relation.kind)
                    };
                    let unsigned =
                        relations.iter().find(|relation| !is_kept(relation) && !is_known(relation));
                    left.refused.extend(unsigned.map(|relation| format!("{name}#{}", relation.id)));
                }
            }
        }
        left
    }
}
