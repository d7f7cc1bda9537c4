//! The standard security handler with the empty user password (ISO 32000-2, 7.6): a signed file that anyone may open is often protected
//! from being edited this way.

use aes::{Aes128, Aes256};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use md5::{Digest, Md5};
use ring::digest::{SHA256, SHA384, SHA512, digest};

use super::object::{Dictionary, Object, ObjectId};

/// 7.6.4.3.2: what fills a password up to 32 bytes; the empty one is all of it.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e,
    0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Identity,
    Rc4,
    Aes128,
    Aes256,
}

type NamedMethods = Vec<(Box<[u8]>, Method)>;

#[derive(Debug)]
pub struct Decryption {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
    filters: NamedMethods,
    encrypts_metadata: bool,
}

impl Decryption {
    /// `None` when the empty password does not open the file, or another handler is asked for.
    pub fn open(encrypt: &Dictionary, first_id: &[u8]) -> Option<Self> {
        if encrypt.name(b"Filter") != Some(b"Standard") {
            return None;
        }
        let version = encrypt.integer(b"V").unwrap_or(0);
        let revision = encrypt.integer(b"R")?;
        let encrypts_metadata = !matches!(encrypt.get(b"EncryptMetadata"), Some(Object::Boolean(false)));
        let (strings, streams, filters) = match version {
            1 | 2 => (Method::Rc4, Method::Rc4, Vec::new()),
            4 | 5 => crypt_filters(encrypt),
            _ => return None,
        };
        let key = if revision >= 5 {
            file_key_aes256(encrypt, revision)?
        } else {
            let bits = if version == 4 { 128 } else { encrypt.integer(b"Length").unwrap_or(40) };
            let length = usize::try_from(bits).ok()? / 8;
            let length = if revision == 2 { 5 } else { length };
            let key = file_key(encrypt, first_id, revision, length, encrypts_metadata)?;
            is_user_key(encrypt, first_id, revision, &key).then_some(key)?
        };
        Some(Self { key, strings, streams, filters, encrypts_metadata })
    }

    pub fn decrypt_string(&self, id: ObjectId, bytes: &[u8]) -> Box<[u8]> {
        self.decrypt(self.strings, id, bytes).into()
    }

    pub fn decrypt_stream(&self, id: ObjectId, dictionary: &Dictionary, bytes: &[u8]) -> Vec<u8> {
        let method = if dictionary.is_of_type(b"XRef")
            || (dictionary.is_of_type(b"Metadata") && !self.encrypts_metadata)
        {
            Method::Identity
        } else {
            self.own_filter(dictionary).unwrap_or(self.streams)
        };
        self.decrypt(method, id, bytes)
    }

    /// 7.4.10: a stream may name a crypt filter of its own.
    fn own_filter(&self, dictionary: &Dictionary) -> Option<Method> {
        let first = |key: &[u8]| match dictionary.get(key)? {
            Object::Array(items) => items.first(),
            one => Some(one),
        };
        if first(b"Filter")?.as_name()? != b"Crypt" {
            return None;
        }
        let name =
            first(b"DecodeParms").and_then(Object::as_dictionary).and_then(|parms| parms.name(b"Name"));
        Some(name.map_or(Method::Identity, |name| method_named(&self.filters, name)))
    }

    fn decrypt(&self, method: Method, id: ObjectId, bytes: &[u8]) -> Vec<u8> {
        match method {
            Method::Identity => bytes.to_vec(),
            Method::Rc4 => rc4(&self.object_key(id, false), bytes),
            Method::Aes128 => decrypt_cbc::<cbc::Decryptor<Aes128>>(&self.object_key(id, true), bytes),
            Method::Aes256 => decrypt_cbc::<cbc::Decryptor<Aes256>>(&self.key, bytes),
        }
    }

    /// Algorithm 1.
    fn object_key(&self, id: ObjectId, aes: bool) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(&id.number.to_le_bytes()[..3]);
        hash.update(id.generation.to_le_bytes());
        if aes {
            hash.update(b"sAlT");
        }
        hash.finalize()[..(self.key.len() + 5).min(16)].to_vec()
    }
}

fn crypt_filters(encrypt: &Dictionary) -> (Method, Method, NamedMethods) {
    let filters: Vec<_> = encrypt
        .get(b"CF")
        .and_then(Object::as_dictionary)
        .map(|filters| filters.entries().iter())
        .into_iter()
        .flatten()
        .map(|entry| {
            let method = match entry.value.as_dictionary().and_then(|filter| filter.name(b"CFM")) {
                Some(b"V2") => Method::Rc4,
                Some(b"AESV2") => Method::Aes128,
                Some(b"AESV3") => Method::Aes256,
                _ => Method::Identity,
            };
            (entry.key.clone(), method)
        })
        .collect();
    let used = |key: &[u8]| encrypt.name(key).map_or(Method::Identity, |name| method_named(&filters, name));
    (used(b"StrF"), used(b"StmF"), filters)
}

fn method_named(filters: &[(Box<[u8]>, Method)], name: &[u8]) -> Method {
    filters.iter().find(|(key, _)| **key == *name).map_or(Method::Identity, |(_, method)| *method)
}

/// Algorithm 2.
fn file_key(
    encrypt: &Dictionary,
    id: &[u8],
    revision: i64,
    length: usize,
    metadata: bool,
) -> Option<Vec<u8>> {
    if !(5..=16).contains(&length) {
        return None;
    }
    let mut hash = Md5::new();
    hash.update(PADDING);
    hash.update(encrypt.get(b"O")?.as_string()?.get(..32)?);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "written as a signed or an unsigned number of 32 bits"
    )]
    hash.update((encrypt.integer(b"P")? as u32).to_le_bytes());
    hash.update(id);
    if revision >= 4 && !metadata {
        hash.update([0xff; 4]);
    }
    let mut key = hash.finalize().to_vec();
    if revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(&key[..length]).to_vec();
        }
    }
    key.truncate(length);
    Some(key)
}

/// Algorithms 4 to 6: whether the key is the one of the user's password.
fn is_user_key(encrypt: &Dictionary, id: &[u8], revision: i64, key: &[u8]) -> bool {
    let Some(expected) = encrypt.get(b"U").and_then(Object::as_string) else { return false };
    if revision == 2 {
        return expected == rc4(key, &PADDING);
    }
    let mut value = Md5::new().chain_update(PADDING).chain_update(id).finalize().to_vec();
    for round in 0..20u8 {
        let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        value = rc4(&key, &value);
    }
    expected.get(..16) == Some(value.as_slice())
}

/// Algorithm 2.A for the empty user password.
fn file_key_aes256(encrypt: &Dictionary, revision: i64) -> Option<Vec<u8>> {
    let user = encrypt.get(b"U")?.as_string()?.get(..48)?;
    let wrapped = encrypt.get(b"UE")?.as_string()?.get(..32)?;
    let (check, salts) = user.split_at(32);
    let (validation, key_salt) = salts.split_at(8);
    let hash: fn(&[u8]) -> Option<Vec<u8>> =
        if revision == 5 { |salt| Some(digest(&SHA256, salt).as_ref().to_vec()) } else { hash_2b };
    if hash(validation)? != check {
        return None;
    }
    let mut key = wrapped.to_vec();
    let decryptor = cbc::Decryptor::<Aes256>::new_from_slices(&hash(key_salt)?, &[0; 16]).ok()?;
    decryptor.decrypt_padded::<NoPadding>(&mut key).ok()?;
    Some(key)
}

/// Algorithm 2.B with an empty password.
fn hash_2b(salt: &[u8]) -> Option<Vec<u8>> {
    let mut key = digest(&SHA256, salt).as_ref().to_vec();
    for round in 0usize.. {
        let mut data = key.repeat(64);
        let encryptor = cbc::Encryptor::<Aes128>::new_from_slices(key.get(..16)?, key.get(16..32)?).ok()?;
        let length = data.len();
        encryptor.encrypt_padded::<NoPadding>(&mut data, length).ok()?;
        // The first sixteen bytes as a number modulo 3; 256 leaves 1, so their sum will do.
        let algorithm = match data[..16].iter().map(|byte| u32::from(*byte)).sum::<u32>() % 3 {
            0 => &SHA256,
            1 => &SHA384,
            _ => &SHA512,
        };
        key = digest(algorithm, &data).as_ref().to_vec();
        if round >= 63 && usize::from(*data.last()?) <= round - 31 {
            break;
        }
    }
    key.truncate(32);
    Some(key)
}

/// Algorithm 1.A: the first block is the initialization vector, the last is padded. What is not whole blocks decrypts to nothing.
fn decrypt_cbc<D: KeyIvInit + BlockModeDecrypt>(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let Some((vector, body)) = bytes.split_at_checked(16) else { return Vec::new() };
    let Ok(decryptor) = D::new_from_slices(key, vector) else { return Vec::new() };
    let mut plain = body[..body.len() / 16 * 16].to_vec();
    if decryptor.decrypt_padded::<NoPadding>(&mut plain).is_err() {
        return Vec::new();
    }
    let padding = plain.last().copied().map_or(0, usize::from);
    if padding <= 16 {
        plain.truncate(plain.len().saturating_sub(padding));
    }
    plain
}

fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    if key.is_empty() {
        return bytes.to_vec();
    }
    let mut state: [u8; 256] = std::array::from_fn(|at| u8::try_from(at).unwrap_or(u8::MAX));
    let mut other = 0u8;
    for at in 0..256 {
        other = other.wrapping_add(state[at]).wrapping_add(key[at % key.len()]);
        state.swap(at, usize::from(other));
    }
    let (mut one, mut other) = (0u8, 0u8);
    bytes
        .iter()
        .map(|byte| {
            one = one.wrapping_add(1);
            other = other.wrapping_add(state[usize::from(one)]);
            state.swap(usize::from(one), usize::from(other));
            let sum = state[usize::from(one)].wrapping_add(state[usize::from(other)]);
            byte ^ state[usize::from(sum)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::parser::{Budget, Parser};

    fn parsed(source: &str) -> Object {
        Parser::new(source.as_bytes(), 0, &Budget::new(source.len())).object().unwrap()
    }

    /// Dictionaries and strings written by pyHanko 0.38 for the words "name" and "An" in object 4.
    #[test]
    fn the_empty_password_opens_what_another_program_encrypted() {
        let files = [
            (
                "<< /Filter /Standard /O <c92422687facee686e373f10b5c7d04738053152f7e2ee30e11c69ec442576ab>
                /U <a889cab192582627de8f50d14b42876b02d7220b70c6ec3eb31973c4608eb5f1> /P -4 /Length 40 /V 1 /R 2 >>",
                "<0a34ac7994550c3ff983d4f262207346>",
                ["<2e7087ec>", "<017f>"],
            ),
            (
                "<< /Filter /Standard /O <566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5>
                /U <bb5c96f827033ff5f6ae0246d35f14de00000000000000000000000000000000> /P -4 /Length 128 /V 2 /R 3 >>",
                "<3fe1cdc01d8d68e19bfb8e381cad36af>",
                ["<f9415755>", "<d64e>"],
            ),
            (
                "<< /Filter /Standard /O <566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5>
                /U <11b838945cf8b800b2d8dfb6abcbe75e00000000000000000000000000000000> /P -4 /Length 128 /V 4 /R 4
                /StmF /StdCF /StrF /StdCF /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV2 /Length 16 >> >> >>",
                "<f9f271885f7aa71ad50406eca7166573>",
                [
                    "<c14c020d8c398c1f9224c41a148d360232973f56630dab471ea617879b8974c3>",
                    "<f95112fff7d9764b391af653a890f410efb9fc03b1e3429e02c42bff42aa33de>",
                ],
            ),
            (
                "<< /Filter /Standard
                /O <d35506439ed6e1a06ce6196a860c856415582f3ebed9934e14aff36f6d3351412c720005d70f66c522c0a2ef06d3a2e7>
                /U <d11c51f33efd76bfc37d5d35da84e27d0b29c4728f3cf6afabc6bbf25187f78c64ed2758c9add4e38f5dcca2e2d29f20>
                /UE <3a92599481811a32d7b7ec5bbb279796b2de10a438ba8c44fa5a1a6d90ebe830> /P -4100 /V 5 /R 6
                /StmF /StdCF /StrF /StdCF /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> >>",
                "<02eedf51801232951393e91ac0a582ae>",
                [
                    "<d95683c0d265b945528fe7efe0e6be9bca42b6158f94f0d01629619603413fb1>",
                    "<a03e2ab7882c2ee5674067f63792d42318c41edac4310b3e0c2807f84d3383a2>",
                ],
            ),
        ];
        for (encrypt, first_id, strings) in files {
            let (encrypt, first_id) = (parsed(encrypt), parsed(first_id));
            let decryption =
                Decryption::open(encrypt.as_dictionary().unwrap(), first_id.as_string().unwrap()).unwrap();
            let id = ObjectId { number: 4, generation: 0 };
            let plain =
                strings.map(|string| decryption.decrypt_string(id, parsed(string).as_string().unwrap()));
            assert_eq!(plain, [(*b"name").into(), Box::<[u8]>::from(*b"An")], "{encrypt:?}");
        }
    }
}
