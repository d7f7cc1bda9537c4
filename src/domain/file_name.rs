//! Names of entries as names of files in an archive that any system can unpack.

use std::collections::HashSet;

/// Names that Windows keeps for devices, whatever extension follows.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The name without what some system refuses: no separator, no character that Windows forbids, no device, no dot or space at the end.
/// It is never empty, `.` or `..`.
pub fn portable(name: &str) -> String {
    let forbidden =
        |c: char| matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') || c.is_control();
    let mut portable: String = name.chars().map(|c| if forbidden(c) { '_' } else { c }).collect();
    let kept = portable.trim_end_matches(['.', ' ']).len();
    if kept < portable.len() || kept == 0 {
        portable.truncate(kept);
        portable.push('_');
    }
    let stem = portable.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let letters = stem.strip_suffix(|c: char| c.is_ascii_digit() && c != '0').unwrap_or(&stem);
    let numbered = letters.len() < stem.len();
    if DEVICES.contains(&letters) && numbered == matches!(letters, "com" | "lpt") {
        portable.insert(0, '_');
    }
    portable
}

/// The names given out in one folder of an archive, so that none comes twice, whatever the case.
#[derive(Debug, Default)]
pub struct GivenNames(HashSet<String>);

impl GivenNames {
    /// The portable form of `name`, with a number before its extension where that is taken already.
    pub fn give(&mut self, name: &str) -> String {
        let name = portable(name);
        if self.0.insert(name.to_lowercase()) {
            return name;
        }
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name.as_str(), String::new()),
        };
        // Ends: of the first n + 1 numbers one is free among n names.
        (2..=self.0.len() + 2)
            .map(|number| format!("{stem} ({number}){extension}"))
            .find(|candidate| self.0.insert(candidate.to_lowercase()))
            .unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_some_system_refuses_is_replaced() {
        for (name, expected) in [
            ("Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
            ("Số 1: \"bản\" <sao> ?*|.pdf", "Số 1_ _bản_ _sao_ ___.pdf"),
            ("a/b\\c", "a_b_c"),
            ("..", "_"),
            ("hồ sơ. .", "hồ sơ_"),
            ("CON", "_CON"),
            ("nul.pdf", "_nul.pdf"),
            ("Com1.txt", "_Com1.txt"),
            ("com.pdf", "com.pdf"),
            ("con1.pdf", "con1.pdf"),
            ("", "_"),
        ] {
            assert_eq!(portable(name), expected);
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names = GivenNames::default();
        let given = ["a?.pdf", "a*.pdf", "A_.PDF", "a_ (2).pdf", "b", "B"].map(|name| names.give(name));
        assert_eq!(given, ["a_.pdf", "a_ (2).pdf", "A_ (3).PDF", "a_ (2) (2).pdf", "b", "B (2)"]);
    }

    proptest! {
        #[test]
        fn a_portable_name_stays_in_its_folder(name in ".{0,40}") {
            let portable = portable(&name);
            prop_assert!(!portable.contains(['/', '\\', '\0']));
            prop_assert!(!portable.is_empty() && portable != "." && portable != "..");
        }
    }
}
