//! Bucket policies in one form. A policy may be written in many ways that grant the same: one value or a list, in any order, and stores
//! give back other spellings than they were given.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The statements of a policy, each in its one form; `None` if the text is no policy.
pub(super) fn statements(text: &str) -> Option<Vec<Value>> {
    let policy: Value = serde_json::from_str(text).ok()?;
    match policy.get("Statement")? {
        Value::Array(statements) => statements.iter().map(statement).collect(),
        one => Some(vec![statement(one)?]),
    }
}

/// Whether a statement refuses requests because they come without TLS.
pub(super) fn denies_plain_http(text: &str) -> bool {
    statements(text).unwrap_or_default().iter().any(|statement| {
        let conditions = statement["Condition"].as_object();
        let tells_plain = |(operator, keys): (&String, &Value)| {
            operator.starts_with("Bool") && keys["aws:securetransport"] == Value::from(vec!["false"])
        };
        statement["Effect"] == "Deny" && conditions.is_some_and(|all| all.iter().any(tells_plain))
    })
}

fn statement(value: &Value) -> Option<Value> {
    let mut fields = value.as_object()?.iter().collect::<Vec<_>>();
    fields.sort_by_key(|(name, _)| name.as_str());
    let mut form = Map::new();
    for (name, field) in fields {
        let field = match name.as_str() {
            // A name for people.
            "Sid" => continue,
            "Action" | "NotAction" => texts(field, str::to_lowercase),
            "Resource" | "NotResource" => texts(field, str::to_owned),
            "Principal" | "NotPrincipal" => principal(field),
            "Condition" => conditions(field),
            _ => field.clone(),
        };
        form.insert(name.clone(), field);
    }
    Some(Value::Object(form))
}

/// One value or several, as a sorted list of texts.
fn texts(value: &Value, spell: impl Fn(&str) -> String) -> Value {
    let text = |value: &Value| match value {
        Value::String(text) => spell(text),
        other => spell(&other.to_string()),
    };
    let set: BTreeSet<String> = match value {
        Value::Array(values) => values.iter().map(text).collect(),
        one => BTreeSet::from([text(one)]),
    };
    set.into_iter().collect()
}

/// Everybody is `*` or `{"AWS": "*"}`.
fn principal(value: &Value) -> Value {
    match value {
        Value::Object(kinds) => {
            let mut kinds =
                kinds.iter().map(|(kind, who)| (kind.clone(), texts(who, str::to_owned))).collect::<Vec<_>>();
            kinds.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(kinds.into_iter().collect())
        }
        everybody => Value::Object(Map::from_iter([("AWS".to_owned(), texts(everybody, str::to_owned))])),
    }
}

/// The keys of conditions are the same in upper and lower case.
fn conditions(value: &Value) -> Value {
    let Value::Object(operators) = value else { return value.clone() };
    let mut form = Vec::new();
    for (operator, keys) in operators {
        let mut keys = keys
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, values)| (key.to_lowercase(), texts(values, str::to_owned)))
            .collect::<Vec<_>>();
        keys.sort_by(|one, other| one.0.cmp(&other.0));
        form.push((operator.clone(), Value::Object(keys.into_iter().collect())));
    }
    form.sort_by(|one, other| one.0.cmp(&other.0));
    Value::Object(form.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_a_policy_are_one() {
        let ours = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Principal":"*","Action":"s3:*",
            "Resource":["b","a"],"Condition":{"Bool":{"aws:SecureTransport":false}}}]}"#;
        let theirs = r#"{"Statement":{"Condition":{"Bool":{"AWS:securetransport":["false"]}},"Action":["S3:*"],
            "Principal":{"AWS":["*"]},"Resource":["a","b"],"Effect":"Deny"}}"#;
        assert_eq!(statements(ours).unwrap(), statements(theirs).unwrap());
        assert!(denies_plain_http(theirs));
        assert!(!denies_plain_http(&ours.replace("false", "true")));
        assert!(!denies_plain_http(&ours.replace("Deny", "Allow")));
    }

    #[test]
    fn statements_that_differ_in_what_they_grant_are_two() {
        let one =
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"a"}]}"#;
        for (from, to) in
            [("Allow", "Deny"), ("GetObject", "*"), ("\"a\"", "\"A\""), ("\"*\"", "{\"AWS\":\"1\"}")]
        {
            assert_ne!(statements(one).unwrap(), statements(&one.replacen(from, to, 1)).unwrap(), "{from}");
        }
        assert!(statements("[]").is_none() && statements("no policy").is_none());
    }
}
