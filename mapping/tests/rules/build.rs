//! Papers, components and procedures with nothing special about them.

use chrono::{DateTime, NaiveDate, TimeDelta};
use kho_mapping::catalogue::{
    Component, Condition, DocumentType, Level, Need, Procedure, Sphere, Validity, Words,
};
use kho_mapping::paper::{Paper, Readability};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn words(text: &str) -> Words {
    Words { vi: text.to_owned(), en: format!("{text} (en)") }
}

/// Issued on 1 March 2026, self-added, readable.
pub fn paper(type_code: &str) -> Paper {
    Paper {
        type_code: Some(type_code.to_owned()),
        title: "Giấy tờ".to_owned(),
        number: None,
        authority: None,
        issued_on: Some(day("2026-03-01")),
        expires_on: None,
        trust: 1,
        verdict: None,
        readability: Readability::Readable,
        superseded: false,
        revoked: false,
        added_at: moment(0),
    }
}

pub fn moment(minutes: u32) -> DateTime<chrono::Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(i64::from(minutes))
}

/// Required, of any age and trust.
pub fn component(code: &str, accepts: &[&str]) -> Component {
    Component {
        code: code.to_owned(),
        name: words(code),
        need: Need::Required,
        when: None,
        group: None,
        copies: 1,
        accepts: accepts.iter().map(|&code| code.to_owned()).collect(),
        max_age: None,
        min_trust: 1,
        note: None,
    }
}

pub fn procedure(components: Vec<Component>, conditions: &[&str]) -> Procedure {
    Procedure {
        code: "1.000001".to_owned(),
        name: words("Thủ tục"),
        field: Sphere { code: "civil-status".to_owned(), name: words("Hộ tịch") },
        level: Level::Commune,
        owners: vec!["person".to_owned()],
        working_days: Some(5),
        online: true,
        conditions: conditions
            .iter()
            .map(|&code| Condition { code: code.to_owned(), question: words(code) })
            .collect(),
        components,
        results: Vec::new(),
        valid_from: None,
        valid_until: None,
    }
}

/// `permanent`, `dated` or a duration.
pub fn kind(code: &str, validity: &str) -> DocumentType {
    DocumentType {
        code: code.to_owned(),
        name: words(code),
        family: "civil-status".to_owned(),
        family_organisation: None,
        level: Level::Commune,
        validity: Validity::try_from(validity.to_owned()).unwrap(),
        information: None,
        fields: Vec::new(),
    }
}
