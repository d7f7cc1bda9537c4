//! What a conclusion lacks and where it is to be had, for whoever may use the network: this crate doesn't.
//!
//! Something is wanted only where it could change the conclusion: about the certificates of a path that reaches an anchor and holds but for
//! revocation. So every address comes from a certificate that an anchor answers for, with one exception, which is a kind of its own: a path
//! that ends too early names an address for the missing issuer, and nobody answers for that. It must not be followed without more reasons.

use crate::report::{Indication, Report};
use crate::x509::Certificate;

/// More than an honest file needs.
const MOST: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    pub kind: WantKind,
    /// Of HTTP or HTTPS.
    pub url: String,
    /// The certificate that something is wanted about.
    pub certificate: Certificate,
    /// Whose status answers and lists they would be; none if it is the issuer that is missing.
    pub issuer: Option<Certificate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WantKind {
    Ocsp,
    Crl,
    /// The certificate of the issuer, named by a certificate that no anchor answers for yet.
    Issuer,
}

/// What is wanted for the signatures of a file, each once.
pub fn wanted(report: &Report) -> Vec<Want> {
    let mut wants: Vec<Want> = Vec::new();
    let open = report.signatures.iter().filter(|signature| signature.indication != Indication::TotalFailed);
    for want in open.flat_map(|signature| &signature.evidence.wants) {
        if wants.len() < MOST && !wants.iter().any(|known| known.is_met_with(want)) {
            wants.push(want.clone());
        }
    }
    wants
}

impl Want {
    /// Whether what meets the other one meets this one too. A list speaks about all certificates of its issuer.
    pub fn is_met_with(&self, other: &Want) -> bool {
        self.kind == other.kind
            && self.url == other.url
            && self.issuer == other.issuer
            && (self.kind == WantKind::Crl || self.certificate == other.certificate)
    }

    /// What could say whether the certificate was revoked.
    pub(crate) fn status(certificate: &Certificate, issuer: &Certificate) -> Vec<Want> {
        let extensions = certificate.extensions();
        let answers = extensions.access.ocsp_urls.iter().map(|url| (WantKind::Ocsp, url.as_str()));
        let lists = extensions.crl_urls().map(|url| (WantKind::Crl, url));
        let want = |(kind, url): (WantKind, &str)| Want {
            kind,
            url: url.to_owned(),
            certificate: certificate.clone(),
            issuer: Some(issuer.clone()),
        };
        answers.chain(lists).map(want).collect()
    }

    /// Where the certificate of its issuer could be.
    pub(crate) fn issuer(certificate: &Certificate) -> Vec<Want> {
        let want = |url: &String| Want {
            kind: WantKind::Issuer,
            url: url.clone(),
            certificate: certificate.clone(),
            issuer: None,
        };
        certificate.extensions().access.issuer_urls.iter().map(want).collect()
    }
}
