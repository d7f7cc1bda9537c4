//! Sentences that a citizen understands, in Vietnamese and in English: for every finding, for the conclusion, and for the nine questions
//! that the rules on signing software ask about a signature.

mod checklist;
mod findings;

use serde::Serialize;

use crate::findings::Code;
use crate::report::{Conclusion, Report};

pub use checklist::{Answer, Check, checklist};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Vietnamese,
    English,
}

impl Language {
    fn pick(self, (vietnamese, english): (&'static str, &'static str)) -> &'static str {
        match self {
            Language::Vietnamese => vietnamese,
            Language::English => english,
        }
    }
}

/// What was found, in one sentence.
pub fn of_finding(code: Code, language: Language) -> &'static str {
    language.pick(findings::sentences(code))
}

/// What follows, in one sentence.
pub fn of_conclusion(conclusion: Conclusion, language: Language) -> &'static str {
    language.pick(match conclusion {
        Conclusion::Valid => ("Chữ ký hợp lệ.", "The signature is valid."),
        Conclusion::ValidWithLaterChanges => (
            "Chữ ký hợp lệ. Sau đó giấy tờ có thay đổi mà chữ ký cho phép.",
            "The signature is valid. The document was changed later in ways that the signature permits.",
        ),
        Conclusion::Indeterminate => {
            ("Chưa đủ bằng chứng để kết luận.", "There is not enough evidence to tell.")
        }
        Conclusion::Invalid => ("Chữ ký không hợp lệ.", "The signature is not valid."),
    })
}

/// What follows for the file as a whole, in one sentence; none where it holds no signature.
pub fn of_report(report: &Report, language: Language) -> Option<&'static str> {
    let conclusion = report.conclusion()?;
    Some(if report.is_partly_signed() {
        language.pick((
            "Chữ ký hợp lệ, nhưng chỉ một phần của tệp được ký.",
            "The signature is valid, but only a part of the file is signed.",
        ))
    } else {
        of_conclusion(conclusion, language)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_as_sentences_do_in_both_languages() {
        for code in [Code::DigestMismatch, Code::ChainMissing, Code::FieldFilled, Code::SubFilterUnknown] {
            let (vietnamese, english) =
                (of_finding(code, Language::Vietnamese), of_finding(code, Language::English));
            assert!(vietnamese.ends_with('.') && english.ends_with('.') && vietnamese != english);
        }
    }
}
