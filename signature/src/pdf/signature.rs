//! A signature of the file: the field that holds it, the bytes it signs and what was done to the file after it.

use chrono::{DateTime, Utc};

use super::{
    byte_range, changes, date,
    document::{Document, View},
    dss::{self, SecurityStore},
    form::{self, SignatureValue},
    lexer::is_white,
    object::{Dictionary, text},
};
use crate::{
    findings::Code,
    report::{Finding, Kind, Modification},
};

/// What the file says about one signature, and what is seen without looking into its value.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureField<'a> {
    /// The full name of the field; empty for a signature that no field holds.
    pub field: String,
    pub kind: Kind,
    pub sub_filter: SubFilter,
    /// The decoded `/Contents`: the value and the zeros that follow it. Empty when there is none.
    pub contents: Vec<u8>,
    /// `/Cert`, the signer's first.
    pub certificates: Vec<Vec<u8>>,
    /// The two parts that are signed; empty when there is no usable `/ByteRange`.
    pub signed: [&'a [u8]; 2],
    /// Whether everything that ISO 32000-2, 12.8.1 and the revisions ask of the dictionary holds; the findings say what does not.
    pub sound: bool,
    /// Whether there was more to read or to compare than is done for one file, so that nothing can be said for certain.
    pub given_up: bool,
    /// The revision that is signed, counted from 0; `None` when the range ends at none.
    pub revision: Option<usize>,
    pub covers_whole_document: bool,
    pub modified_after_signing: Modification,
    pub claims: Claims,
    /// Where the signed bytes end: the file up to here is the revision that was signed.
    pub end: usize,
    pub findings: Vec<Finding>,
}

/// What the signer's program wrote beside the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `/M`
    pub signing_time: Option<DateTime<Utc>>,
    pub name: Option<String>,
    pub reason: Option<String>,
    pub location: Option<String>,
}

/// How the value is to be read (ISO 32000-2, table 260).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubFilter {
    /// `adbe.pkcs7.detached`
    CmsDetached,
    /// `adbe.pkcs7.sha1`: the CMS signs the SHA-1 of the signed bytes as its content.
    CmsSha1,
    /// `ETSI.CAdES.detached`
    CadesDetached,
    /// `ETSI.RFC3161`
    Timestamp,
    /// `adbe.x509.rsa_sha1`: a value of PKCS#1, and certificates in `/Cert`.
    Bare,
    /// Whatever else.
    Unknown,
}

impl<'a> Document<'a> {
    /// All signatures, in the order in which they were made: the order in which their ranges end.
    pub fn signatures(&self) -> Vec<SignatureField<'a>> {
        let mut values = form::signature_values(self.newest());
        values.extend(self.values_outside_form(&values));
        let mut signatures: Vec<_> =
            values.into_iter().map(|value| (self.signature(&value), value)).collect();
        signatures.sort_by_key(|(signature, _)| signature.end);
        mark_shared_ranges(&mut signatures);
        self.judge_changes(&mut signatures);
        if self.budget.exceeded.get() {
            signatures.iter_mut().for_each(|(signature, _)| signature.give_up());
        }
        signatures.into_iter().map(|(signature, _)| signature).collect()
    }

    /// From the newest signature back, so that each change is looked at once.
    fn judge_changes(&self, signatures: &mut [(SignatureField<'a>, SignatureValue<'_>)]) {
        let signed = |signature: &SignatureField<'_>| signature.revision.filter(|_| signature.sound);
        let Some(first) = signatures.iter().filter_map(|(signature, _)| signed(signature)).min() else {
            return;
        };
        let changes = changes::of_revisions(self, first + 1);
        let mut verdict = changes::Verdict::default();
        let mut judged = changes.len();
        for (signature, value) in signatures.iter_mut().rev() {
            let Some(revision) = signed(signature) else { continue };
            while judged > revision + 1 {
                judged -= 1;
                verdict.add(&changes[judged]);
            }
            let permission = changes::Permission::of(self.view(revision), value.dictionary, value.field);
            let (modification, mut findings) = verdict.for_signature(&permission);
            signature.modified_after_signing = modification;
            signature.findings.append(&mut findings);
        }
    }

    /// The evidence in the file as it is now.
    pub fn dss(&self) -> SecurityStore {
        dss::read(self.newest())
    }

    /// The evidence as it was after a revision: what a time stamp over that revision proves to have existed.
    pub fn dss_at(&self, revision: usize) -> SecurityStore {
        if revision < self.revisions.len() {
            dss::read(self.view(revision))
        } else {
            SecurityStore::default()
        }
    }

    /// What is wrong with the file as a whole.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn signature(&self, value: &SignatureValue<'_>) -> SignatureField<'a> {
        let view = self.newest();
        let dictionary = value.dictionary;
        let holder = value.holder.and_then(|id| view.version(id.number));
        let stands_in_file =
            value.stray.is_some() || holder.is_some_and(|version| version.offset().is_some());
        let contents = view.look(dictionary, b"Contents").as_string();
        let span = dictionary.entry(b"Contents").filter(|_| stands_in_file).map(|entry| entry.span.clone());
        let range = byte_range::check(self.file, &self.revisions, dictionary, span);

        let mut faults = range.faults;
        match contents {
            None => faults.push(Code::ContentsMissing),
            Some(bytes) if bytes.iter().all(|byte| *byte == 0) => faults.push(Code::ContentsEmpty),
            Some(_) => {}
        }
        if dictionary.has_duplicate_key || value.field.has_duplicate_key {
            faults.push(Code::DuplicateKey);
        }
        faults.extend(value.stray);
        if let (Some(signed), Some(version)) = (range.revision, holder)
            && version.revision as usize > signed
        {
            faults.push(Code::SignatureReplaced);
        }
        let sound = faults.is_empty() && self.findings.is_empty();

        let mut findings: Vec<_> = faults.into_iter().map(Finding::of).collect();
        let sub_filter = SubFilter::of(view.look(dictionary, b"SubFilter").as_name());
        if sub_filter == SubFilter::Unknown {
            findings.push(Finding::of(Code::SubFilterUnknown));
        }
        if self.is_encrypted() {
            findings.push(Finding::of(Code::Encrypted));
        }
        if byte_range::padding(contents.unwrap_or_default()).iter().any(|byte| *byte != 0) {
            findings.push(Finding::of(Code::ContentsPaddingNotZero));
        }
        let end = range.parts.as_ref().map_or(0, |[_, second]| second.end);
        let signed = range.parts.map_or([&[][..]; 2], |parts| parts.map(|part| &self.file[part]));
        let covers_whole_document = sound && end == self.file.len();
        if sound && !covers_whole_document && self.file[end..].iter().copied().all(is_white) {
            findings.push(Finding::of(Code::TrailingWhiteSpace));
        }
        SignatureField {
            field: value.name.clone(),
            kind: kind(view, dictionary, sub_filter),
            sub_filter,
            contents: contents.unwrap_or_default().to_vec(),
            certificates: certificates(view, dictionary),
            signed,
            sound,
            given_up: false,
            revision: range.revision,
            covers_whole_document,
            // Until it is known better.
            modified_after_signing: Modification::Forbidden,
            claims: Claims::of(view, dictionary),
            end,
            findings,
        }
    }
}

/// A string or an array of strings (table 255).
fn certificates(view: View<'_, '_>, dictionary: &Dictionary) -> Vec<Vec<u8>> {
    let held = view.look(dictionary, b"Cert");
    let list = held.as_array().unwrap_or_else(|| std::slice::from_ref(held));
    list.iter().filter_map(|item| view.resolve(item).as_string()).map(<[u8]>::to_vec).collect()
}

/// Two signatures cannot end at the same place: each is made over a revision of its own. Two fields may hold one signature.
fn mark_shared_ranges(signatures: &mut [(SignatureField<'_>, SignatureValue<'_>)]) {
    for at in 1..signatures.len() {
        let pair = &mut signatures[at - 1..=at];
        let is_one = std::ptr::eq(pair[0].1.dictionary, pair[1].1.dictionary);
        if pair[0].0.end == pair[1].0.end && !is_one && pair.iter().all(|(signature, _)| signature.sound) {
            pair.iter_mut().for_each(|(signature, _)| signature.distrust(Code::ByteRangeOverlaps));
        }
    }
}

impl SignatureField<'_> {
    fn give_up(&mut self) {
        self.given_up = true;
        self.covers_whole_document = false;
        self.modified_after_signing = Modification::Forbidden;
        self.findings.insert(0, Finding::of(Code::ChangesTooMany));
    }

    fn distrust(&mut self, code: Code) {
        self.sound = false;
        self.covers_whole_document = false;
        self.modified_after_signing = Modification::Forbidden;
        self.findings.insert(0, Finding::of(code));
    }
}

fn kind(view: View<'_, '_>, dictionary: &Dictionary, sub_filter: SubFilter) -> Kind {
    if sub_filter == SubFilter::Timestamp || dictionary.is_of_type(b"DocTimeStamp") {
        return Kind::DocumentTimestamp;
    }
    let certifies = (view.look(dictionary, b"Reference").as_array().unwrap_or_default().iter())
        .filter_map(|reference| view.resolve(reference).as_dictionary())
        .any(|reference| view.look(reference, b"TransformMethod").as_name() == Some(b"DocMDP"));
    if certifies { Kind::Certification } else { Kind::Signature }
}

impl Claims {
    fn of(view: View<'_, '_>, dictionary: &Dictionary) -> Self {
        let string = |key: &[u8]| view.look(dictionary, key).as_string();
        Self {
            signing_time: string(b"M").and_then(date::parse),
            name: string(b"Name").map(text),
            reason: string(b"Reason").map(text),
            location: string(b"Location").map(text),
        }
    }
}

impl SubFilter {
    fn of(name: Option<&[u8]>) -> Self {
        match name {
            Some(b"adbe.pkcs7.detached") => Self::CmsDetached,
            Some(b"adbe.pkcs7.sha1") => Self::CmsSha1,
            Some(b"ETSI.CAdES.detached") => Self::CadesDetached,
            Some(b"ETSI.RFC3161") => Self::Timestamp,
            Some(b"adbe.x509.rsa_sha1") => Self::Bare,
            _ => Self::Unknown,
        }
    }
}
