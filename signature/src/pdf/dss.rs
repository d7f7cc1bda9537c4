//! The document security store: evidence that was added to the file for its validation (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4.2).

/// What is in `/DSS`, as the bytes of DER that its streams hold. Nothing of it is signed unless a later signature covers it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityStore {
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    /// What belongs to one signature each.
    pub per_signature: Vec<ValidationInformation>,
}

/// One entry of `/VRI`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationInformation {
    /// The SHA-1 of the signature's `/Contents` in upper case hexadecimal.
    pub signature: String,
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    /// A time stamp over the other entries (`/TS`).
    pub timestamp: Option<Vec<u8>>,
}
