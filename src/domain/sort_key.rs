//! The order of names: the Vietnamese alphabet and tones as CLDR has them, numbers by value.

use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale::locale;

/// The longest key, in bytes. Names that agree so far are told apart by id where they are listed.
pub const SORT_KEY_BYTES: usize = 512;

static COLLATOR: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    let mut preferences = CollatorPreferences::from(locale!("vi"));
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Tertiary);
    #[expect(clippy::expect_used, reason = "the data is compiled in; it is there or no test passes")]
    Collator::try_new(preferences, options).expect("compiled collation data")
});

/// A key whose order as bytes is the order of the names, so every database sorts alike: "Tờ 2" before "Tờ 10".
pub fn sort_key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() * 2);
    let Ok(()) = COLLATOR.write_sort_key_to(name, &mut key);
    key.truncate(SORT_KEY_BYTES);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stand_in_vietnamese_order() {
        let expected = [
            "1. Căn cước",
            "2. Khai sinh",
            "10. Đất đai",
            "a",
            "ba",
            "bà",
            "bả",
            "bã",
            "bá",
            "bạ",
            "bă",
            "bâ",
            "ca",
            "da",
            "đa",
            "e",
            "ê",
            "i",
            "o",
            "ô",
            "ơ",
            "Tờ 2",
            "Tờ 10",
            "Tờ khai",
            "u",
            "ư",
            "x",
            "y",
        ];
        let mut sorted = expected;
        sorted.reverse();
        sorted.sort_by_key(|name| sort_key(name));
        assert_eq!(sorted, expected);
    }

    #[test]
    fn keys_are_bounded() {
        assert!(sort_key(&"Ễ".repeat(255)).len() <= SORT_KEY_BYTES);
    }

    fn name() -> impl Strategy<Value = String> {
        "[a-cA-Cđ-đĐăâêôơưàảãáạằẳẫắặ0-9 .()-]{0,16}"
    }

    proptest! {
        #[test]
        fn key_order_is_collation_order(left in name(), right in name()) {
            prop_assert_eq!(sort_key(&left).cmp(&sort_key(&right)), COLLATOR.compare(&left, &right));
        }
    }
}
