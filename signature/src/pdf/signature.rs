//! A signature of the file: the field that holds it, the bytes it signs and what was done to the file after it.

use chrono::{DateTime, Utc};

use crate::report::{Finding, Kind, Modification};

/// What the file says about one signature, and what is seen without looking into its value.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureField<'a> {
    /// The full name of the field; empty for a signature that no field holds.
    pub field: String,
    pub kind: Kind,
    pub sub_filter: SubFilter,
    /// The decoded `/Contents`: the value and the zeros that follow it. Empty when there is none.
    pub contents: Vec<u8>,
    /// The two parts that are signed; empty when there is no usable `/ByteRange`.
    pub signed: [&'a [u8]; 2],
    /// Whether everything that ISO 32000-2, 12.8.1 and the revisions ask of the dictionary holds; the findings say what does not.
    pub sound: bool,
    /// The revision that is signed, counted from 0; `None` when the range ends at none.
    pub revision: Option<usize>,
    pub covers_whole_document: bool,
    pub modified_after_signing: Modification,
    pub claims: Claims,
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
    /// `adbe.x509.rsa_sha1` and whatever else.
    Unknown,
}
