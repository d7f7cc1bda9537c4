//! ZIP files, made here byte by byte, right or wrong as a test needs them.

use flate2::Crc;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// A member as it is written, in its own header and in the list.
#[derive(Clone)]
pub struct Member {
    pub name: String,
    pub content: Vec<u8>,
    pub deflated: bool,
    /// Another name in its own header.
    pub own_name: Option<String>,
    /// Another size in the list.
    pub size: Option<u32>,
    /// Bytes before it that belong to no member.
    pub before: Vec<u8>,
    /// Its own header and bytes are left out: the list leads to the first member's.
    pub is_alias: bool,
}

pub fn member(name: &str, content: impl AsRef<[u8]>) -> Member {
    Member {
        name: name.to_owned(),
        content: content.as_ref().to_vec(),
        deflated: false,
        own_name: None,
        size: None,
        before: vec![],
        is_alias: false,
    }
}

pub fn deflated(name: &str, content: impl AsRef<[u8]>) -> Member {
    Member { deflated: true, ..member(name, content) }
}

fn packed(member: &Member) -> Vec<u8> {
    if !member.deflated {
        return member.content.clone();
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&member.content).unwrap();
    encoder.finish().unwrap()
}

pub fn zip(members: &[Member]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for member in members {
        out.extend(&member.before);
        let (at, packed) = (if member.is_alias { 0 } else { out.len() as u32 }, packed(member));
        let mut crc = Crc::new();
        crc.update(&member.content);
        let fields = |name: &str, size: u32| {
            let mut fields = vec![20, 0, 0, 8, if member.deflated { 8 } else { 0 }, 0, 0, 0, 0, 0];
            for number in [crc.sum(), packed.len() as u32, size] {
                fields.extend(number.to_le_bytes());
            }
            fields.extend((name.len() as u16).to_le_bytes());
            fields.extend([0, 0]);
            fields
        };
        let size = member.content.len() as u32;
        if !member.is_alias {
            let own = member.own_name.as_deref().unwrap_or(&member.name);
            out.extend(b"PK\x03\x04");
            out.extend(fields(own, size));
            out.extend(own.as_bytes());
            out.extend(&packed);
        }
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(fields(&member.name, member.size.unwrap_or(size)));
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.extend(member.name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(members.len() as u16).to_le_bytes(), (members.len() as u16).to_le_bytes()].concat());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
