//! Names as an administrator writes them, for what an anchor may certify (RFC 5280, 4.2.1.10).

use super::NameConstraints;
use super::name::type_of;
use crate::asn1::{Error, Result, Tag, der};

const EMAIL: Tag = Tag::context_simple(1);
const DNS: Tag = Tag::context_simple(2);
const DIRECTORY: Tag = Tag::context(4);

impl NameConstraints {
    /// What certifies only names within these: `email:` and a mailbox, a host or `.domain`; `dns:` and a domain; else a distinguished name,
    /// its widest part last, as in `O=UBND xã Suối Mơ,C=VN`. A comma within a value has `\` before it.
    pub fn permitting<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        let permitted = names.iter().map(|name| subtree(name.as_ref())).collect::<Result<_>>()?;
        Ok(Self { permitted, excluded: Vec::new() })
    }
}

fn subtree(name: &str) -> Result<Vec<u8>> {
    if let Some(mail) = name.strip_prefix("email:") {
        return ascii(EMAIL, mail);
    }
    if let Some(domain) = name.strip_prefix("dns:") {
        return ascii(DNS, domain);
    }
    let mut parts = split(name).iter().map(|part| relative(part)).collect::<Result<Vec<_>>>()?;
    parts.reverse();
    Ok(der::value(DIRECTORY, &[&der::sequence(&[&parts.concat()])]))
}

fn ascii(tag: Tag, text: &str) -> Result<Vec<u8>> {
    if text.is_empty() || !text.is_ascii() {
        Err(Error::Malformed)
    } else {
        Ok(der::value(tag, &[text.as_bytes()]))
    }
}

/// At the commas that nothing escapes; what was escaped stands without its backslash.
fn split(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            ',' => parts.push(String::new()),
            '\\' => {
                parts.iter_mut().last().zip(characters.next()).into_iter().for_each(|(part, c)| part.push(c))
            }
            _ => parts.iter_mut().last().into_iter().for_each(|part| part.push(character)),
        }
    }
    parts
}

/// `O=Name` as a set of one pair.
fn relative(part: &str) -> Result<Vec<u8>> {
    let (short, value) = part.split_once('=').ok_or(Error::Malformed)?;
    let oid = type_of(short.trim()).ok_or(Error::Malformed)?;
    let value = value.trim();
    if value.is_empty() {
        return Err(Error::Malformed);
    }
    let pair =
        der::sequence(&[&der::oid(oid.as_bytes()), &der::value(Tag::UTF8_STRING, &[value.as_bytes()])]);
    Ok(der::set(&[&pair]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;
    use crate::x509::Name;

    #[test]
    fn a_name_is_read_back_as_it_was_written() {
        for name in ["C=VN", "CN=Nguyễn Văn An,O=Sở Tư pháp\\, tỉnh Đông Hải,C=VN"] {
            let whole = subtree(name).unwrap();
            assert_eq!(Name(Reader::only(&whole).unwrap().content).text(), name);
        }
        assert_eq!(subtree("email:.gov.vn").unwrap(), b"\x81\x07.gov.vn");
        assert_eq!(subtree("dns:suoimo.example").unwrap()[..2], [0x82, 14]);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", "C", "C=", "XX=1", "dns:", "email:đ", "C=VN,"] {
            assert!(subtree(name).is_err(), "{name}");
        }
    }
}
