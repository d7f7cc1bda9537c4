use const_oid::ObjectIdentifier;

use super::Extensions;
use crate::asn1::{Reader, Result, Tag};

const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// More than any authority names, and longer.
const MOST_URLS: usize = 4;
const LONGEST_URL: usize = 2048;

/// Where more is to be had about a certificate (RFC 5280, 4.2.2.1). What can't be read is left out: it is a help, not a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Of those who answer about its status.
    pub ocsp_urls: Vec<String>,
    /// Of the certificate of its issuer.
    pub issuer_urls: Vec<String>,
}

impl Access {
    pub(super) fn read(content: &[u8]) -> Self {
        let mut found = Self::default();
        let _ = found.take(content);
        found
    }

    fn take(&mut self, content: &[u8]) -> Result<()> {
        let mut list = Reader::only(content)?.tagged(Tag::SEQUENCE)?.children();
        while !list.is_empty() {
            let mut description = list.sequence()?;
            let method = description.value()?.oid()?;
            let urls = match method {
                _ if method == OCSP => &mut self.ocsp_urls,
                _ if method == ISSUERS => &mut self.issuer_urls,
                _ => continue,
            };
            if urls.len() < MOST_URLS {
                urls.extend(http_url(description.value()?.raw).map(str::to_owned));
            }
        }
        Ok(())
    }
}

impl Extensions {
    /// Where lists of revoked certificates are published, as far as HTTP leads there (RFC 5280, 4.2.1.13).
    pub fn crl_urls(&self) -> impl Iterator<Item = &str> {
        self.distribution_points.iter().filter_map(|name| http_url(name)).take(MOST_URLS)
    }
}

/// A GeneralName that is a URL of HTTP. Directories (LDAP) are not asked.
fn http_url(name: &[u8]) -> Option<&str> {
    let value = Reader::only(name).ok()?.tagged(Tag::context_simple(6)).ok()?;
    let url = std::str::from_utf8(value.content).ok()?;
    let is_http = ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    (is_http && url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic())).then_some(url)
}
