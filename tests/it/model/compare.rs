//! Comparing everything that people can see with what the model holds.

use kho::domain::sort_key::sort_key;
use reqwest::Method;
use serde_json::Value;

use super::World;
use super::vault::Content;
use crate::support::{names, text};

impl World {
    /// Fails at the first thing that differs.
    pub async fn compare(&mut self) {
        self.compare_tree().await;
        self.compare_trash().await;
        self.compare_ledger().await;
        self.compare_documents().await;
        self.compare_access().await;
    }

    /// Every live folder lists what it should, in order, with the right sums.
    async fn compare_tree(&self) {
        for folder in self.vault.live(|vault, id| vault.is_folder(id)) {
            let list = self.owner.get(&format!("/entries/{folder}/children?limit=500")).await;
            let listed = list["items"].as_array().expect("items").iter().map(|item| text(&item["id"]));
            let mut expected = self.vault.children(&folder);
            expected.sort_by_key(|id| {
                (!self.vault.is_folder(id), sort_key(&self.vault.node(id).name), id.clone())
            });
            assert_eq!(listed.collect::<Vec<_>>(), expected, "the order of {folder}");
            for item in list["items"].as_array().expect("items") {
                self.compare_item(item);
            }
        }
        let root = self.owner.get(&format!("/entries/{}", self.vault.root)).await;
        self.compare_item(&root);
    }

    fn compare_item(&self, item: &Value) {
        let id = text(&item["id"]);
        let node = self.vault.node(&id);
        let (documents, live, older) = self.vault.weight(&id);
        assert_eq!(item["name"], node.name.as_str(), "name of {id}");
        assert_eq!(item["rev"], node.rev, "revision of {id}");
        assert_eq!(item["size_bytes"], live, "size of {id}");
        match &node.content {
            Content::Folder => {
                assert_eq!(item["folder"]["documents"], documents, "documents of {id}");
                assert_eq!(item["folder"]["version_bytes"], older, "older bytes of {id}");
            }
            Content::Document(versions) => {
                assert_eq!(item["document"]["version_count"], versions.len(), "versions of {id}");
                // The tag given at the beginning survives whatever was done since.
                assert_eq!(item["document"]["tags"][0], &versions[0].1[..40], "tag of {id}");
            }
        }
    }

    async fn compare_trash(&self) {
        let mut listed = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/vaults/{}/trash?sort=name&limit=7{cursor}", self.owner.vault);
            let page = self.owner.get(&path).await;
            for item in page["items"].as_array().expect("items") {
                self.compare_item(item);
                let id = text(&item["id"]);
                let mut path = self.vault.node(&id).trashed.clone().expect("something trashed");
                path.reverse();
                let steps = names(&serde_json::json!({ "items": item["original_path"] }));
                assert_eq!(steps, path.into_iter().map(|(_, name)| name).collect::<Vec<_>>());
                let (_, live, older) = self.vault.weight(&id);
                assert_eq!(item["freed_bytes"], live + older);
                listed.push(id);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut expected = self.vault.in_trash();
        expected.sort_by_key(|id| (sort_key(&self.vault.node(id).name), id.clone()));
        assert_eq!(listed, expected, "the trash");
    }

    async fn compare_ledger(&self) {
        let usage = self.owner.get(&format!("/vaults/{}/usage", self.owner.vault)).await;
        let bytes = |field: &str| usage[field].as_i64().expect("bytes");
        let kept = (bytes("live_bytes"), bytes("version_bytes"), bytes("trash_bytes"));
        assert_eq!(kept, self.vault.ledger(), "live, older and trashed bytes");
        let live = usage["types"].as_array().expect("types").iter();
        let live = live.map(|of_type| of_type["live_bytes"].as_i64().expect("bytes")).sum::<i64>();
        assert_eq!(live, kept.0, "by type");
        self.app.expect_recount(&self.owner.vault).await;
    }

    /// A few documents, live or in the trash, have all their versions.
    async fn compare_documents(&mut self) {
        for _ in 0..3 {
            let all = self.vault.nodes.keys().cloned().collect::<Vec<_>>();
            let Some(id) = self.chance.of(&all).cloned() else { return };
            let Content::Document(versions) = &self.vault.node(&id).content else { continue };
            let list = self.owner.get(&format!("/entries/{id}/versions?limit=500")).await;
            let listed = list["items"].as_array().expect("items").iter().rev();
            let listed =
                listed.map(|item| (item["size_bytes"].as_i64().expect("bytes"), text(&item["sha256"])));
            assert_eq!(&listed.collect::<Vec<_>>(), versions, "versions of {id}");
        }
    }

    /// The others reach what is shared with them, and nothing else.
    async fn compare_access(&mut self) {
        let mut entries = self.vault.grants.values().map(|grant| grant.entry.clone()).collect::<Vec<_>>();
        let all = self.vault.nodes.keys().cloned().collect::<Vec<_>>();
        entries.extend((0..10).filter_map(|_| self.chance.of(&all).cloned()));
        entries.sort();
        entries.dedup();
        for entry in entries {
            for (person, other) in self.others.iter().enumerate() {
                let expected = self.vault.rights(person, &entry);
                let path = format!("/entries/{entry}");
                let answer = other.request(Method::GET, &path).send().await.expect("an answer");
                let status = answer.status().as_u16();
                let body: Value = answer.json().await.expect("JSON");
                match expected.is_empty() {
                    true => assert_eq!(status, 404, "{person} must not see {entry}: {body}"),
                    false => {
                        assert_eq!(status, 200, "{person} must see {entry}: {body}");
                        assert_eq!(body["rights"], serde_json::json!(expected), "{person} on {entry}");
                    }
                }
            }
        }
    }
}
