//! Whether two objects say the same, and in which entries two dictionaries differ.

use crate::pdf::{
    document::View,
    object::{Dictionary, Object},
    parser::Indirect,
};

/// Entries that say how the bytes of a stream are stored, not what they are.
const STORAGE: [&[u8]; 4] = [b"Length", b"Filter", b"DecodeParms", b"DL"];

/// Equal but for spelling: a rewritten object is no change.
pub fn is_same<'d>(old: (View<'d, '_>, &'d Indirect), new: (View<'d, '_>, &'d Indirect)) -> bool {
    match (&old.1.object, &new.1.object) {
        (Object::Stream(one), Object::Stream(other)) => {
            let differing: Vec<_> = differing(&one.dictionary, &other.dictionary).collect();
            if differing.iter().all(|key| *key == b"Length")
                && old.0.decrypted(old.1.id, one) == new.0.decrypted(new.1.id, other)
            {
                return true;
            }
            differing.iter().all(|key| STORAGE.contains(key)) && {
                let one = old.0.decoded(old.1.id, one);
                one.is_some() && one == new.0.decoded(new.1.id, other)
            }
        }
        (one, other) => one == other,
    }
}

/// The keys whose values differ, in their order; a key written twice always does.
pub fn differing<'o>(old: &'o Dictionary, new: &'o Dictionary) -> impl Iterator<Item = &'o [u8]> {
    let twice = old.has_duplicate_key || new.has_duplicate_key;
    let mut keys: Vec<&[u8]> = old.entries().iter().chain(new.entries()).map(|entry| &*entry.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().filter(move |key| twice || said(old, key) != said(new, key))
}

/// Null is as good as nothing.
fn said<'o>(dictionary: &'o Dictionary, key: &[u8]) -> Option<&'o Object> {
    dictionary.get(key).filter(|object| !matches!(object, Object::Null))
}
