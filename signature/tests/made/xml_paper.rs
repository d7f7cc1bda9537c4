//! Signed XML, made here as text that is its own canonical form: what is digested is what is written, and no reader of ours is needed to
//! make it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pki::*;
use super::world::*;

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
pub const ED25519_URI: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";
pub const SHA256_URI: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A reference: attributes, the names of its transforms, and what they make.
pub fn reference(attributes: &str, transforms: &[&str], octets: &str) -> String {
    let each = |name: &&str| format!("<ds:Transform Algorithm=\"{name}\"></ds:Transform>");
    let list: String = transforms.iter().map(each).collect();
    let transforms =
        if list.is_empty() { String::new() } else { format!("<ds:Transforms>{list}</ds:Transforms>") };
    reference_by(attributes, &transforms, octets)
}

/// The same with transforms as they are written.
pub fn reference_by(attributes: &str, transforms: &str, octets: &str) -> String {
    let space = if attributes.is_empty() { "" } else { " " };
    format!("<ds:Reference{space}{attributes}>{transforms}{}</ds:Reference>", digest(octets.as_bytes(), ""))
}

/// `DigestMethod` and `DigestValue`; `declared` where the prefix is not known yet.
pub fn digest(octets: &[u8], declared: &str) -> String {
    format!(
        "<ds:DigestMethod{declared} Algorithm=\"{SHA256_URI}\"></ds:DigestMethod><ds:DigestValue{declared}>{}</ds:DigestValue>",
        base64(&sha256(octets))
    )
}

/// A signature and what goes into it.
pub struct XmlSignature {
    pub id: &'static str,
    pub references: Vec<String>,
    pub method: &'static str,
    /// The certificate that the signed properties mean; none: there are no properties.
    pub bound_to: Option<Vec<u8>>,
    /// Whether there is a reference to the properties.
    pub properties_signed: bool,
    pub objects: String,
    pub unsigned: String,
    pub certificates: Vec<Vec<u8>>,
}

impl XmlSignature {
    pub fn new(world: &World, references: &[String]) -> Self {
        Self {
            id: "s",
            references: references.to_vec(),
            method: ED25519_URI,
            bound_to: Some(world.signer.clone()),
            properties_signed: true,
            objects: String::new(),
            unsigned: String::new(),
            certificates: vec![world.signer.clone(), world.authority.clone()],
        }
    }

    pub fn properties(&self) -> String {
        let Some(certificate) = &self.bound_to else { return String::new() };
        let digest = digest(certificate, &format!(" xmlns:ds=\"{DS}\""));
        format!(
            "<xades:SignedProperties xmlns:xades=\"{XADES}\" Id=\"{}-p\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>2026-05-24T10:00:00Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>{digest}\
             </xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>",
            self.id
        )
    }

    fn signed_info(&self) -> String {
        let mut references = self.references.concat();
        if self.bound_to.is_some() && self.properties_signed {
            let attributes = format!("Type=\"{SIGNED_PROPERTIES}\" URI=\"#{}-p\"", self.id);
            references.push_str(&reference(&attributes, &[EXCLUSIVE], &self.properties()));
        }
        format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>{references}</ds:SignedInfo>",
            self.method
        )
    }

    /// The element with the value, which a time stamp is over.
    pub fn value(&self) -> String {
        let value = base64(&SIGNER.sign(self.signed_info().as_bytes()));
        format!("<ds:SignatureValue xmlns:ds=\"{DS}\">{value}</ds:SignatureValue>")
    }

    /// A time stamp of a day over the value.
    pub fn stamped(mut self, certificate: &[u8], day: &str) -> Self {
        let token = token(STAMPER, ROOT, 4, certificate, self.value().as_bytes(), day);
        self.unsigned = stamp_property("SignatureTimeStamp", &token);
        self
    }

    pub fn key_info(&self) -> String {
        let each = |der: &Vec<u8>| format!("<ds:X509Certificate>{}</ds:X509Certificate>", base64(der));
        let certificates: String = self.certificates.iter().map(each).collect();
        format!("<ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>")
    }

    /// Everything that an archive time stamp is over, before what the references are to.
    pub fn archived(&self) -> String {
        format!("{}{}{}{}", self.signed_info(), self.value(), self.key_info(), self.unsigned)
    }

    pub fn text(&self) -> String {
        let properties = match self.properties() {
            none if none.is_empty() => none,
            signed => format!(
                "<ds:Object><xades:QualifyingProperties xmlns:xades=\"{XADES}\" Target=\"#{}\">{signed}<xades:UnsignedProperties>\
                 <xades:UnsignedSignatureProperties>{}</xades:UnsignedSignatureProperties></xades:UnsignedProperties>\
                 </xades:QualifyingProperties></ds:Object>",
                self.id, self.unsigned
            ),
        };
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\" Id=\"{}\">{}{}{}{}{properties}</ds:Signature>",
            self.id,
            self.signed_info(),
            self.value(),
            self.key_info(),
            self.objects
        )
    }
}

/// A property with a time stamp, as it stands and as it is canonical.
pub fn stamp_property(name: &str, token: &[u8]) -> String {
    format!(
        "<xades:{name} xmlns:xades=\"{XADES}\"><ds:CanonicalizationMethod xmlns:ds=\"{DS}\" Algorithm=\"{EXCLUSIVE}\">\
         </ds:CanonicalizationMethod><xades:EncapsulatedTimeStamp>{}</xades:EncapsulatedTimeStamp></xades:{name}>",
        base64(token)
    )
}
