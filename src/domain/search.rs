//! How a paper is found: what is asked for, what a paper offers to be found by, and in which order hits come.

use serde::Serialize;
use unicode_normalization::char::is_combining_mark;

use super::entry::Entry;
use super::problem::{Problem, Result};
use super::text::{TOKEN_CHARS, exact, fold, tokens};

/// The longest query, in characters, and the most different words in it.
pub const QUERY_CHARS: usize = 500;
pub const QUERY_WORDS: usize = 64;
/// The fewest letters and digits that a query must have: one alone would find nearly everything.
const LEAST_LETTERS: usize = 2;
/// Different words kept of the text inside a file; Vietnamese has fewer syllables than this.
pub const TEXT_WORDS: usize = 20_000;

/// A checked query. All words must be found; the last one, which may still be being typed, as the beginning of a word of what is said
/// about a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The whole with its diacritics.
    pub exact: String,
    /// The whole without.
    pub folded: String,
    /// The distinct folded words before the last.
    pub words: Vec<String>,
    /// The last folded word.
    pub last: String,
}

impl Query {
    pub fn parse(text: &str) -> Result<Self> {
        if text.chars().nth(QUERY_CHARS).is_some() {
            return Err(Problem::field("q", "too_long").with("limit", QUERY_CHARS));
        }
        let folded = fold(text);
        if folded.chars().filter(|c| *c != ' ').nth(LEAST_LETTERS - 1).is_none() {
            return Err(Problem::field("q", "too_short").with("limit", LEAST_LETTERS));
        }
        let (before, last) = folded.rsplit_once(' ').unwrap_or(("", &folded));
        let words = tokens(before);
        if words.len() >= QUERY_WORDS {
            return Err(Problem::field("q", "too_many_words").with("limit", QUERY_WORDS));
        }
        let last = last.chars().take(TOKEN_CHARS).collect();
        Ok(Self { exact: exact(text), words, last, folded })
    }

    /// Whether a folded word is one of those asked for.
    fn asks_for(&self, word: &str) -> bool {
        word.starts_with(&self.last) || self.words.iter().any(|asked| asked == word)
    }
}

/// What a hit was found by, the best first; hits come in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The title or name holds the query as it was typed, with its diacritics.
    Exact,
    /// The title or name holds it once diacritics are left out.
    Phrase,
    /// The paper's number is what was asked for.
    Number,
    /// Every word is in what is said about the paper.
    Words,
    /// Some words are only in the text inside the file.
    Text,
}

impl Match {
    const EACH: [Match; 5] = [Match::Exact, Match::Phrase, Match::Number, Match::Words, Match::Text];

    pub fn from_rank(rank: i32) -> Self {
        usize::try_from(rank).ok().and_then(|at| Self::EACH.get(at).copied()).unwrap_or(Match::Text)
    }
}

/// What a paper or folder offers to be found by, in the forms that its row keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findable {
    pub exact_head: String,
    pub head: String,
    pub paper_number: String,
    pub authority: String,
    /// Distinct folded words.
    pub words: Vec<String>,
}

impl Findable {
    /// `type_names` are the names of the paper's type in all languages.
    pub fn of(entry: &Entry, type_names: &[&str]) -> Self {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        let (title, number, authority) =
            (or_none(&entry.title), or_none(&entry.number), or_none(&entry.authority));
        // The slash keeps a phrase from reaching from the title into the name: no searched form holds one.
        let head = |form: fn(&str) -> String| format!(" {} / {} ", form(&title), form(&entry.name));
        let mut all = vec![title.as_str(), &entry.name, &number, &authority];
        all.extend(type_names);
        let (note, tags) = (or_none(&entry.note), entry.tags());
        all.push(&note);
        all.extend(tags.iter().map(String::as_str));
        Self {
            exact_head: head(exact),
            head: head(fold),
            paper_number: fold(&number),
            authority: spaced(&fold(&authority)),
            words: tokens(&all.join(" / ")),
        }
    }
}

/// A folded text as its column keeps it.
pub fn spaced(folded: &str) -> String {
    format!(" {folded} ")
}

/// Where in a text a word of the query stands, in UTF-16 code units as browsers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Span {
    /// The first, from 0.
    #[schema(example = 0)]
    pub start: usize,
    /// One past the last.
    #[schema(example = 4)]
    pub end: usize,
}

/// A field of an entry that holds words of the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Found {
    /// `title`, `name`, `number`, `authority`, `type`, `tags`, `note` or `text` (inside the file).
    #[schema(example = "title")]
    pub field: &'static str,
    /// Where, to be marked; none for `type`, `tags` and `text`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
}

/// The fields of an entry that hold words of the query.
pub fn found_in(query: &Query, entry: &Entry, type_names: &[&str], by: Match) -> Vec<Found> {
    let texts = [
        ("title", entry.title.as_deref()),
        ("name", Some(entry.name.as_str())),
        ("number", entry.number.as_deref()),
        ("authority", entry.authority.as_deref()),
        ("note", entry.note.as_deref()),
    ];
    let mut found = Vec::new();
    for (field, text) in texts {
        let spans = spans(query, text.unwrap_or_default());
        if !spans.is_empty() {
            found.push(Found { field, spans });
        }
    }
    let holds = |text: &str| tokens(text).iter().any(|word| query.asks_for(word));
    if type_names.iter().any(|name| holds(name)) {
        found.push(Found { field: "type", spans: Vec::new() });
    }
    if entry.tags().iter().any(|tag| holds(tag)) {
        found.push(Found { field: "tags", spans: Vec::new() });
    }
    if by == Match::Text {
        found.push(Found { field: "text", spans: Vec::new() });
    }
    found
}

fn spans(query: &Query, text: &str) -> Vec<Span> {
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut spans = Vec::new();
    let mut units = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = is_part(first);
        let end = rest.find(|c| is_part(c) != inside).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let length = run.encode_utf16().count();
        if inside && tokens(run).iter().any(|word| query.asks_for(word)) {
            spans.push(Span { start: units, end: units + length });
        }
        units += length;
        rest = after;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn a_query_is_cut_into_words_of_which_the_last_is_open() {
        let query = Query::parse("  Giấy KHAI giấy sin").unwrap();
        assert_eq!(query.folded, "giay khai giay sin");
        assert_eq!(query.exact, "giấy khai giấy sin");
        assert_eq!((query.words, query.last), (vec!["giay".to_owned(), "khai".to_owned()], "sin".to_owned()));
    }

    #[test]
    fn a_query_must_have_two_letters_and_an_end() {
        for (text, reason) in [
            ("", "too_short"),
            (" \" * - ", "too_short"),
            ("a", "too_short"),
            ("\u{301}", "too_short"),
            (&"a".repeat(501), "too_long"),
            (&(0..65).map(|n| format!("w{n} ")).collect::<String>(), "too_many_words"),
        ] {
            let problem = Query::parse(text).unwrap_err();
            assert_eq!(problem.members["reason"], reason, "{text}");
        }
        assert!(Query::parse("NEAR(a* b) OR \"").is_ok());
        assert!(Query::parse("中文").is_ok());
    }

    #[test]
    fn hits_are_marked_where_they_stand() {
        let query = Query::parse("khai hoa").unwrap();
        let at = |text| spans(&query, text).iter().map(|s| (s.start, s.end)).collect::<Vec<_>>();
        assert_eq!(at("Giấy khai sinh – Hoà"), [(5, 9), (17, 20)]);
        assert_eq!(at("😀 Khải, hòang"), [(3, 7), (9, 14)]);
        assert_eq!(at("khaim hoa\u{300}"), [(6, 10)]);
        assert_eq!(at(""), []);
    }

    proptest! {
        #[test]
        fn all_ways_to_type_a_query_are_one(text in "[a-zA-ZđĐăâêôơưÀ-ỹ ]{2,24}") {
            let parse = |text: &str| Query::parse(text).ok().map(|q| (q.exact, q.words, q.last));
            let typed = parse(&text);
            prop_assert_eq!(parse(&text.nfd().collect::<String>()), typed.clone());
            prop_assert_eq!(parse(&text.nfc().collect::<String>().to_lowercase()), typed);
        }

        #[test]
        fn no_text_is_marked_outside_itself(text in "\\PC{0,40}", asked in "[a-z]{2,4}") {
            let query = Query::parse(&asked).unwrap();
            let units = text.encode_utf16().count();
            for span in spans(&query, &text) {
                prop_assert!(span.start < span.end && span.end <= units);
            }
        }
    }
}
