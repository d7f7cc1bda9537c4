//! What the schema of ETSI TS 119 102-2 asks of a report, as far as we write it: which elements there are, in which order, and that every
//! reference leads to an object. Read by another parser than the one whose writer wrote it.

use std::collections::HashSet;

use roxmltree::{Document, Node};

pub const SCHEMA: &str = "http://uri.etsi.org/19102/v1.2.1#";

/// An element and those that may stand in it, in their order; `*` those that may come again.
const ORDER: &[(&str, &str)] = &[
    ("ValidationReport", "SignatureValidationReport* SignatureValidationObjects"),
    (
        "SignatureValidationReport",
        "SignatureIdentifier ValidationConstraintsEvaluationReport ValidationTimeInfo SignersDocument SignatureAttributes SignerInformation SignatureQuality SignatureValidationProcess SignatureValidationStatus",
    ),
    ("SignatureIdentifier", "DigestAlgAndValue SignatureValue HashOnly DocHashOnly DAIdentifier"),
    ("SignatureValidationStatus", "MainIndication SubIndication* AssociatedValidationReportData*"),
    (
        "AssociatedValidationReportData",
        "TrustAnchor CertificateChain RevocationStatusInformation CryptoInformation AdditionalValidationReportData",
    ),
    ("CertificateChain", "SigningCertificate IntermediateCertificate* TrustAnchor"),
    ("RevocationStatusInformation", "ValidationObjectId RevocationTime RevocationReason RevocationObject"),
    ("CryptoInformation", "ValidationObjectId Algorithm SecureAlgorithm"),
    ("SignatureValidationObjects", "ValidationObject*"),
    ("POEProvisioning", "POETime SignatureReference*"),
];

/// Fails where the report is not laid out as the schema says.
pub fn assert_is_laid_out(document: &Document<'_>) {
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "ValidationReport");
    assert_eq!(root.tag_name().namespace(), Some(SCHEMA));
    let (mut ids, mut references) = (HashSet::new(), Vec::new());
    for node in root.descendants().filter(Node::is_element) {
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
        references.extend(node.attribute("VOReference"));
        let name = node.tag_name().name();
        if let Some((_, order)) = ORDER.iter().find(|(of, _)| *of == name) {
            let mut expected = order.split(' ').peekable();
            for child in node.children().filter(Node::is_element).map(|child| child.tag_name().name()) {
                while expected.peek().is_some_and(|next| next.trim_end_matches('*') != child) {
                    expected.next();
                }
                let again = expected
                    .peek()
                    .unwrap_or_else(|| panic!("{child} is out of place in {name}"))
                    .ends_with('*');
                if !again {
                    expected.next();
                }
            }
        }
    }
    for reference in references {
        assert!(ids.contains(reference), "{reference} leads nowhere");
    }
}

/// The text of the only element of a name below a node.
pub fn text<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    let mut found = node.descendants().filter(|one| one.tag_name().name() == name);
    let only = found.next()?.text();
    assert!(found.next().is_none(), "{name} is there twice");
    only
}
