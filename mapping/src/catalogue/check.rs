//! Refusing a catalogue that contradicts itself: every fault, and where it stands.
//!
//! To add one: a line in the table of codes, and a call of `Checker::fault` with the place. The places are JSON pointers (RFC 6901) into
//! the file, so that a program can find the value and a person the line.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use super::{
    Agency, Catalogue, Component, Day, DocumentType, FORMAT, Level, Need, Procedure, Validity, Words,
};

macro_rules! faults {
    ($($name:ident, $code:literal, $vi:literal, $en:literal;)+) => {
        /// What is wrong at a place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueFaultCode))]
        #[serde(rename_all = "snake_case")]
        pub enum FaultCode { $($name),+ }

        impl FaultCode {
            pub const ALL: &'static [FaultCode] = &[$(FaultCode::$name),+];

            pub fn as_str(self) -> &'static str {
                match self { $(FaultCode::$name => $code),+ }
            }

            pub fn vietnamese(self) -> &'static str {
                match self { $(FaultCode::$name => $vi),+ }
            }

            pub fn english(self) -> &'static str {
                match self { $(FaultCode::$name => $en),+ }
            }
        }
    };
}

faults! {
    FormatUnknown, "format_unknown", "Không phải định dạng kho-catalogue/1.", "The format is not kho-catalogue/1.";
    TooMany, "too_many", "Danh sách quá dài.", "The list is too long.";
    CodeMalformed, "code_malformed", "Mã không hợp lệ: chỉ dùng chữ không dấu, chữ số và dấu . - _, bắt đầu bằng chữ hoặc số.", "The code is not valid: plain letters, digits, . - _, beginning with a letter or digit.";
    AgencyCodeMalformed, "agency_code_malformed", "Mã định danh cơ quan không hợp lệ, ví dụ đúng: H52.10.5.", "The identifier of the agency is not valid; a valid one is H52.10.5.";
    CodeTaken, "code_taken", "Mã này đã dùng ở trên.", "This code stands above already.";
    NameEmpty, "name_empty", "Chưa có tên.", "The name is empty.";
    TextTooLong, "text_too_long", "Nội dung quá dài.", "The text is too long.";
    TextMalformed, "text_malformed", "Nội dung có ký tự điều khiển hoặc khoảng trắng thừa ở đầu, cuối.", "The text holds control characters, or white space at its ends.";
    LevelUnfit, "level_unfit", "Cấp này không dùng cho cơ quan.", "No agency has this level.";
    ParentUnknown, "parent_unknown", "Không có cơ quan cấp trên mang mã này.", "There is no agency of this code to be above it.";
    ParentCycle, "parent_cycle", "Cơ quan này nằm trên chính nó.", "The agency is above itself.";
    MergedIntoUnknown, "merged_into_unknown", "Không có cơ quan tiếp nhận mang mã này.", "There is no agency of this code to take over.";
    MergedIntoCycle, "merged_into_cycle", "Cơ quan này nhập vào chính nó.", "The agency is merged into itself.";
    MergedWithoutEnd, "merged_without_end", "Cơ quan đã sáp nhập phải có ngày cuối cùng hoạt động (valid_until).", "An agency that was merged needs its last day (valid_until).";
    EndsBeforeItBegins, "ends_before_it_begins", "Ngày cuối trước ngày đầu.", "The last day is before the first.";
    PeriodEmpty, "period_empty", "Thời hạn phải dài hơn 0.", "The period must be longer than nothing.";
    FamilyUnknown, "family_unknown", "Không có thư mục mặc định mang mã này.", "There is no default folder of this code.";
    InformationUnknown, "information_unknown", "Loại thông tin phải từ 1 đến 22.", "The kind of information is a number from 1 to 22.";
    DocumentTypeUnknown, "document_type_unknown", "Không có loại giấy tờ mang mã này.", "There is no document type of this code.";
    ResultTypeUnknown, "result_type_unknown", "Không có loại kết quả mang mã này.", "There is no result type of this code.";
    OwnerMissing, "owner_missing", "Hãy nêu thủ tục dành cho ai: person, organisation.", "Name for whom the procedure is: person, organisation.";
    OwnerUnknown, "owner_unknown", "Chỉ có person và organisation.", "There are only person and organisation.";
    Repeated, "repeated", "Giá trị này đã nêu ở trên.", "This stands above already.";
    ConditionUnknown, "condition_unknown", "Thủ tục không có điều kiện mang mã này.", "The procedure has no condition of this code.";
    ConditionMissing, "condition_missing", "Thành phần có điều kiện phải nêu điều kiện (when).", "A conditional component needs its condition (when).";
    ConditionUnneeded, "condition_unneeded", "Chỉ thành phần có điều kiện mới nêu điều kiện (when).", "Only a conditional component has a condition (when).";
    GroupDiffers, "group_differs", "Các thành phần thay thế nhau trong một nhóm phải cùng need và when.", "The alternatives of a group must agree in need and when.";
    TrustOutOfRange, "trust_out_of_range", "Mức tin cậy phải từ 1 đến 4.", "The level of trust is a number from 1 to 4.";
    DayMalformed, "day_malformed", "Ngày phải ghi đủ năm-tháng-ngày, ví dụ 2026-09-02.", "The day is not written as in 2026-09-02.";
    DayIsWorked, "day_is_worked", "Chỉ ghi ngày làm bù cho thứ bảy, chủ nhật.", "Only a Saturday or Sunday is made a day of work.";
    CopiesOutOfRange, "copies_out_of_range", "Số bản phải từ 0 đến 99.", "The copies are a number from 0 to 99.";
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueFault))]
pub struct Fault {
    /// Where it stands in the file: a JSON pointer, such as `/procedures/3/components/0/accepts/1`.
    #[cfg_attr(feature = "openapi", schema(example = "/procedures/3/components/0/accepts/1"))]
    pub at: String,
    pub code: FaultCode,
    /// Code of the item that it stands in, where it stands in one.
    #[cfg_attr(feature = "openapi", schema(example = "1.001193"))]
    pub item: Option<String>,
}

/// The longest code, in characters.
const LONGEST_CODE: usize = 64;
/// The longest name, of what has short ones and of what has long ones, in characters.
const LONGEST_NAME: usize = 300;
const LONGEST_TITLE: usize = 1_000;
const LONGEST_NOTE: usize = 2_000;
/// Kinds of information that a province exchanges (table 14 of the Sóc Trăng architecture 2.0).
const INFORMATION: std::ops::RangeInclusive<u8> = 1..=22;
const TRUST: std::ops::RangeInclusive<u8> = 1..=4;
const MOST_COPIES: u8 = 99;
/// The most items of a list of the file, and of a list within an item.
const MOST_ITEMS: usize = 20_000;
const MOST_PARTS: usize = 200;
const OWNERS: [&str; 2] = ["person", "organisation"];

/// Every fault of a catalogue, in the order of the file. `families` are the codes of the default folders.
pub fn check(catalogue: &Catalogue, families: &[&str]) -> Vec<Fault> {
    let mut checker = Checker::default();
    if catalogue.format != FORMAT {
        checker.fault("/format".to_owned(), FaultCode::FormatUnknown);
    }
    checker.agencies(&catalogue.agencies);
    checker.document_types(&catalogue.document_types, families);
    let types: HashSet<&str> = catalogue.document_types.iter().map(|item| &*item.code).collect();
    checker.item_codes("/result_types", catalogue.result_types.iter().map(|item| &*item.code));
    for (i, result) in catalogue.result_types.iter().enumerate() {
        let at = checker.enter(format!("/result_types/{i}"), &result.code);
        checker.words(&format!("{at}/name"), &result.name, LONGEST_NAME);
        if !types.contains(&*result.document_type) {
            checker.fault(format!("{at}/document_type"), FaultCode::DocumentTypeUnknown);
        }
    }
    checker.item = None;
    let results: HashSet<&str> = catalogue.result_types.iter().map(|item| &*item.code).collect();
    checker.item_codes("/procedures", catalogue.procedures.iter().map(|item| &*item.code));
    for (i, procedure) in catalogue.procedures.iter().enumerate() {
        let at = checker.enter(format!("/procedures/{i}"), &procedure.code);
        checker.procedure(&at, procedure, &types, &results);
    }
    checker.item = None;
    checker.days_of_work(&catalogue.days);
    checker.faults
}

#[derive(Default)]
struct Checker {
    faults: Vec<Fault>,
    /// Code of the item that is being looked at.
    item: Option<String>,
}

impl Checker {
    fn fault(&mut self, at: String, code: FaultCode) {
        self.faults.push(Fault { at, code, item: self.item.clone() });
    }

    /// Goes on to an item.
    fn enter(&mut self, at: String, code: &str) -> String {
        self.item = Some(code.to_owned());
        at
    }

    fn agencies(&mut self, agencies: &[Agency]) {
        self.item_codes("/agencies", agencies.iter().map(|item| &*item.code));
        let above: HashMap<&str, &str> =
            agencies.iter().filter_map(|agency| Some((&*agency.code, agency.parent.as_deref()?))).collect();
        let into: HashMap<&str, &str> = agencies
            .iter()
            .filter_map(|agency| Some((&*agency.code, agency.merged_into.as_deref()?)))
            .collect();
        let (above, into) = (circles(&above), circles(&into));
        let known: HashSet<&str> = agencies.iter().map(|agency| &*agency.code).collect();
        for (i, agency) in agencies.iter().enumerate() {
            let at = self.enter(format!("/agencies/{i}"), &agency.code);
            self.words(&format!("{at}/name"), &agency.name, LONGEST_NAME);
            self.days(&at, agency.valid_from, agency.valid_until);
            if agency.level == Level::Owner {
                self.fault(format!("{at}/level"), FaultCode::LevelUnfit);
            }
            if let Some(parent) = &agency.parent {
                match known.contains(&**parent) {
                    false => self.fault(format!("{at}/parent"), FaultCode::ParentUnknown),
                    true if above.contains(&*agency.code) => {
                        self.fault(format!("{at}/parent"), FaultCode::ParentCycle);
                    }
                    true => {}
                }
            }
            if let Some(heir) = &agency.merged_into {
                match known.contains(&**heir) {
                    false => self.fault(format!("{at}/merged_into"), FaultCode::MergedIntoUnknown),
                    true if into.contains(&*agency.code) => {
                        self.fault(format!("{at}/merged_into"), FaultCode::MergedIntoCycle);
                    }
                    true => {}
                }
                if agency.valid_until.is_none() {
                    self.fault(format!("{at}/merged_into"), FaultCode::MergedWithoutEnd);
                }
            }
        }
        self.item = None;
    }

    fn days_of_work(&mut self, days: &[Day]) {
        self.item_codes("/days", days.iter().map(|item| &*item.code));
        for (i, day) in days.iter().enumerate() {
            let at = self.enter(format!("/days/{i}"), &day.code);
            self.words(&format!("{at}/name"), &day.name, LONGEST_NAME);
            match day.date() {
                None => self.fault(format!("{at}/code"), FaultCode::DayMalformed),
                Some(date) if day.work && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) => {
                    self.fault(format!("{at}/work"), FaultCode::DayIsWorked);
                }
                Some(_) => {}
            }
        }
        self.item = None;
    }

    fn document_types(&mut self, types: &[DocumentType], families: &[&str]) {
        self.item_codes("/document_types", types.iter().map(|item| &*item.code));
        for (i, kind) in types.iter().enumerate() {
            let at = self.enter(format!("/document_types/{i}"), &kind.code);
            self.words(&format!("{at}/name"), &kind.name, LONGEST_NAME);
            for (field, family) in
                [("family", Some(&kind.family)), ("family_organisation", kind.family_organisation.as_ref())]
            {
                if family.is_some_and(|family| !families.contains(&&**family)) {
                    self.fault(format!("{at}/{field}"), FaultCode::FamilyUnknown);
                }
            }
            if let Validity::For(period) = kind.validity
                && period.is_empty()
            {
                self.fault(format!("{at}/validity"), FaultCode::PeriodEmpty);
            }
            if kind.information.is_some_and(|row| !INFORMATION.contains(&row)) {
                self.fault(format!("{at}/information"), FaultCode::InformationUnknown);
            }
            self.part_codes(&format!("{at}/fields"), kind.fields.iter().map(|field| &*field.code));
            for (j, field) in kind.fields.iter().enumerate() {
                self.words(&format!("{at}/fields/{j}/name"), &field.name, LONGEST_NAME);
            }
        }
        self.item = None;
    }

    fn procedure(&mut self, at: &str, procedure: &Procedure, types: &HashSet<&str>, results: &HashSet<&str>) {
        self.words(&format!("{at}/name"), &procedure.name, LONGEST_TITLE);
        self.code(&format!("{at}/field/code"), &procedure.field.code);
        self.words(&format!("{at}/field/name"), &procedure.field.name, LONGEST_NAME);
        self.days(at, procedure.valid_from, procedure.valid_until);
        if procedure.owners.is_empty() {
            self.fault(format!("{at}/for"), FaultCode::OwnerMissing);
        }
        let owner = |owner: &str| OWNERS.contains(&owner);
        self.names(&format!("{at}/for"), &procedure.owners, owner, FaultCode::OwnerUnknown);
        self.part_codes(&format!("{at}/conditions"), procedure.conditions.iter().map(|item| &*item.code));
        for (i, condition) in procedure.conditions.iter().enumerate() {
            self.words(&format!("{at}/conditions/{i}/question"), &condition.question, LONGEST_TITLE);
        }
        let result = |code: &str| results.contains(code);
        self.names(&format!("{at}/results"), &procedure.results, result, FaultCode::ResultTypeUnknown);
        self.part_codes(&format!("{at}/components"), procedure.components.iter().map(|item| &*item.code));
        let mut groups: HashMap<&str, &Component> = HashMap::new();
        for (i, component) in procedure.components.iter().enumerate() {
            let at = format!("{at}/components/{i}");
            self.component(&at, component, procedure, types);
            if let Some(group) = &component.group {
                let first = *groups.entry(group).or_insert(component);
                if (first.need, &first.when) != (component.need, &component.when) {
                    self.fault(format!("{at}/group"), FaultCode::GroupDiffers);
                }
            }
        }
    }

    fn component(&mut self, at: &str, component: &Component, procedure: &Procedure, types: &HashSet<&str>) {
        self.words(&format!("{at}/name"), &component.name, LONGEST_TITLE);
        match (component.need, &component.when) {
            (Need::Conditional, None) => self.fault(format!("{at}/when"), FaultCode::ConditionMissing),
            (Need::Conditional, Some(when)) => {
                if !procedure.conditions.iter().any(|condition| condition.code == *when) {
                    self.fault(format!("{at}/when"), FaultCode::ConditionUnknown);
                }
            }
            (_, Some(_)) => self.fault(format!("{at}/when"), FaultCode::ConditionUnneeded),
            (_, None) => {}
        }
        if let Some(group) = &component.group {
            self.code(&format!("{at}/group"), group);
        }
        if component.copies > MOST_COPIES {
            self.fault(format!("{at}/copies"), FaultCode::CopiesOutOfRange);
        }
        let kind = |code: &str| types.contains(code);
        self.names(&format!("{at}/accepts"), &component.accepts, kind, FaultCode::DocumentTypeUnknown);
        if component.max_age.is_some_and(|age| age.is_empty()) {
            self.fault(format!("{at}/max_age"), FaultCode::PeriodEmpty);
        }
        if !TRUST.contains(&component.min_trust) {
            self.fault(format!("{at}/min_trust"), FaultCode::TrustOutOfRange);
        }
        if let Some(note) = &component.note {
            self.words(&format!("{at}/note"), note, LONGEST_NOTE);
        }
    }

    /// Codes of the items of a list of the file.
    fn item_codes<'a>(&mut self, list: &str, codes: impl ExactSizeIterator<Item = &'a str>) {
        let is_agency = list == "/agencies";
        self.codes(list, codes, MOST_ITEMS, |checker, at, code| {
            checker.item = Some(code.to_owned());
            match is_agency {
                true if !is_agency_code(code) => checker.fault(at.to_owned(), FaultCode::AgencyCodeMalformed),
                true => {}
                false => checker.code(at, code),
            }
        });
        self.item = None;
    }

    /// Codes of the parts of an item.
    fn part_codes<'a>(&mut self, list: &str, codes: impl ExactSizeIterator<Item = &'a str>) {
        self.codes(list, codes, MOST_PARTS, |checker, at, code| checker.code(at, code));
    }

    fn codes<'a>(
        &mut self,
        list: &str,
        codes: impl ExactSizeIterator<Item = &'a str>,
        most: usize,
        each: impl Fn(&mut Self, &str, &str),
    ) {
        if codes.len() > most {
            self.fault(list.to_owned(), FaultCode::TooMany);
        }
        let mut seen = HashSet::new();
        for (i, code) in codes.enumerate() {
            let at = format!("{list}/{i}/code");
            each(self, &at, code);
            if !seen.insert(code) {
                self.fault(at, FaultCode::CodeTaken);
            }
        }
    }

    /// A list of codes that stand elsewhere.
    fn names(&mut self, list: &str, names: &[String], is_known: impl Fn(&str) -> bool, unknown: FaultCode) {
        if names.len() > MOST_PARTS {
            self.fault(list.to_owned(), FaultCode::TooMany);
        }
        let mut seen = HashSet::new();
        for (i, name) in names.iter().enumerate() {
            if !is_known(name) {
                self.fault(format!("{list}/{i}"), unknown);
            }
            if !seen.insert(name) {
                self.fault(format!("{list}/{i}"), FaultCode::Repeated);
            }
        }
    }

    fn code(&mut self, at: &str, code: &str) {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let begins = code.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !begins || !code.bytes().all(inner) || code.len() > LONGEST_CODE {
            self.fault(at.to_owned(), FaultCode::CodeMalformed);
        }
    }

    fn words(&mut self, at: &str, words: &Words, longest: usize) {
        for (language, text) in [("vi", &words.vi), ("en", &words.en)] {
            let at = format!("{at}/{language}");
            if text.trim().is_empty() {
                self.fault(at, FaultCode::NameEmpty);
            } else if text.chars().count() > longest {
                self.fault(at, FaultCode::TextTooLong);
            } else if text.trim() != text || text.chars().any(char::is_control) {
                self.fault(at, FaultCode::TextMalformed);
            }
        }
    }

    fn days(&mut self, at: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) {
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.fault(format!("{at}/valid_until"), FaultCode::EndsBeforeItBegins);
        }
    }
}

/// Parts of capital letters and digits between dots or dashes (QĐ 20/2020/QĐ-TTg).
fn is_agency_code(code: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    (3..=35).contains(&code.len()) && code.split(['.', '-']).all(part)
}

/// The codes from which `next` leads back to themselves.
fn circles<'a>(next: &HashMap<&'a str, &'a str>) -> HashSet<&'a str> {
    let (mut circles, mut done) = (HashSet::new(), HashSet::new());
    for start in next.keys().copied() {
        let (mut at, mut way) = (start, Vec::new());
        while done.insert(at) {
            way.push(at);
            match next.get(at) {
                Some(step) => at = step,
                None => break,
            }
        }
        // Where the way ends in itself, all of it from there on is a circle.
        if let Some(place) = way.iter().position(|step| *step == at && next.contains_key(step)) {
            circles.extend(&way[place..]);
        }
    }
    circles
}
