//! The description of the API: complete, true to itself, and the same as what the pages say (K2).

use std::collections::BTreeSet;

use kho::domain::problem::Code;
use serde_json::Value;

use crate::support::TestApp;

fn document() -> Value {
    serde_json::to_value(kho::app::openapi()).unwrap()
}

/// Every operation with its method and path.
fn operations(api: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((format!("{} {path}", method.to_uppercase()), operation));
        }
    }
    all
}

fn says(value: &Value, member: &str) -> bool {
    value[member].as_str().is_some_and(|text| !text.trim().is_empty())
}

fn expect_none(findings: &[String]) {
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn every_operation_says_what_it_does_and_what_it_answers() {
    let api = document();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1."));
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for (place, operation) in operations(&api) {
        let mut find = |what: &str| findings.push(format!("{place}: {what}"));
        if !says(operation, "summary") {
            find("no summary");
        }
        if operation["tags"].as_array().is_none_or(Vec::is_empty) {
            find("no tag");
        }
        if !ids.insert(operation["operationId"].as_str().unwrap_or_default().to_owned()) {
            find("its operation id is another's");
        }
        let responses = operation["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            find("no good answer");
        }
        if !says(&responses["default"], "description")
            || responses["default"]["content"]["application/problem+json"].is_null()
        {
            find("no problem answer");
        }
        for (status, response) in responses {
            if !says(response, "description") {
                find(&format!("{status} has no description"));
            }
        }
        let mut named = BTreeSet::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            named.insert(name.to_owned());
            if !says(parameter, "description") {
                find(&format!("parameter {name} has no description"));
            }
        }
        for part in place.split('/').filter_map(|part| part.strip_prefix('{')) {
            let part = part.trim_end_matches('}');
            if !named.contains(part) {
                find(&format!("{part} of the path is not described"));
            }
        }
    }
    expect_none(&findings);
}

#[test]
fn every_field_says_what_it_means_and_gives_an_example() {
    let api = document();
    let mut findings = Vec::new();
    for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
        walk(name, schema, &mut findings);
    }
    expect_none(&findings);
}

/// Looks at the fields of a schema and of those it is made of.
fn walk(place: &str, schema: &Value, findings: &mut Vec<String>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        let described = says(field, "description")
            || parts(field).any(|part| says(part, "description") && !part["$ref"].is_null());
        if !described {
            findings.push(format!("{place}: no description"));
        }
        if !is_exemplary(field) {
            findings.push(format!("{place}: no example"));
        }
        walk(&place, field, findings);
    }
    for part in parts(schema) {
        walk(place, part, findings);
    }
    if schema["items"].is_object() {
        walk(&format!("{place}[]"), &schema["items"], findings);
    }
}

fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "allOf", "anyOf"].into_iter().flat_map(|word| schema[word].as_array().into_iter().flatten())
}

/// A reader can tell what a value looks like: by an example, or because its type leaves no doubt.
fn is_exemplary(field: &Value) -> bool {
    let leaves_no_doubt = |word: &str| !field[word].is_null();
    ["example", "examples", "enum", "$ref", "contentMediaType", "additionalProperties"]
        .into_iter()
        .any(leaves_no_doubt)
        || field["type"] == "object"
        || field["type"] == "boolean"
        || field["type"] == "null"
        || field["type"].as_array().is_some_and(|types| types.contains(&"boolean".into()))
        || field["items"].is_object() && is_exemplary(&field["items"])
        || parts(field).next().is_some() && parts(field).all(is_exemplary)
        || field["properties"].is_object()
}

#[test]
fn every_reference_leads_to_a_schema() {
    let api = document();
    let mut findings = Vec::new();
    let mut open = vec![&api];
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str()
            && api.pointer(reference.trim_start_matches('#')).is_none()
        {
            findings.push(reference.to_owned());
        }
        open.extend(value.as_object().into_iter().flat_map(|fields| fields.values()));
        open.extend(value.as_array().into_iter().flatten());
    }
    expect_none(&findings);
}

#[test]
fn every_text_that_is_taken_has_a_limit() {
    let api = document();
    let mut findings = Vec::new();
    for (place, operation) in operations(&api) {
        for content in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            limits(&api, &place, &content.1["schema"], &mut findings);
        }
    }
    expect_none(&findings);
}

fn limits(api: &Value, place: &str, schema: &Value, findings: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return limits(api, &format!("{place} {name}"), &api["components"]["schemas"][name], findings);
    }
    let is_text = schema["type"] == "string"
        || schema["type"].as_array().is_some_and(|types| types.contains(&"string".into()));
    let limited = ["maxLength", "enum", "format", "pattern", "contentMediaType"];
    if is_text && limited.into_iter().all(|word| schema[word].is_null()) {
        findings.push(format!("{place}: a text without limit"));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        limits(api, &format!("{place}.{name}"), field, findings);
    }
    for part in parts(schema) {
        limits(api, place, part, findings);
    }
}

#[test]
fn every_example_is_of_the_kind_it_stands_for() {
    let api = document();
    let mut findings = Vec::new();
    for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
        examples(name, schema, &mut findings);
    }
    for (place, operation) in operations(&api) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = format!("{place}?{}", parameter["name"].as_str().unwrap_or_default());
            let mut schema = parameter["schema"].clone();
            if !parameter["example"].is_null() {
                schema["example"] = parameter["example"].clone();
            }
            examples(&place, &schema, &mut findings);
        }
    }
    expect_none(&findings);
}

fn examples(place: &str, schema: &Value, findings: &mut Vec<String>) {
    let example = &schema["example"];
    if !example.is_null()
        && let Some(wrong) = misfit(schema, example)
    {
        findings.push(format!("{place}: {example} {wrong}"));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        examples(&format!("{place}.{name}"), field, findings);
    }
    for part in parts(schema) {
        examples(place, part, findings);
    }
}

/// What is wrong with a value under a schema's own words.
fn misfit(schema: &Value, value: &Value) -> Option<String> {
    let kind = match value {
        Value::String(_) => "string",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    };
    let types = match &schema["type"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => return None,
    };
    if !types.iter().any(|one| one == kind) {
        return Some(format!("is not of type {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Some("is not one of the values".to_owned());
    }
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as u64;
        if schema["maxLength"].as_u64().is_some_and(|most| length > most)
            || schema["minLength"].as_u64().is_some_and(|least| length < least)
        {
            return Some(format!("has {length} characters"));
        }
    }
    if let Some(number) = value.as_f64()
        && (schema["maximum"].as_f64().is_some_and(|most| number > most)
            || schema["minimum"].as_f64().is_some_and(|least| number < least))
    {
        return Some("is out of bounds".to_owned());
    }
    None
}

/// Compares a page of the repository with what it is made from; `UPDATE=1` writes it anew.
fn expect_page(path: &str, made: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == made,
        "{path} is out of date: run the test again with UPDATE=1 and look at the difference"
    );
}

#[test]
fn the_page_of_problems_is_up_to_date() {
    expect_page("docs/api/problems.md", &kho::http::problem_page::markdown());
}

/// In the order in which the program writes it; the page's types are made from this file (`npm run schema` in `web`).
#[test]
fn the_kept_document_is_up_to_date() {
    let mut made = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut made, format);
    serde::Serialize::serialize(&kho::app::openapi(), &mut writer).unwrap();
    made.push(b'\n');
    expect_page("docs/api/openapi.json", std::str::from_utf8(&made).unwrap());
}

#[test]
fn the_list_of_routes_is_up_to_date() {
    let api = document();
    let mut page = "# Routes\n\nMade from the OpenAPI document, which says the rest.\n\n| route | what it does |\n|---|---|\n".to_owned();
    for (place, operation) in operations(&api) {
        page.push_str(&format!("| `{place}` | {} |\n", operation["summary"].as_str().unwrap_or_default()));
    }
    expect_page("docs/api/routes.md", &page);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_and_the_page_of_problems_are_served() {
    let app = TestApp::start().await;
    let client = app.stranger();

    let served = client.get(format!("{}/api/openapi.json", app.url)).send().await.unwrap();
    assert_eq!(served.json::<Value>().await.unwrap(), document());
    let page = client.get(format!("{}/api/problems", app.url)).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    for code in Code::ALL {
        assert!(page.contains(&format!("id=\"{}\"", code.as_str())), "{}", code.as_str());
    }
}
