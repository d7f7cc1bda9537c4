//! The report as ETSI TS 119 102-2 (V1.2.1) lays one out in XML, for programs that read the reports of several validators.
//!
//! It says what the report says and nothing more: certificates, lists, answers and time stamps are named by their digests, and what the
//! schema has no element for, the findings above all, stands among the additional data under names that begin with `urn:kho:signature`.

mod names;
mod objects;
mod xml;

use chrono::{DateTime, Utc};

use self::names::Named;
use self::xml::Xml;
use super::{Conclusion, Cryptographic, Identifier, Integrity, Modification, Report, Signature, TimeSource};
use crate::evidence::{CertificateUsed, Origin, RevocationStatus, TimestampKind, TimestampUsed};
use crate::findings::Code;
use crate::words::{self, Language};

/// What the report is about, beside what it says.
#[derive(Debug, Clone)]
pub struct Subject<'s> {
    /// The name of the file.
    pub name: &'s str,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The time of judging.
    pub judged_at: DateTime<Utc>,
    /// Which policy it was judged by.
    pub policy: &'s str,
    pub language: Language,
}

const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns", "http://uri.etsi.org/19102/v1.2.1#"),
    ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"),
    ("xmlns:XAdES", "http://uri.etsi.org/01903/v1.3.2#"),
];

/// None for a file without signatures: a report has at least one.
pub fn to_etsi_xml(report: &Report, subject: &Subject<'_>) -> Option<String> {
    if report.signatures.is_empty() {
        return None;
    }
    let mut xml = Xml::new();
    xml.within("ValidationReport", &NAMESPACES, |xml| {
        for (place, signature) in report.signatures.iter().enumerate() {
            let id = format!("S-{}", place + 1);
            let one = One { report, signature, id: &id, subject };
            xml.within("SignatureValidationReport", &[], |xml| one.write(xml));
        }
        xml.within("SignatureValidationObjects", &[], |xml| objects::write(xml, report, subject));
    });
    Some(xml.finish())
}

/// One signature of the report.
struct One<'r> {
    report: &'r Report,
    signature: &'r Signature,
    id: &'r str,
    subject: &'r Subject<'r>,
}

impl One<'_> {
    fn write(&self, xml: &mut Xml) {
        let signature = self.signature;
        self.identifier(xml);
        xml.within("ValidationConstraintsEvaluationReport", &[], |xml| self.constraints(xml));
        xml.within("ValidationTimeInfo", &[], |xml| {
            xml.text("ValidationTime", &time(self.subject.judged_at));
            xml.within("BestSignatureTime", &[], |xml| self.proof_of_existence(xml));
        });
        if let Some((algorithm, value)) = signature.identifier.as_ref().and_then(content_digest) {
            xml.within("SignersDocument", &[], |xml| {
                xml.within("DigestAlgAndValue", &[], |xml| digest(xml, algorithm, value));
                refer(xml, "SignersDocumentRef", objects::DOCUMENT);
            });
        }
        self.attributes(xml);
        if let Some(certificate) = self.chain().first() {
            xml.within("SignerInformation", &[], |xml| {
                refer(xml, "SignerCertificate", &id_of(certificate));
                xml.text("Signer", &certificate.subject);
            });
        }
        xml.within("SignatureQuality", &[], |xml| {
            let quality = format!("urn:kho:signature:conclusion:{}", Named(signature.conclusion));
            xml.text("SignatureQualityInformation", &quality);
        });
        xml.within("SignatureValidationProcess", &[], |xml| {
            xml.text("SignatureValidationProcessID", self.process());
        });
        xml.within("SignatureValidationStatus", &[], |xml| {
            xml.text("MainIndication", names::main_indication(signature.indication));
            if let Some(sub) = signature.sub_indication {
                xml.text("SubIndication", &names::sub_indication(sub));
            }
            xml.within("AssociatedValidationReportData", &[], |xml| self.grounds(xml));
        });
    }

    /// 4.3.3
    fn identifier(&self, xml: &mut Xml) {
        xml.within("SignatureIdentifier", &[("id", self.id)], |xml| {
            if let Some(identifier) = &self.signature.identifier {
                xml.within("DigestAlgAndValue", &[], |xml| {
                    digest(xml, &identifier.digest_algorithm, &identifier.signed_digest);
                });
                xml.text("ds:SignatureValue", &identifier.value);
            }
            xml.text("HashOnly", "false");
            xml.text("DocHashOnly", "false");
            if !self.signature.field.is_empty() {
                xml.text("DAIdentifier", &self.signature.field);
            }
        });
    }

    /// 4.3.4: the answers that the indication follows from, each by itself.
    fn constraints(&self, xml: &mut Xml) {
        xml.within("SignatureValidationPolicy", &[], |xml| {
            xml.within("SignaturePolicyIdentifier", &[], |xml| {
                xml.empty("XAdES:SignaturePolicyImplied", &[]);
            });
            xml.text("PolicyName", self.subject.policy);
        });
        let signature = self.signature;
        let integrity = match signature.integrity {
            Integrity::Intact => "passed",
            Integrity::Broken => "failed",
            Integrity::Unknown => "indeterminate",
        };
        let cryptographic = match signature.cryptographic {
            Cryptographic::Valid => "passed",
            Cryptographic::Invalid => "failed",
            Cryptographic::Unsupported => "indeterminate",
        };
        let changes = match signature.modified_after_signing {
            Modification::None | Modification::Permitted => "passed",
            Modification::Forbidden => "failed",
        };
        let judged = match signature.conclusion {
            Conclusion::Valid | Conclusion::ValidWithLaterChanges => "passed",
            Conclusion::Indeterminate => "indeterminate",
            Conclusion::Invalid => "failed",
        };
        let answers = [
            ("integrity", integrity),
            ("cryptographic", cryptographic),
            ("modified_after_signing", changes),
            ("conclusion", judged),
        ];
        for (question, answer) in answers {
            xml.within("ValidationConstraint", &[], |xml| {
                let question = format!("urn:kho:signature:constraint:{question}");
                xml.text("ValidationConstraintIdentifier", &question);
                xml.within("ConstraintStatus", &[], |xml| {
                    xml.text("Status", "urn:etsi:019102:constraintStatus:applied");
                });
                xml.within("ValidationStatus", &[], |xml| {
                    xml.text("MainIndication", &format!("urn:etsi:019102:mainindication:{answer}"));
                });
            });
        }
    }

    /// 4.3.5.3
    fn proof_of_existence(&self, xml: &mut Xml) {
        let signature = self.signature;
        xml.text("POETime", &time(signature.best_signature_time));
        let proof = match signature.best_signature_time_source {
            TimeSource::Vault => "urn:etsi:019102:poetype:provided",
            _ => "urn:etsi:019102:poetype:validation",
        };
        xml.text("TypeOfProof", proof);
        let proves = |stamp: &&TimestampUsed| {
            stamp.valid
                && stamp.time == signature.best_signature_time
                && match signature.best_signature_time_source {
                    TimeSource::SignatureTimestamp => stamp.kind != TimestampKind::Document,
                    TimeSource::DocumentTimestamp => stamp.kind == TimestampKind::Document,
                    TimeSource::Vault | TimeSource::Judging => false,
                }
        };
        if let Some(stamp) = signature.evidence.timestamps.iter().find(proves) {
            refer(xml, "POEObject", &format!("T-{}", stamp.sha256));
        }
    }

    /// Annex A.
    fn attributes(&self, xml: &mut Xml) {
        let signature = self.signature;
        let stamps = &signature.evidence.timestamps;
        let policies = signature.findings.iter().filter(|one| one.code == Code::SignaturePolicyNamed);
        let policy = policies.filter_map(|finding| finding.detail.as_ref()).next();
        if signature.signing_time.is_none() && policy.is_none() && stamps.is_empty() {
            return;
        }
        xml.within("SignatureAttributes", &[], |xml| {
            if let Some(claimed) = signature.signing_time {
                xml.within("SigningTime", &[("Signed", "true")], |xml| xml.text("Time", &time(claimed)));
            }
            if let Some(policy) = policy {
                xml.within("SigPolicyIdentifier", &[("Signed", "true")], |xml| {
                    xml.text("SigPolicyId", &format!("urn:oid:{policy}"));
                });
            }
            for stamp in stamps {
                xml.within(names::attribute_of_timestamp(stamp.kind), &[], |xml| {
                    refer(xml, "AttributeObject", &format!("T-{}", stamp.sha256));
                    xml.text("TimeStampValue", &time(stamp.time));
                });
            }
        });
    }

    /// Which of the processes of EN 319 102-1 (5.3, 5.5, 5.6) was needed.
    fn process(&self) -> &'static str {
        let kinds = || self.signature.evidence.timestamps.iter().map(|stamp| stamp.kind);
        if kinds().any(|kind| kind != TimestampKind::Signature) {
            "urn:etsi:019102:validationprocess:LTA"
        } else if kinds().next().is_some() {
            "urn:etsi:019102:validationprocess:LTVM"
        } else {
            "urn:etsi:019102:validationprocess:Basic"
        }
    }

    /// The signer's own chain, which comes before those of time stamps.
    fn chain(&self) -> &[CertificateUsed] {
        let all = &self.signature.evidence.certificates;
        let Some(signer) = &self.signature.signer else { return &[] };
        if all.first().is_none_or(|first| first.subject != *signer) {
            return &[];
        }
        let follows = |pair: &[CertificateUsed]| {
            pair[0].origin != Origin::TrustStore && pair[0].issuer == pair[1].subject
        };
        let links = all.windows(2).take_while(|pair| follows(pair)).count();
        &all[..=links]
    }

    /// 4.3.12: what the indication rests on.
    fn grounds(&self, xml: &mut Xml) {
        let chain = self.chain();
        let anchor = chain.last().filter(|last| last.origin == Origin::TrustStore).map(id_of);
        if let Some(anchor) = &anchor {
            refer(xml, "TrustAnchor", anchor);
        }
        if let Some((signer, above)) = chain.split_first() {
            xml.within("CertificateChain", &[], |xml| {
                refer(xml, "SigningCertificate", &id_of(signer));
                for certificate in above.iter().filter(|one| one.origin != Origin::TrustStore) {
                    refer(xml, "IntermediateCertificate", &id_of(certificate));
                }
                if let Some(anchor) = &anchor {
                    refer(xml, "TrustAnchor", anchor);
                }
            });
        }
        self.revocation(xml, chain);
        if let Some(algorithm) = &self.signature.algorithm {
            let weak = |code| matches!(code, Code::DigestTooWeak | Code::KeyTooWeak);
            let is_weak = self.signature.findings.iter().any(|finding| weak(finding.code));
            xml.within("CryptoInformation", &[], |xml| {
                refer(xml, "ValidationObjectId", self.id);
                xml.text("Algorithm", &names::scheme(algorithm));
                xml.text("SecureAlgorithm", if is_weak { "false" } else { "true" });
            });
        }
        xml.within("AdditionalValidationReportData", &[], |xml| {
            data(xml, "urn:kho:signature:document-name", self.subject.name);
            for finding in self.signature.findings.iter().chain(&self.report.findings) {
                let sentence = words::of_finding(finding.code, self.subject.language);
                let text = match &finding.detail {
                    Some(detail) => format!("{sentence} ({detail})"),
                    None => sentence.to_owned(),
                };
                data(xml, &format!("urn:kho:signature:finding:{}", Named(finding.code)), &text);
            }
        });
    }

    /// The first certificate of the chain that was revoked, if one was.
    fn revocation(&self, xml: &mut Xml, chain: &[CertificateUsed]) {
        let revoked = self.signature.evidence.revocations.iter().find_map(|used| {
            let is_revoked = matches!(
                used.status,
                RevocationStatus::Revoked | RevocationStatus::RevokedLater | RevocationStatus::OnHold
            );
            let time = used.revoked_at.filter(|_| is_revoked)?;
            let certificate = chain.iter().find(|one| one.serial == used.serial)?;
            Some((certificate, time, used))
        });
        if let Some((certificate, at, used)) = revoked {
            xml.within("RevocationStatusInformation", &[], |xml| {
                refer(xml, "ValidationObjectId", &id_of(certificate));
                xml.text("RevocationTime", &time(at));
                if let Some(reason) = used.reason {
                    xml.text("RevocationReason", names::reason(reason));
                }
                refer(xml, "RevocationObject", &format!("R-{}", used.sha256));
            });
        }
    }
}

fn data(xml: &mut Xml, kind: &str, value: &str) {
    xml.within("ReportData", &[], |xml| {
        xml.text("Type", kind);
        xml.text("Value", value);
    });
}

fn refer(xml: &mut Xml, name: &str, id: &str) {
    xml.empty(name, &[("VOReference", id)]);
}

/// The value is in base64.
fn digest(xml: &mut Xml, algorithm: &str, value: &str) {
    xml.empty("ds:DigestMethod", &[("Algorithm", &names::digest(algorithm))]);
    xml.text("ds:DigestValue", value);
}

fn content_digest(identifier: &Identifier) -> Option<(&str, &str)> {
    Some((&identifier.digest_algorithm, identifier.content_digest.as_deref()?))
}

fn id_of(certificate: &CertificateUsed) -> String {
    format!("C-{}", certificate.sha256)
}

fn time(time: DateTime<Utc>) -> String {
    format!("{}T{}Z", time.date_naive(), time.time())
}
