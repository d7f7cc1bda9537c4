use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};
use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::findings::Code;
use crate::report::Finding;

const MOST_MEMBERS: usize = 16_384;
/// What all members that are looked at may be together, unpacked.
const MOST_BYTES: u64 = 256 << 20;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// The archive, or a member, can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

/// A ZIP file (APPNOTE.TXT, ISO/IEC 21320-1) in one piece, without encryption.
#[derive(Debug)]
pub struct Archive<'a> {
    members: Vec<Member<'a>>,
    by_name: HashMap<&'a str, usize>,
    /// What other readers may see otherwise.
    pub faults: Vec<Finding>,
    left: Cell<u64>,
}

#[derive(Debug)]
struct Member<'a> {
    name: &'a str,
    packed: &'a [u8],
    is_deflated: bool,
    size: u64,
    crc: u32,
    unpacked: OnceCell<Option<Vec<u8>>>,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let (entries, list, list_at) = end_of_list(bytes).ok_or(Damaged)?;
        let mut archive = Self {
            members: Vec::new(),
            by_name: HashMap::new(),
            faults: Vec::new(),
            left: Cell::new(MOST_BYTES),
        };
        let mut fields = Fields(list);
        let mut places = Vec::new();
        // Names that mean the same to systems that don't tell small from large letters.
        let mut seen = HashSet::new();
        for _ in 0..entries.min(MOST_MEMBERS) {
            let listed = Listed::read(&mut fields).ok_or(Damaged)?;
            let place = listed.locate(bytes).ok_or(Damaged)?;
            places.push((listed.at, place.end, place.loose, listed.name));
            if !seen.insert(listed.name.to_lowercase()) {
                archive.fault(Code::MemberDuplicate, listed.name);
            }
            archive.add(&listed, place.packed);
        }
        if !fields.0.is_empty() || entries > MOST_MEMBERS {
            return Err(Damaged);
        }
        places.sort_unstable();
        let mut expected = 0;
        for &(at, end, loose, name) in &places {
            match at.checked_sub(expected) {
                Some(0) => {}
                Some(_) => archive.fault(Code::ContainerHidesBytes, name),
                None => return Err(Damaged),
            }
            expected = end + loose.size(bytes, end);
        }
        if expected != list_at {
            archive.fault(Code::ContainerHidesBytes, "");
        }
        Ok(archive)
    }

    fn fault(&mut self, code: Code, name: &str) {
        if self.faults.len() < 16 {
            let detail = (!name.is_empty()).then(|| name.to_owned());
            self.faults.push(Finding { code, detail });
        }
    }

    fn add(&mut self, listed: &Listed<'a>, packed: &'a [u8]) {
        let name = listed.name;
        if is_unsafe(name) {
            self.fault(Code::MemberNameUnsafe, name);
        }
        self.by_name.insert(name, self.members.len());
        self.members.push(Member {
            name,
            packed,
            is_deflated: listed.method == 8,
            size: listed.size,
            crc: listed.crc,
            unpacked: OnceCell::new(),
        });
    }

    /// The names of all members that are no folders, in the order of the list.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.members.iter().map(|member| member.name).filter(|name| !name.ends_with('/'))
    }

    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Ok(None): there is no such member.
    pub fn octets(&self, name: &str) -> Result<Option<&[u8]>, Damaged> {
        let Some(&at) = self.by_name.get(name) else { return Ok(None) };
        let member = &self.members[at];
        let unpacked = member.unpacked.get_or_init(|| member.unpack(&self.left));
        match unpacked {
            Some(_) if !member.is_deflated => Ok(Some(member.packed)),
            Some(octets) => Ok(Some(octets)),
            None => Err(Damaged),
        }
    }
}

impl Member<'_> {
    /// None: damaged, or more than may be unpacked. Of a member that isn't packed nothing is copied.
    fn unpack(&self, left: &Cell<u64>) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        if self.is_deflated {
            left.set(left.get().checked_sub(self.size)?);
            DeflateDecoder::new(self.packed).take(self.size + 1).read_to_end(&mut octets).ok()?;
        }
        let content = if self.is_deflated { &octets } else { self.packed };
        let mut crc = Crc::new();
        crc.update(content);
        (content.len() as u64 == self.size && crc.sum() == self.crc).then_some(octets)
    }
}

/// Names that lead out of the folder, or that systems write differently.
fn is_unsafe(name: &str) -> bool {
    let path = name.strip_suffix('/').unwrap_or(name);
    name.contains(['\\', ':', '\0']) || path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// Number of members, their list, and where it starts.
fn end_of_list(bytes: &[u8]) -> Option<(usize, &[u8], usize)> {
    let from = bytes.len().saturating_sub(22 + 0xffff);
    // The last one whose comment reaches the end of the file.
    let at = memchr::memmem::rfind_iter(&bytes[from..], END)
        .map(|at| from + at)
        .find(|&at| bytes.get(at + 20..at + 22).is_some_and(|size| at + 22 + word(size) == bytes.len()))?;
    let mut fields = Fields(&bytes[at + 4..]);
    let (disk, first, here, entries) = (fields.word()?, fields.word()?, fields.word()?, fields.word()?);
    let (size, start) = (fields.long()? as usize, fields.long()? as usize);
    let in_one_piece = disk == 0 && first == 0 && here == entries;
    // With bytes before the archive, or in the longer format for archives of gigabytes, the sum differs.
    let end = start.checked_add(size).filter(|&end| in_one_piece && end == at)?;
    Some((entries, &bytes[start..end], start))
}

fn word(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) | usize::from(bytes[1]) << 8
}

/// Little-endian fields of a header.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<usize> {
        self.take(2).map(word)
    }

    fn long(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
    }
}

/// What the list says of a member.
struct Listed<'a> {
    name: &'a str,
    flags: usize,
    method: usize,
    crc: u32,
    packed_size: usize,
    size: u64,
    at: usize,
}

impl<'a> Listed<'a> {
    fn read(fields: &mut Fields<'a>) -> Option<Self> {
        if fields.take(4)? != CENTRAL {
            return None;
        }
        fields.take(4)?;
        let (flags, method) = (fields.word()?, fields.word()?);
        fields.take(4)?;
        let (crc, packed, size) = (fields.long()?, fields.long()?, fields.long()?);
        let (name, extra, comment) = (fields.word()?, fields.word()?, fields.word()?);
        fields.take(8)?;
        let at = fields.long()?;
        let name = std::str::from_utf8(fields.take(name)?).ok()?;
        fields.take(extra)?;
        fields.take(comment)?;
        // Encrypted, packed in another way, or larger than four gigabytes: not in signed containers.
        let is_plain = flags & 0x2041 == 0 && matches!(method, 0 | 8) && !name.is_empty();
        let is_small = ![packed, size, at].contains(&u32::MAX);
        (is_plain && is_small && (method == 8 || packed == size)).then_some(Self {
            name,
            flags,
            method,
            crc,
            packed_size: packed as usize,
            size: u64::from(size),
            at: at as usize,
        })
    }

    /// The bytes of the member, if its own header says the same.
    fn locate(&self, bytes: &'a [u8]) -> Option<Place<'a>> {
        let mut fields = Fields(bytes.get(self.at..)?);
        if fields.take(4)? != LOCAL {
            return None;
        }
        fields.take(2)?;
        let (flags, method) = (fields.word()?, fields.word()?);
        fields.take(4)?;
        let (crc, packed, size) = (fields.long()?, fields.long()?, fields.long()?);
        let (name, extra) = (fields.word()?, fields.word()?);
        let same_name = fields.take(name)? == self.name.as_bytes();
        fields.take(extra)?;
        let follows = flags & 8 != 0;
        let same = crc == self.crc && packed as usize == self.packed_size && u64::from(size) == self.size;
        let is_later = follows && crc == 0 && packed == 0 && size == 0;
        // With the longer format the sizes are in the extra field; the list has them.
        let is_long = packed == u32::MAX && size == u32::MAX;
        if !same_name || method != self.method || flags != self.flags || !(same || is_later || is_long) {
            return None;
        }
        let data = fields.take(self.packed_size)?;
        let end = bytes.len() - fields.0.len();
        Some(Place { packed: data, end, loose: Loose { follows, crc: self.crc } })
    }
}

struct Place<'a> {
    packed: &'a [u8],
    end: usize,
    loose: Loose,
}

/// The descriptor that may follow the bytes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Loose {
    follows: bool,
    crc: u32,
}

impl Loose {
    /// With or without its mark, sizes in four bytes; the next header has to follow at once.
    fn size(self, bytes: &[u8], end: usize) -> usize {
        if !self.follows {
            return 0;
        }
        let rest = &bytes[end..];
        let crc = self.crc.to_le_bytes();
        let next =
            |size: usize| rest.get(size..size + 4).is_some_and(|mark| mark == LOCAL || mark == CENTRAL);
        let marked = rest.starts_with(DESCRIPTOR) && rest[4..].starts_with(&crc);
        let plain = rest.starts_with(&crc);
        let fits = |&size: &usize| if size % 8 == 0 { marked && next(size) } else { plain && next(size) };
        [16, 12, 24, 20].into_iter().find(fits).unwrap_or(0)
    }
}
