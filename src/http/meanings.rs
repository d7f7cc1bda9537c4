//! Fields that mean the same wherever they occur, described once; and an example for each kind of value that has a format.
//!
//! A field that says more about itself in its own comment keeps that. To add one: a line in [`MEANINGS`].

use serde_json::json;
use utoipa::openapi::schema::{
    AllOf, AnyOf, Array, ArrayItems, KnownFormat, Object, OneOf, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{OpenApi, RefOr};

const MEANINGS: &[(&str, &str)] = &[
    ("account", "The signed-in account."),
    ("account_id", "The account."),
    ("act", "What was done."),
    ("address", "Postal address."),
    ("asked_at", "When it was asked for."),
    ("at", "When it happened."),
    ("attached_at", "When it was attached."),
    ("attached_by_name", "Name of who attached it."),
    ("attachment", "The paper in the component."),
    ("authority", "The authority that issued the paper."),
    ("code", "Code by which it is known everywhere."),
    ("comment", "Why this version was made."),
    ("component_code", "Code of the procedure's component."),
    ("component_name", "Name of the component."),
    ("contact", "How to reach whoever asks."),
    ("created_at", "When it was made."),
    ("created_by", "The account that made it."),
    ("decided_at", "When it was decided."),
    ("decided_by_name", "Name of who decided about it."),
    ("document", "What only documents have; absent for a folder."),
    ("documents", "How many documents."),
    ("dossier_id", "The dossier."),
    ("email", "E-mail address."),
    ("entry", "The folder or document."),
    ("entry_id", "The folder or document concerned."),
    ("entry_name", "Its name."),
    ("expires_at", "When it ends."),
    ("expires_on", "Last day on which the paper is valid."),
    ("folder", "What only folders have; absent for a document."),
    ("full_name", "Name as on the identity card."),
    ("given_at", "When it was given."),
    ("grant", "How it was shared."),
    ("has_password", "Whether a password is asked for."),
    ("field", "Signature1"),
    ("has_vault", "Whether there is a vault."),
    ("hash", "SHA-256 in hexadecimal."),
    ("id", "What it is known by in addresses; never used again for another."),
    ("identity_number", "A person's 12 digits."),
    ("issued_on", "Day on which the paper was issued."),
    ("items", "The items of this page, in the order asked for."),
    ("kind", "Folder or document."),
    ("language", "Language of mail and messages: `vi` or `en`."),
    ("links", "How many of them were links."),
    ("locked", "Whether the account is locked and cannot sign in."),
    ("login", "Login name: letters without diacritics, digits, dots, dashes, underscores."),
    ("media_type", "Media type as found in the bytes."),
    ("message", "What the giver says to the recipient."),
    ("move", "What is to be done."),
    ("name", "Name, unique in its folder whatever the case of its letters."),
    ("need", "Whether it must be there."),
    ("next_cursor", "Where the next page begins: send it as `cursor`. None on the last page."),
    ("note", "What the owner wants to remember about the paper."),
    ("number", "Number of the paper, as its issuer wrote it."),
    ("on_conflict", "What to do where the name is taken."),
    ("owner", "Whose it is."),
    ("owner_code", "Identity number of a person, code of an organisation."),
    ("owner_name", "Name of the owner."),
    ("parent_id", "What it derives from, or lies in."),
    ("password", "The password; Unicode, spaces allowed."),
    ("password_needed", "Whether a password must be sent first."),
    ("phone", "Telephone number."),
    ("present", "The password as it is now."),
    ("procedure", "The procedure."),
    ("procedure_code", "Code of the procedure."),
    ("procedure_name", "Name of the procedure when the dossier was opened."),
    ("reason_code", "Code of the reason."),
    ("received_at", "When the agency received it."),
    ("recipient", "Who receives it; exactly one way to name them."),
    ("rev", "Counts changes; in quotes it is the ETag, to be sent as `If-Match`."),
    ("rights", "What may be done."),
    ("roles", "Roles beyond citizen, which everybody is."),
    ("scopes", "What the token may be used for."),
    ("size_bytes", "Bytes."),
    ("standing", "Whether it holds."),
    ("state", "Where it stands."),
    ("submitted_at", "When it was handed in."),
    ("submitter", "Who handed it in."),
    ("system_code", "Catalogue code of a default folder, which keeps its name and place."),
    ("tags", "Words to find the paper by, in the owner's order."),
    ("title", "What the paper is called by people."),
    ("to", "Where it led to."),
    ("trashed_at", "When it was put into the trash; absent while it is not there."),
    ("trashed_by_name", "Name of who put it into the trash."),
    (
        "trust_level",
        "1 added by the owner, 2 compared with the original, 3 signed by its issuer, 4 from a register.",
    ),
    ("type_code", "Code of the document-type catalogue."),
    ("updated_at", "When it was last changed."),
    ("vault_id", "The vault it belongs to."),
    ("verdict", "The conclusion about its signatures."),
    ("version_id", "The version concerned, where there is one."),
    ("withdrawn_at", "When it was withdrawn."),
];

/// Values of texts that mean the same wherever they occur.
const EXAMPLES: &[(&str, &str)] = &[
    ("comment", "Bản chụp rõ hơn"),
    ("algorithm", "RSA PKCS#1 v1.5, SHA-256"),
    ("detail", "Trong thư mục đã có mục cùng tên. Hãy đổi tên hoặc chọn giữ cả hai."),
    ("field", "Signature1"),
    ("hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("issuer", "CN=VNPT-CA SHA2,O=Tập đoàn Bưu chính Viễn thông Việt Nam,C=VN"),
    ("key_algorithm", "RSA"),
    ("message", "Để anh làm thủ tục nhập học cho con."),
    ("next_cursor", "eyJ2IjoxfQ"),
    ("note", "Bản chính giữ trong tủ ở nhà."),
    ("serial", "540110aa31c1b4cd2b7a9f0c6ad31f02"),
    ("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("signer", "CN=Nguyễn Thị Hoa,UID=CCCD:•••••••••901,C=VN"),
    ("subject", "CN=Nguyễn Thị Hoa,UID=CCCD:•••••••••901,C=VN"),
    ("authority", "UBND xã Hòa Đồng"),
    ("number", "123/2019"),
];

/// Describes the fields of every named schema.
pub fn describe(api: &mut OpenApi) {
    let Some(components) = &mut api.components else { return };
    for schema in components.schemas.values_mut() {
        describe_fields(schema);
    }
}

fn describe_fields(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            for (name, field) in &mut object.properties {
                if let Some((_, meaning)) = MEANINGS.iter().find(|(known, _)| known == name) {
                    describe_field(field, meaning);
                }
                exemplify(name, field);
                describe_fields(field);
            }
        }
        Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. }) => describe_fields(items),
        Schema::OneOf(OneOf { items, .. })
        | Schema::AllOf(AllOf { items, .. })
        | Schema::AnyOf(AnyOf { items, .. }) => items.iter_mut().for_each(describe_fields),
        _ => {}
    }
}

fn describe_field(field: &mut RefOr<Schema>, meaning: &str) {
    let description = match field {
        RefOr::Ref(reference) => {
            if reference.description.is_empty() {
                reference.description = meaning.to_owned();
            }
            return;
        }
        RefOr::T(Schema::Object(object)) => &mut object.description,
        RefOr::T(Schema::Array(array)) => &mut array.description,
        RefOr::T(Schema::OneOf(choice)) => {
            // A described reference that may be null says it inside.
            let said = choice
                .items
                .iter()
                .any(|item| matches!(item, RefOr::Ref(item) if !item.description.is_empty()));
            if said {
                return;
            }
            &mut choice.description
        }
        RefOr::T(Schema::AllOf(all)) => &mut all.description,
        RefOr::T(Schema::AnyOf(any)) => &mut any.description,
        RefOr::T(_) => return,
    };
    description.get_or_insert_with(|| meaning.to_owned());
}

fn exemplify(name: &str, field: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(Object { format, example, schema_type, .. })) = field else { return };
    let known = EXAMPLES.iter().find(|(known, _)| *known == name).map(|(_, value)| json!(value));
    let value = match format {
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => json!("2026-11-24T08:30:00Z"),
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => json!("2026-11-24"),
        Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)) => json!("0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90"),
        _ => match known {
            Some(value) => value,
            None => return,
        },
    };
    if is_text(schema_type) {
        example.get_or_insert(value);
    }
}

fn is_text(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}
