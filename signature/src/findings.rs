//! Every code that a finding can carry. The names are fixed: the server has a sentence for each in Vietnamese and in English.
//!
//! One list, grouped by the room that finds it; a new code goes to its room's group with one line that says what was seen, not what it
//! means for the conclusion: that is the judge's to say.

use serde::{Deserialize, Serialize};

impl Code {
    /// Whether a later revision did something to what a reader of the file sees, and not only to what proves or describes it.
    pub(crate) fn changes_what_is_shown(self) -> bool {
        use Code::*;
        matches!(
            self,
            FieldSigned
                | SignatureFieldAdded
                | VisibleSignatureFieldAdded
                | FieldFilled
                | FieldMadeReadOnly
                | AnnotationAdded
                | AnnotationChanged
                | AnnotationRemoved
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    // pdf: the file
    /// The last cross-reference section cannot be read, so the objects had to be looked for.
    CrossReferenceBroken,
    /// The cross references can be read in two ways: sections of one revision that place an object differently (hybrid files), offsets that
    /// lead somewhere from the start of the file and from its header, a trailer that makes objects missing.
    CrossReferenceAmbiguous,
    /// The file is encrypted; it was read with the empty user password.
    Encrypted,
    /// A chain of revisions that goes round, or back in the file where only a linearized file may.
    RevisionsOutOfOrder,

    // pdf: the signature dictionary and its byte range (ISO 32000-2, 12.8.1)
    /// No /ByteRange.
    ByteRangeMissing,
    /// A /ByteRange that is not exactly four integers that are not negative.
    ByteRangeMalformed,
    /// The first part does not start at the first byte of the file.
    ByteRangeNotAtStart,
    /// A part ends beyond the end of the file, or the second starts before the first ends.
    ByteRangeOutsideFile,
    /// The second part does not end where a revision ends.
    ByteRangeNotAtRevisionEnd,
    /// The range reaches into the bytes of another signature's gap, or repeats its range.
    ByteRangeOverlaps,
    /// The unsigned gap is not exactly the hexadecimal string of /Contents of this signature.
    GapNotContents,
    /// No /Contents, or not a string.
    ContentsMissing,
    /// /Contents is empty or holds only zeros.
    ContentsEmpty,
    /// Something else than zeros follows the value in /Contents.
    ContentsPaddingNotZero,
    /// A key stands twice in the signature's dictionary.
    DuplicateKey,
    /// A signature that no field of the form holds.
    SignatureNotInForm,
    /// The signature's dictionary is not the one that stood in the revision it signs.
    SignatureReplaced,
    /// The revision that was signed is not among those that the file now consists of.
    SignedRevisionDropped,
    /// A /SubFilter that is not known here.
    SubFilterUnknown,

    // pdf: what later revisions changed
    /// Something was changed that the signature does not permit; the codes after this one say what.
    ChangeForbidden,
    /// Bytes after the signed revision that no cross-reference section accounts for.
    UnaccountedBytes,
    /// Only white space follows the signed revision.
    TrailingWhiteSpace,
    /// A later revision says again what was there, or adds what nothing uses.
    RevisionWithoutEffect,
    /// Evidence for validation was added (/DSS, ISO 32000-2, 12.8.4.3).
    SecurityStoreUpdated,
    /// A document time stamp was added.
    DocumentTimestampAdded,
    /// A signature field that was there was signed.
    FieldSigned,
    /// A new signature field was added and signed.
    SignatureFieldAdded,
    /// A new signature field shows itself on a page.
    VisibleSignatureFieldAdded,
    /// A form field was filled in.
    FieldFilled,
    /// A form field can no longer be filled in.
    FieldMadeReadOnly,
    /// A form field that a signature locks was changed.
    LockedFieldChanged,
    /// A form field was added.
    FieldAdded,
    /// A form field was taken away.
    FieldRemoved,
    /// Something of a form field was changed that filling in does not change.
    FieldChanged,
    /// An annotation was added.
    AnnotationAdded,
    /// An annotation was changed.
    AnnotationChanged,
    /// An annotation was taken away.
    AnnotationRemoved,
    /// What a page shows was changed.
    PageContentChanged,
    /// Pages were added, taken away or put in another order.
    PageTreeChanged,
    /// The document's description was changed (/Metadata, /Info).
    MetadataChanged,
    /// The catalog, or something that hangs on it, was changed.
    CatalogChanged,
    /// An object that stood in the signed revision was overwritten, freed or changed its type.
    ObjectOverwritten,
    /// A later revision changes how the file is encrypted.
    EncryptionChanged,
    /// A permission of the certification was taken away or changed (/Perms).
    PermissionsChanged,
    /// There is more to compare than is looked at.
    ChangesTooMany,

    // cms: the signed message
    /// What should be a CMS message can't be read as one.
    CmsUnreadable,
    /// The file asks for more work than is done for one file.
    WorkLimited,
    /// The message holds no signer.
    SignerMissing,
    /// A PDF signature holds more than one signer.
    SignersTooMany,
    /// A detached signature carries content of its own.
    ContentEmbedded,
    /// A detached signature was given without what it signs.
    ContentMissing,
    /// The digest of the signed bytes is not the one that was signed.
    DigestMismatch,
    /// The signed attributes lack the digest, or hold more than one.
    MessageDigestMalformed,
    /// The signed attributes name another type of content, or none.
    ContentTypeMismatch,
    /// The value of the signature is not the key's over the signed attributes.
    SignatureValueInvalid,
    /// An algorithm or a parameter that is not known here.
    AlgorithmUnsupported,
    /// The algorithm of the signature names another digest than the signer does.
    DigestAlgorithmMismatch,
    /// The protected list of algorithms (RFC 6211) differs from the ones used.
    AlgorithmProtectionMismatch,
    /// The signed attributes are not stored in DER order.
    SignedAttributesNotDer,
    /// The signature has no signed attributes: nothing but the content is protected.
    SignedAttributesMissing,
    /// The content is the signed attributes of another signature, passed off as a document.
    ContentIsSignedAttributes,
    /// The certificate of the signer is neither in the message nor known.
    SignerCertificateMissing,
    /// The signed reference to the signer's certificate is another certificate's.
    SignerCertificateMismatch,
    /// The signed reference names another issuer or serial number, though its digest fits.
    SignerCertificateSerialMismatch,
    /// No signed reference says which certificate the signer meant.
    SignerCertificateUnbound,
    /// The signature names a signature policy (EN 319 122-1, 5.2.9), which was not judged by.
    SignaturePolicyNamed,
    /// A signature over this signature fits.
    CounterSignatureValid,
    /// A signature over this signature doesn't fit.
    CounterSignatureInvalid,

    // cms: time stamps
    /// A time stamp that can't be read.
    TimestampUnreadable,
    /// A time stamp over something else: copied here, or what it covers was changed.
    TimestampImprintMismatch,
    /// A time stamp whose own signature doesn't fit.
    TimestampSignatureInvalid,
    /// The authority's certificate is not made for time stamps alone.
    TimestampPurposeMissing,
    /// The authority of a time stamp is not trusted at its time.
    TimestampUntrusted,
    /// A time stamp is older than one that it covers.
    TimestampOrder,

    // xml: the document and its signatures
    /// What should be XML can't be read as that: not well-formed, or in an encoding that is not known here.
    XmlUnreadable,
    /// The document declares a type or an entity, so that readers may see other things in it.
    XmlDoctype,
    /// A signature that is not built as XMLDSig asks.
    XmlSignatureMalformed,
    /// A reference leads to nothing that is there.
    ReferenceMissing,
    /// Several elements carry the id that a reference names.
    ReferenceAmbiguous,
    /// A reference asks for something that can't be done with what it is to.
    ReferenceMalformed,
    /// The signature comes with properties that it doesn't sign.
    SignedPropertiesUnsigned,
    /// The properties that are signed are not those of this signature.
    SignedPropertiesMisplaced,
    /// What is signed stands where no reader looks for it.
    SignedElementMisplaced,
    /// Elements of the same name stand beside the signed one, and nobody signed them.
    SignedElementAmbiguous,
    /// A part of the document that the signature doesn't cover.
    ElementUnsigned,

    // container: members and manifests
    /// The archive, or a member of it, can't be read.
    ContainerUnreadable,
    /// Bytes in the archive that belong to no member.
    ContainerHidesBytes,
    /// The name of a member leads out of the folder, or is read differently by different systems.
    MemberNameUnsafe,
    /// Two members of one name.
    MemberDuplicate,
    /// A member that the signature doesn't cover.
    MemberUnsigned,
    /// A member that was signed is not there.
    MemberMissing,
    /// No manifest says what the signature covers, or several do.
    ManifestMissing,
    /// A manifest can't be read.
    ManifestUnreadable,
    /// A part is now of another type than when it was signed.
    PartTypeChanged,

    // path: from the certificate to an anchor
    /// No chain leads from the certificate to a trusted anchor.
    ChainMissing,
    /// A certificate of the chain is not valid at the time in question.
    CertificateExpired,
    /// A certificate of the chain is not valid yet at the time in question.
    CertificateNotYetValid,
    /// A certificate issued another without being an authority.
    IssuerNotAuthority,
    /// More authorities follow than one of the chain permits.
    PathLengthExceeded,
    /// A name lies outside of what an authority of the chain may certify.
    NameConstraintViolated,
    /// A certificate of the chain has a critical extension that is not known here.
    CriticalExtensionUnknown,
    /// A certificate is used for something it was not issued for.
    KeyUsageUnsuitable,
    /// The value of a certificate's signature doesn't fit.
    CertificateSignatureInvalid,
    /// The chain needs a certificate policy that is not there.
    CertificatePolicyUnmet,
    /// The anchor that the chain ends in is not believed at the time in question.
    AnchorOutOfPeriod,
    /// The search for a chain met its limit.
    ChainSearchLimited,

    // path: revocation
    /// The certificate was revoked.
    CertificateRevoked,
    /// An authority of the chain was revoked.
    AuthorityRevoked,
    /// The certificate is suspended: it may be revoked or released.
    CertificateOnHold,
    /// Nothing at hand tells whether the certificate was revoked.
    RevocationUnknown,
    /// What tells about revocation is too old for the time in question.
    RevocationStale,
    /// A list of revoked certificates that can't be used: a delta, an indirect list, a part of one.
    RevocationListUnusable,
    /// An answer about revocation signed by someone the authority didn't entrust.
    ResponderUnauthorised,
    /// The status answer says that the authority doesn't know the certificate.
    RevocationStatusUnknown,

    // policy
    /// A digest algorithm that was not strong enough at the time in question.
    DigestTooWeak,
    /// A key that was too short, or of a kind that was not accepted, at the time in question.
    KeyTooWeak,
    /// The signature was made before its certificate was issued.
    SignedBeforeIssuance,
}
