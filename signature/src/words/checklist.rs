use serde::Serialize;

use super::Language;
use crate::findings::Code;
use crate::report::{Cryptographic, Integrity, Signature, SubIndication};

/// One question of the circular on signing software, and the answer for this signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub question: &'static str,
    pub answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    /// Not enough is known.
    Unknown,
}

impl Answer {
    fn no_if(fails: bool) -> Self {
        if fails { Answer::No } else { Answer::Yes }
    }
}

/// The nine questions in the order of the circular: five about the certificate, four about the signature.
pub fn checklist(signature: &Signature, language: Language) -> [Check; 9] {
    use Code::*;
    let found = |codes: &[Code]| signature.findings.iter().any(|finding| codes.contains(&finding.code));
    let signer = signature.signer.is_some();
    let chain = signature.evidence.certificates.len() > 1
        && !found(&[ChainMissing, CertificateSignatureInvalid, ChainSearchLimited]);
    // Without a signer or a chain, nobody can answer for the certificate.
    let known = |answer: Answer| if signer && chain { answer } else { Answer::Unknown };

    let validity =
        known(Answer::no_if(found(&[CertificateExpired, CertificateNotYetValid, SignedBeforeIssuance])));
    let unknown_status = [
        CertificateOnHold,
        RevocationUnknown,
        RevocationStale,
        RevocationListUnusable,
        ResponderUnauthorised,
        RevocationStatusUnknown,
    ];
    let revocation = if found(&[CertificateRevoked, AuthorityRevoked]) {
        Answer::No
    } else if found(&unknown_status) || signature.evidence.revocations.is_empty() {
        Answer::Unknown
    } else {
        known(Answer::Yes)
    };
    let algorithms = if found(&[AlgorithmUnsupported, SubFilterUnknown]) {
        Answer::Unknown
    } else {
        Answer::no_if(found(&[DigestTooWeak, KeyTooWeak]))
    };
    let purpose = known(Answer::no_if(
        found(&[KeyUsageUnsuitable, TimestampPurposeMissing, NameConstraintViolated])
            && signature.sub_indication.is_some(),
    ));
    let practice = match signature.sub_indication {
        Some(SubIndication::ChainConstraintsFailure | SubIndication::CertificateChainGeneralFailure) => {
            Answer::No
        }
        _ => known(Answer::no_if(found(&[CertificatePolicyUnmet, IssuerNotAuthority, PathLengthExceeded]))),
    };
    let identity = Answer::no_if(!signer || found(&[SignerCertificateMissing, SignerCertificateMismatch]));
    let key = match signature.cryptographic {
        Cryptographic::Valid => Answer::Yes,
        Cryptographic::Invalid => Answer::No,
        Cryptographic::Unsupported => Answer::Unknown,
    };
    let valid_then = match (validity, revocation) {
        (Answer::No, _) | (_, Answer::No) => Answer::No,
        (Answer::Yes, Answer::Yes) => Answer::Yes,
        _ => Answer::Unknown,
    };
    let integrity = match signature.integrity {
        Integrity::Broken => Answer::No,
        _ if found(&[ChangeForbidden]) => Answer::No,
        Integrity::Intact => Answer::Yes,
        Integrity::Unknown => Answer::Unknown,
    };
    let questions = [
        ("Chứng thư số còn hạn khi ký?", "Was the certificate within its period when signing?", validity),
        (
            "Chứng thư số không bị thu hồi khi ký?",
            "Was the certificate free of revocation when signing?",
            revocation,
        ),
        ("Thuật toán và độ dài khóa đủ mạnh?", "Are the algorithms and the key strong enough?", algorithms),
        ("Chứng thư số được cấp cho việc ký này?", "Was the certificate issued for this purpose?", purpose),
        (
            "Chứng thư số được cấp theo đúng quy chế của nơi cấp?",
            "Was the certificate issued as its authority's rules say?",
            practice,
        ),
        ("Biết rõ ai đã ký?", "Is it known who signed?", identity),
        (
            "Chữ ký được tạo bằng đúng khóa của người ký?",
            "Was the signature made with the signer's own key?",
            key,
        ),
        (
            "Chứng thư số có hiệu lực vào thời điểm ký?",
            "Was the certificate in force when signing?",
            valid_then,
        ),
        ("Nội dung còn nguyên vẹn từ khi ký?", "Is the content intact since signing?", integrity),
    ];
    questions
        .map(|(vietnamese, english, answer)| Check { question: language.pick((vietnamese, english)), answer })
}
