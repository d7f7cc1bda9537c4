use super::algorithm;
use super::canonical::{Method, Selection};
use super::properties::{Bond, Properties};
use super::reference::{Digested, Reference};
use super::signature::Signature;
use super::transform::{Problem, Processing};
use crate::cms::Checked;
use crate::crypto::{self, Message, Outcome, PublicKey, Scheme};
use crate::findings::Code;
use crate::report::{Cryptographic, Finding, Identifier, Integrity};
use crate::x509::Certificate;

/// How many keys are tried where nothing says which one it is.
const MOST_TRIED: usize = 16;

/// Checks a signature (XMLDSig 1.1, 3.2; EN 319 132-1). `own` are the certificates that came with its key, `others` all that are known.
pub fn check<'c>(
    signature: &Signature<'_>,
    references: &[Reference<'_>],
    processing: &Processing<'_>,
    own: &'c [Certificate],
    others: impl Iterator<Item = &'c Certificate>,
) -> Checked {
    let properties = Properties::read(signature);
    let scheme = algorithm::scheme(signature.method);
    let mut checked = Checked {
        integrity: Integrity::Intact,
        cryptographic: Cryptographic::Valid,
        certificate: None,
        certificate_is_bound: true,
        content_missing: false,
        signing_time: properties.signing_time,
        // The weakest decides whether it is strong enough.
        digest: references.iter().filter_map(|one| one.hash).min(),
        content_digest: None,
        scheme,
        identifier: None,
        findings: Vec::new(),
    };
    for reference in references {
        checked.compare(reference);
    }
    let signed_info = signed_info(signature, processing);
    if let (Ok(octets), Some(hash)) = (&signed_info, scheme.and_then(Scheme::hash)) {
        checked.identifier = Some(Identifier::of(&signature.value, hash, &hash.of(&[octets]), None));
    }
    let fits = |certificate: &Certificate| match (&signed_info, scheme) {
        (Ok(octets), Some(scheme)) => value_fits(signature, &certificate.key(), scheme, octets),
        _ => Outcome::Unsupported,
    };
    checked.choose_meant(&properties, own, others, fits);
    let outcome = match (&checked.certificate, &signed_info, scheme) {
        (None, ..) => None,
        (_, _, None) => {
            let name = signature.method.attribute("Algorithm").unwrap_or_default().to_owned();
            checked.take(&Problem::Unsupported(name), None);
            None
        }
        (_, Err(problem), _) => {
            checked.take(problem, None);
            None
        }
        (Some(certificate), ..) => Some(fits(certificate)),
    };
    match outcome {
        None if checked.certificate.is_none() => checked.cryptographic = Cryptographic::Invalid,
        None | Some(Outcome::Valid) => {}
        Some(Outcome::Invalid) => {
            checked.cryptographic = Cryptographic::Invalid;
            checked.findings.push(Finding::of(Code::SignatureValueInvalid));
        }
        Some(Outcome::Unsupported) => {
            let name = signature.method.attribute("Algorithm").unwrap_or_default().to_owned();
            checked.take(&Problem::Unsupported(name), None);
        }
    }
    let is_signed = properties.signed.is_none_or(|node| {
        references.iter().any(|one| one.whole_element().is_some_and(|whole| whole.contains(node)))
    });
    if !is_signed {
        checked.findings.push(Finding::of(Code::SignedPropertiesUnsigned));
        // What isn't signed says nothing; that the value doesn't fit weighs more.
        checked.certificate_is_bound &= checked.cryptographic == Cryptographic::Invalid;
        checked.signing_time = None;
    }
    checked
}

/// The bytes that the value is over.
fn signed_info(signature: &Signature<'_>, processing: &Processing<'_>) -> Result<Vec<u8>, Problem> {
    let node = signature.canonicalization;
    let unknown = || Problem::Unsupported(node.attribute("Algorithm").unwrap_or_default().to_owned());
    let method = Method::at(node).ok_or_else(unknown)?;
    processing.canonical(&Selection::all(signature.signed_info), &method)
}

fn value_fits(signature: &Signature<'_>, key: &PublicKey<'_>, scheme: Scheme, octets: &[u8]) -> Outcome {
    let message = Message::Bytes(octets);
    match scheme {
        Scheme::Ecdsa(_) if matches!(key, PublicKey::Ec { .. }) => {
            match algorithm::ecdsa_der(&signature.value, key) {
                Some(value) => crypto::verify(key, scheme, message, &value),
                None => Outcome::Invalid,
            }
        }
        _ => crypto::verify(key, scheme, message, &signature.value),
    }
}

impl Checked {
    fn compare(&mut self, reference: &Reference<'_>) {
        match &reference.digested {
            Digested::Fits => {}
            Digested::Differs => {
                self.integrity = Integrity::Broken;
                let finding =
                    Finding { code: Code::DigestMismatch, detail: reference.uri.map(str::to_owned) };
                self.findings.push(finding);
            }
            Digested::Problem(problem) => self.take(problem, reference.uri),
        }
    }

    /// `about`: the reference that has the problem.
    fn take(&mut self, problem: &Problem, about: Option<&str>) {
        let (code, detail) = match problem {
            Problem::Missing => (Code::ReferenceMissing, about.map(str::to_owned)),
            Problem::Ambiguous => (Code::ReferenceAmbiguous, about.map(str::to_owned)),
            Problem::Elsewhere => (Code::ContentMissing, None),
            Problem::Unsupported(name) => (Code::AlgorithmUnsupported, Some(name.clone())),
            Problem::Malformed => (Code::ReferenceMalformed, about.map(str::to_owned)),
            Problem::Limit => (Code::WorkLimited, None),
            Problem::Refused(finding) => (finding.code, finding.detail.clone()),
        };
        match problem {
            Problem::Elsewhere | Problem::Limit | Problem::Unsupported(_) => {
                if self.integrity == Integrity::Intact {
                    self.integrity = Integrity::Unknown;
                }
                if matches!(problem, Problem::Elsewhere) {
                    self.content_missing = true;
                } else if self.cryptographic == Cryptographic::Valid {
                    self.cryptographic = Cryptographic::Unsupported;
                }
            }
            _ => self.integrity = Integrity::Broken,
        }
        self.findings.push(Finding { code, detail });
    }

    /// The signer's certificate: the one that the signed properties mean; where they are silent, the one with whose key the value fits.
    fn choose_meant<'c>(
        &mut self,
        properties: &Properties<'_>,
        own: &'c [Certificate],
        others: impl Iterator<Item = &'c Certificate>,
        fits: impl Fn(&Certificate) -> Outcome,
    ) {
        let bond_of = |certificate: &Certificate| properties.bond(certificate);
        let is_meant =
            |certificate: &&Certificate| matches!(bond_of(certificate), Bond::Fits | Bond::SerialDiffers);
        let silent = own.first().is_some_and(|first| bond_of(first) == Bond::Absent);
        let found = if silent {
            let fitting =
                own.iter().take(MOST_TRIED).find(|one| own.len() == 1 || fits(one) == Outcome::Valid);
            fitting.or(own.first()).cloned()
        } else {
            own.iter().chain(others).find(is_meant).or(own.first()).cloned()
        };
        let Some(certificate) = found else {
            self.certificate_is_bound = false;
            return self.findings.push(Finding::of(Code::SignerCertificateMissing));
        };
        let code = match bond_of(&certificate) {
            Bond::Fits => None,
            Bond::Absent => Some(Code::SignerCertificateUnbound),
            Bond::SerialDiffers => Some(Code::SignerCertificateSerialMismatch),
            Bond::Mismatch => {
                self.certificate_is_bound = false;
                Some(Code::SignerCertificateMismatch)
            }
        };
        self.findings.extend(code.map(Finding::of));
        self.certificate = Some(certificate);
    }
}
