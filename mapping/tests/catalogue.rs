//! A catalogue that contradicts itself is refused, with every fault and its place.

#![expect(clippy::expect_used, reason = "helpers of tests stand outside test functions")]

use kho_mapping::catalogue::{Catalogue, Change, FaultCode, Item, Kind, check, compare};
use proptest::prelude::*;
use serde_json::{Value, json};

const FAMILIES: [&str; 2] = ["civil-status", "staff"];

fn words(text: &str) -> Value {
    json!({ "vi": text, "en": text })
}

/// A small catalogue in which everything fits.
fn sound() -> Value {
    json!({
        "format": "kho-catalogue/1",
        "agencies": [
            { "code": "H99", "name": words("Tỉnh"), "level": "province" },
            { "code": "H99.20", "name": words("Huyện"), "level": "district", "parent": "H99" },
            { "code": "H99.21", "name": words("Huyện cũ"), "level": "district", "parent": "H99", "valid_from": "2001-01-01",
              "valid_until": "2025-06-30", "merged_into": "H99.20" },
        ],
        "document_types": [
            { "code": "birth-certificate", "name": words("Giấy khai sinh"), "family": "civil-status", "level": "commune",
              "validity": "permanent", "information": 5,
              "fields": [{ "code": "child", "name": words("Họ tên"), "kind": "text", "required": true }] },
            { "code": "confirmation", "name": words("Giấy xác nhận"), "family": "civil-status", "family_organisation": "staff",
              "level": "commune", "validity": "P6M" },
        ],
        "result_types": [{ "code": "birth", "name": words("Khai sinh"), "document_type": "birth-certificate" }],
        "procedures": [{
            "code": "1.001193", "name": words("Khai sinh"), "field": { "code": "civil-status", "name": words("Hộ tịch") },
            "level": "commune", "for": ["person"],
            "conditions": [{ "code": "authorised", "question": words("Làm thay?") }],
            "components": [
                { "code": "C1", "name": words("Tờ khai"), "need": "required" },
                { "code": "C2", "name": words("Giấy ủy quyền"), "need": "conditional", "when": "authorised",
                  "accepts": ["confirmation"], "max_age": "P6M", "min_trust": 2 },
                { "code": "C3", "name": words("Một trong hai"), "need": "required", "group": "a", "accepts": ["birth-certificate"] },
                { "code": "C4", "name": words("Hai trong hai"), "need": "required", "group": "a", "accepts": ["confirmation"] },
            ],
            "results": ["birth"],
        }],
        "days": [{ "code": "2026-09-02", "name": words("Quốc khánh") }, { "code": "2026-08-22", "name": words("Làm bù"), "work": true }],
    })
}

fn read(value: &Value) -> Catalogue {
    serde_json::from_value(value.clone()).expect("a catalogue")
}

/// The faults of the sound catalogue after one value was put into it.
fn faults_with(at: &str, value: Value) -> Vec<(String, FaultCode)> {
    let mut changed = sound();
    let (parent, key) = at.rsplit_once('/').expect("a pointer");
    match changed.pointer_mut(parent).expect("a place") {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        Value::Array(list) if key == "-" => list.push(value),
        Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
        other => panic!("{other} holds nothing"),
    }
    check(&read(&changed), &FAMILIES).into_iter().map(|fault| (fault.at, fault.code)).collect()
}

#[test]
fn a_catalogue_in_which_everything_fits_has_no_fault() {
    assert_eq!(check(&read(&sound()), &FAMILIES), []);
    assert_eq!(check(&Catalogue::default(), &[]), []);
}

#[test]
fn each_fault_is_named_with_its_place() {
    use FaultCode as F;
    let table: Vec<(&str, Value, FaultCode)> = vec![
        ("/format", json!("kho-catalogue/2"), F::FormatUnknown),
        ("/agencies/2/code", json!("h99.21"), F::AgencyCodeMalformed),
        ("/agencies/1/level", json!("owner"), F::LevelUnfit),
        ("/agencies/1/parent", json!("H98"), F::ParentUnknown),
        ("/agencies/1/parent", json!("H99.20"), F::ParentCycle),
        ("/agencies/2/merged_into", json!("H98"), F::MergedIntoUnknown),
        ("/agencies/2/merged_into", json!("H99.21"), F::MergedIntoCycle),
        ("/agencies/2/valid_until", json!("2000-12-31"), F::EndsBeforeItBegins),
        ("/document_types/0/family", json!("nowhere"), F::FamilyUnknown),
        ("/document_types/1/family_organisation", json!("x"), F::FamilyUnknown),
        ("/document_types/1/validity", json!("P0D"), F::PeriodEmpty),
        ("/document_types/0/information", json!(23), F::InformationUnknown),
        ("/document_types/0/information", json!(0), F::InformationUnknown),
        ("/document_types/0/fields/0/code", json!("họ tên"), F::CodeMalformed),
        ("/document_types/0/fields/0/name/vi", json!(" "), F::NameEmpty),
        ("/result_types/0/document_type", json!("death"), F::DocumentTypeUnknown),
        ("/days/0/code", json!("2026-02-30"), F::DayMalformed),
        ("/days/0/code", json!("2026-9-2"), F::DayMalformed),
        ("/days/0/work", json!(true), F::DayIsWorked),
        ("/days/1/name/vi", json!(""), F::NameEmpty),
        ("/result_types/0/name/en", json!("a".repeat(301)), F::TextTooLong),
        ("/procedures/0/code", json!(""), F::CodeMalformed),
        ("/procedures/0/code", json!("a".repeat(65)), F::CodeMalformed),
        ("/procedures/0/name/vi", json!("a\nb"), F::TextMalformed),
        ("/procedures/0/name/vi", json!("a "), F::TextMalformed),
        ("/procedures/0/field/code", json!("-"), F::CodeMalformed),
        ("/procedures/0/for", json!([]), F::OwnerMissing),
        ("/procedures/0/results/0", json!("death"), F::ResultTypeUnknown),
        ("/procedures/0/components/1/when", json!("rich"), F::ConditionUnknown),
        ("/procedures/0/components/1/when", Value::Null, F::ConditionMissing),
        ("/procedures/0/components/0/when", json!("authorised"), F::ConditionUnneeded),
        ("/procedures/0/components/2/group", json!("ă"), F::CodeMalformed),
        ("/procedures/0/components/1/accepts/0", json!("death"), F::DocumentTypeUnknown),
        ("/procedures/0/components/1/max_age", json!("P0D"), F::PeriodEmpty),
        ("/procedures/0/components/1/min_trust", json!(0), F::TrustOutOfRange),
        ("/procedures/0/components/1/min_trust", json!(5), F::TrustOutOfRange),
        ("/procedures/0/components/1/copies", json!(100), F::CopiesOutOfRange),
        ("/procedures/0/components/1/code", json!("C1"), F::CodeTaken),
    ];
    for (at, value, code) in table {
        assert_eq!(faults_with(at, value.clone()), [(at.to_owned(), code)], "{at}: {value}");
    }
    // Where the fault stands elsewhere than what was changed.
    let table: Vec<(&str, Value, &str, FaultCode)> = vec![
        ("/agencies/2/valid_until", Value::Null, "/agencies/2/merged_into", F::MergedWithoutEnd),
        ("/procedures/0/for", json!(["person", "ghost"]), "/procedures/0/for/1", F::OwnerUnknown),
        ("/procedures/0/for", json!(["person", "person"]), "/procedures/0/for/1", F::Repeated),
        (
            "/procedures/0/components/3/need",
            json!("optional"),
            "/procedures/0/components/3/group",
            F::GroupDiffers,
        ),
        (
            "/procedures/0/components/1/note",
            json!({ "vi": "", "en": "a" }),
            "/procedures/0/components/1/note/vi",
            F::NameEmpty,
        ),
    ];
    for (at, value, place, code) in table {
        assert_eq!(faults_with(at, value.clone()), [(place.to_owned(), code)], "{at}: {value}");
    }
    // A procedure without a first day may end on any.
    assert_eq!(faults_with("/procedures/0/valid_until", json!("1999-01-01")), []);
}

#[test]
fn the_page_of_the_file_names_every_fault() {
    let page = include_str!("../../docs/catalogue.md");
    let rows: Vec<String> =
        FaultCode::ALL.iter().map(|code| format!("| `{}` | {} |", code.as_str(), code.english())).collect();
    let missing: Vec<_> = rows.iter().filter(|row| !page.contains(*row)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_code_stands_once_in_its_list() {
    for list in ["agencies", "document_types", "result_types", "procedures", "days"] {
        let again = sound()[list][0].clone();
        let place = sound()[list].as_array().expect("a list").len();
        let faults = faults_with(&format!("/{list}/-"), again);
        assert_eq!(faults, [(format!("/{list}/{place}/code"), FaultCode::CodeTaken)], "{list}");
    }
}

#[test]
fn circles_of_agencies_are_told_at_each_of_their_members_and_not_below() {
    let agency = |code: &str, parent: &str| json!({ "code": code, "name": words("x"), "level": "district", "parent": parent });
    let file = json!({
        "format": "kho-catalogue/1",
        "agencies": [agency("A.1", "A.2"), agency("A.2", "A.3"), agency("A.3", "A.1"), agency("A.4", "A.1")],
    });
    let places: Vec<String> = check(&read(&file), &[]).into_iter().map(|fault| fault.at).collect();
    assert_eq!(places, ["/agencies/0/parent", "/agencies/1/parent", "/agencies/2/parent"]);
}

#[test]
fn what_the_file_does_not_have_is_refused() {
    for (at, value) in [("/agencies/0", "colour"), ("/procedures/0/components/0", "needed"), ("", "folders")]
    {
        let mut file = sound();
        file.pointer_mut(at).expect("a place")[value] = json!(1);
        assert!(serde_json::from_value::<Catalogue>(file).is_err(), "{at}/{value}");
    }
}

#[test]
fn a_difference_names_what_came_changed_and_went() {
    let old = read(&sound());
    let mut new = old.clone();
    assert!(compare(&old, &new).is_empty());
    new.remove(Kind::Agency, "H99.21");
    new.procedures[0].working_days = Some(3);
    let mut result = new.result_types[0].clone();
    result.code = "birth-2".to_owned();
    new.result_types.insert(0, result);
    let difference = compare(&old, &new);
    let put: Vec<_> =
        difference.put.iter().map(|(change, place, item)| (*change, *place, item.code())).collect();
    assert_eq!(put, [(Change::Added, 0, "birth-2"), (Change::Changed, 0, "1.001193")]);
    assert_eq!(difference.closed.iter().map(Item::code).collect::<Vec<_>>(), ["H99.21"]);
    assert_eq!(difference.moved, [(Kind::ResultType, "birth".to_owned(), 1)]);
    assert!(!difference.reordered, "an item that stands before others puts none in another order");
}

#[test]
fn another_order_is_a_difference() {
    let old = read(&sound());
    let mut new = old.clone();
    new.document_types.swap(0, 1);
    let difference = compare(&old, &new);
    assert!(difference.reordered && !difference.is_empty());
    assert!(difference.put.is_empty() && difference.closed.is_empty());
}

/// Values that somebody may write anywhere.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(0)),
        Just(json!(7)),
        Just(json!([])),
        Just(json!("H99.20")),
        Just(json!("confirmation")),
        Just(json!("authorised")),
        Just(json!("P1Y")),
        Just(json!("2024-02-29")),
        "[a-z \u{1}ă.]{0,8}".prop_map(Value::from),
    ]
}

/// Every place below a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, inner)| places(inner, &format!("{at}/{i}"), found))
        }
        _ => {}
    }
}

fn file_with(changes: &[(prop::sample::Index, Value)]) -> Option<Catalogue> {
    let mut file = sound();
    for (which, value) in changes {
        let mut all = Vec::new();
        places(&file, "", &mut all);
        let at: &String = which.get(&all);
        *file.pointer_mut(at)? = value.clone();
    }
    serde_json::from_value(file).ok()
}

proptest! {
    #[test]
    fn faults_stand_at_places_that_exist(changes in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..6)) {
        if let Some(catalogue) = file_with(&changes) {
            let written = serde_json::to_value(&catalogue).unwrap();
            for fault in check(&catalogue, &FAMILIES) {
                prop_assert!(written.pointer(&fault.at).is_some(), "{}", fault.at);
            }
        }
    }

    #[test]
    fn a_catalogue_without_fault_can_be_followed(changes in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 0..4)) {
        let Some(catalogue) = file_with(&changes) else { return Ok(()) };
        prop_assume!(check(&catalogue, &FAMILIES).is_empty());
        for agency in &catalogue.agencies {
            let mut above = agency.parent.as_deref();
            for _ in 0..=catalogue.agencies.len() {
                above = above.and_then(|code| catalogue.agencies.iter().find(|known| known.code == code).unwrap().parent.as_deref());
            }
            prop_assert_eq!(above, None);
        }
        for component in catalogue.procedures.iter().flat_map(|procedure| &procedure.components) {
            prop_assert!(component.accepts.iter().all(|code| catalogue.document_types.iter().any(|known| known.code == *code)));
        }
    }

    #[test]
    fn a_difference_makes_the_one_into_the_other(
        left in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 0..3),
        right in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 0..3),
    ) {
        let (Some(old), Some(new)) = (file_with(&left), file_with(&right)) else { return Ok(()) };
        prop_assume!(check(&old, &FAMILIES).iter().chain(&check(&new, &FAMILIES)).all(|it| it.code != FaultCode::CodeTaken));
        let difference = compare(&old, &new);
        prop_assert_eq!(difference.is_empty(), old.items() == new.items());
        let mut made = old;
        difference.closed.iter().for_each(|item| made.remove(item.kind(), item.code()));
        difference.put.into_iter().for_each(|(_, _, item)| made.put(item));
        for item in new.items() {
            prop_assert!(made.items().contains(&item));
        }
        prop_assert_eq!(made.items().len(), new.items().len());
    }
}
