//! The acts: each is done over HTTP and to the model, and both must agree whether it was done, and why not.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::vault::{Conflict, Content, Grant, Node, RIGHTS, Refusal};
use super::{Person, World};
use crate::support::{pdf, problem, text};

const NAMES: [&str; 6] = ["Học bạ", "HỌC BẠ", "Tờ 2", "Tờ 10", "Đất đai", "a"];

/// Entries from which on more are trashed than made.
const MANY: usize = 60;

impl World {
    /// Does one act and answers what it was.
    pub async fn act(&mut self) -> String {
        let many = self.vault.nodes.len() > MANY;
        match self.chance.below(100) {
            0..14 if !many => self.create_folder().await,
            14..34 => self.add_document().await,
            34..42 => self.add_version().await,
            42..46 => self.restore_version().await,
            46..54 => self.rename().await,
            54..64 => self.move_entry().await,
            64..70 => self.trash().await,
            70..80 => self.restore().await,
            80..84 => self.purge().await,
            84..92 => self.share().await,
            92..96 => self.revoke().await,
            96 => {
                self.app.run_jobs().await;
                "jobs".to_owned()
            }
            _ if many => self.trash().await,
            _ => self.create_folder().await,
        }
    }

    fn conflict(&mut self) -> (Conflict, &'static str) {
        match self.chance.below(2) {
            0 => (Conflict::Refuse, "refuse"),
            _ => (Conflict::KeepBoth, "keep_both"),
        }
    }

    fn live_folder(&mut self) -> String {
        let folders = self.vault.live(|vault, id| vault.is_folder(id));
        self.chance.of(&folders).expect("the root").clone()
    }

    fn live_document(&mut self) -> Option<String> {
        let documents = self.vault.live(|vault, id| !vault.is_folder(id));
        self.chance.of(&documents).cloned()
    }

    /// Mostly something of the owner's own making, now and then a default folder.
    fn live_entry(&mut self) -> Option<String> {
        let defaults_too = self.chance.below(20) == 0;
        let entries = self.vault.live(|vault, id| defaults_too || !vault.node(id).is_default);
        self.chance.of(&entries).cloned()
    }

    async fn create_folder(&mut self) -> String {
        let parent = self.live_folder();
        let name = *self.chance.of(&NAMES).expect("a name");
        let (conflict, word) = self.conflict();
        let path = format!("/entries/{parent}/folders");
        let answer = self.owner.post(&path, json!({ "name": name, "on_conflict": word })).await;
        let expected = match self.vault.path(&parent).len() {
            33.. => Err("folder_too_deep"),
            _ => self.vault.free_name(&parent, name, conflict),
        };
        let what = format!("folder {name} {word} in {parent}");
        if let Some((name, body)) = agree(&what, expected, answer).await {
            self.insert(&body, parent, name, Content::Folder);
        }
        what
    }

    fn insert(&mut self, body: &Value, parent: String, name: String, content: Content) {
        assert_eq!((text(&body["name"]), &body["rev"]), (name.clone(), &json!(1)));
        let node = Node { parent: Some(parent), name, is_default: false, rev: 1, content, trashed: None };
        self.vault.nodes.insert(text(&body["id"]), node);
    }

    async fn add_document(&mut self) -> String {
        let folder = self.live_folder();
        let name = format!("{}.pdf", self.chance.of(&NAMES).expect("a name"));
        let (conflict, word) = self.conflict();
        let bytes = pdf(20 + self.chance.below(4000));
        let size = bytes.len() as i64;
        let hash = sha256(&bytes);
        let form = Form::new()
            .text("on_conflict", word)
            .text("tags", hash[..40].to_owned())
            .part("file", Part::bytes(bytes).file_name(name.clone()));
        let answer = send_form(&self.owner, &format!("/entries/{folder}/documents"), form, None).await;
        let room = self.vault.expect_room(size);
        let expected = room.and_then(|()| self.vault.free_name(&folder, &name, conflict));
        let what = format!("document {name} of {size} {word} in {folder}");
        if let Some((name, body)) = agree(&what, expected, answer).await {
            self.insert(&body, folder, name, Content::Document(vec![(size, hash)]));
        }
        what
    }

    async fn add_version(&mut self) -> String {
        let Some(id) = self.live_document() else { return "no document".to_owned() };
        let bytes = pdf(20 + self.chance.below(2000));
        let (size, hash) = (bytes.len() as i64, sha256(&bytes));
        let name = self.vault.node(&id).name.clone();
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name));
        let rev = self.vault.node(&id).rev;
        let answer = send_form(&self.owner, &format!("/entries/{id}/versions"), form, Some(rev)).await;
        let expected = self.vault.expect_room(size);
        let what = format!("version of {size} of {id}");
        if agree(&what, expected, answer).await.is_some() {
            self.push_version(&id, (size, hash));
        }
        what
    }

    fn push_version(&mut self, id: &str, version: (i64, String)) {
        let node = self.vault.node_mut(id);
        node.rev += 1;
        match &mut node.content {
            Content::Document(versions) => versions.push(version),
            Content::Folder => panic!("a version of a folder"),
        }
    }

    async fn restore_version(&mut self) -> String {
        let Some(id) = self.live_document() else { return "no document".to_owned() };
        let node = self.vault.node(&id).clone();
        let Content::Document(versions) = node.content else { panic!("a document") };
        let number = self.chance.below(versions.len());
        let path = format!("/entries/{id}/versions/{}/restore", number + 1);
        let answer = self.guarded(Method::POST, &path, node.rev, None).await;
        let expected = self.vault.expect_room(versions[number].0);
        let what = format!("version {} of {id} again", number + 1);
        if agree(&what, expected, answer).await.is_some() {
            self.push_version(&id, versions[number].clone());
        }
        what
    }

    async fn rename(&mut self) -> String {
        let Some(id) = self.live_entry() else { return "no entry".to_owned() };
        let node = self.vault.node(&id).clone();
        let ending = if self.vault.is_folder(&id) { "" } else { ".pdf" };
        let name = format!("{}{ending}", self.chance.of(&NAMES).expect("a name"));
        let (conflict, word) = self.conflict();
        let body = json!({ "name": name, "on_conflict": word });
        let answer = self.guarded(Method::PATCH, &format!("/entries/{id}"), node.rev, Some(body)).await;
        let expected = match &node.parent {
            None => Err("default_folder_locked"),
            Some(_) if node.is_default => Err("default_folder_locked"),
            // Another case of the same name is free for the entry itself.
            Some(_) if super::vault::key(&name) == super::vault::key(&node.name) => Ok(name.clone()),
            Some(folder) => self.vault.free_name(folder, &name, conflict),
        };
        let what = format!("{id} {} becomes {name} {word}", node.name);
        if let Some((name, body)) = agree(&what, expected, answer).await {
            assert_eq!(text(&body["name"]), name);
            let changed = name != node.name;
            let node = self.vault.node_mut(&id);
            node.name = name;
            node.rev += i64::from(changed);
        }
        what
    }

    async fn move_entry(&mut self) -> String {
        let Some(id) = self.live_entry() else { return "no entry".to_owned() };
        let to = match self.chance.below(10) {
            0 => self.live_document().unwrap_or_else(|| self.vault.root.clone()),
            _ => self.live_folder(),
        };
        let node = self.vault.node(&id).clone();
        let (conflict, word) = self.conflict();
        let body = json!({ "parent_id": to, "on_conflict": word });
        let answer = self.guarded(Method::PATCH, &format!("/entries/{id}"), node.rev, Some(body)).await;
        let stays = node.parent.as_ref() == Some(&to);
        let path = self.vault.path(&to);
        let expected = if node.is_default {
            Err("default_folder_locked")
        } else if stays {
            Ok(node.name.clone())
        } else if !self.vault.is_folder(&to) {
            Err("not_a_folder")
        } else if path.contains(&id) {
            Err("folder_cycle")
        } else {
            let deep = self.vault.expect_depth_for_folder(path.len(), &id);
            deep.and_then(|()| self.vault.free_name(&to, &node.name, conflict))
        };
        let what = format!("{id} moves to {to} {word}");
        if let Some((name, body)) = agree(&what, expected, answer).await {
            assert_eq!(text(&body["name"]), name);
            let node = self.vault.node_mut(&id);
            node.name = name;
            node.parent = Some(to);
            node.rev += i64::from(!stays);
        }
        what
    }

    async fn trash(&mut self) -> String {
        let Some(id) = self.live_entry() else { return "no entry".to_owned() };
        let rev = self.vault.node(&id).rev;
        let answer = self.guarded(Method::DELETE, &format!("/entries/{id}"), rev, None).await;
        let expected = self.vault.put_in_trash(&id);
        let what = format!("trash {id}");
        agree(&what, expected, answer).await;
        what
    }

    /// Mostly something that was itself trashed, now and then anything.
    fn trashed_entry(&mut self) -> Option<String> {
        match self.chance.below(12) {
            0 => {
                let all = self.vault.nodes.keys().cloned().collect::<Vec<_>>();
                self.chance.of(&all).cloned()
            }
            _ => self.chance.of(&self.vault.in_trash()).cloned(),
        }
    }

    async fn restore(&mut self) -> String {
        let Some(id) = self.trashed_entry() else { return "empty trash".to_owned() };
        let (conflict, word) = self.conflict();
        let keep_shares = self.chance.below(4) > 0;
        let chosen = (self.chance.below(4) == 0).then(|| self.live_folder());
        let how = json!({ "on_conflict": word, "keep_shares": keep_shares, "parent_id": chosen });
        let answer = self.owner.post(&format!("/trash/{id}/restore"), how.clone()).await;
        let node = self.vault.node(&id).clone();
        let place = match (&node.trashed, chosen) {
            (None, _) => Err("entry_not_in_trash"),
            (Some(_), Some(folder)) => Ok((folder, Vec::new())),
            (Some(_), None) => Ok(self.vault.original_place(&id)),
        };
        let expected = place.and_then(|(folder, made)| {
            let levels = self.vault.path(&folder).len() + made.len();
            self.vault.expect_depth_for_folder(levels, &id)?;
            let name = match made.is_empty() {
                true => self.vault.free_name(&folder, &node.name, conflict)?,
                false => node.name.clone(),
            };
            Ok((folder, made, name))
        });
        let what = format!("restore {id} {how}");
        let Some(((mut folder, made, name), body)) = agree(&what, expected, answer).await else {
            return what;
        };
        assert_eq!(text(&body["name"]), name);
        let path = self.owner.get(&format!("/entries/{id}/path")).await;
        let steps = path["items"].as_array().expect("steps");
        for (made, step) in made.iter().zip(&steps[steps.len() - 1 - made.len()..]) {
            assert_eq!(&text(&step["name"]), made);
            let body = json!({ "id": step["id"], "name": made, "rev": 1 });
            self.insert(&body, folder, made.clone(), Content::Folder);
            folder = text(&step["id"]);
        }
        assert_eq!(text(&body["parent_id"]), folder);
        if !keep_shares {
            let all = self.vault.subtree(&id);
            self.vault.close_grants_on(&all);
        }
        let node = self.vault.node_mut(&id);
        node.trashed = None;
        node.name = name;
        node.parent = Some(folder);
        node.rev += 1;
        what
    }

    async fn purge(&mut self) -> String {
        let Some(id) = self.trashed_entry() else { return "empty trash".to_owned() };
        let answer =
            self.owner.request(Method::DELETE, &format!("/trash/{id}")).send().await.expect("an answer");
        let expected = self.vault.node(&id).trashed.as_ref().map(drop).ok_or("entry_not_in_trash");
        let what = format!("purge {id}");
        if agree(&what, expected, answer).await.is_some() {
            self.vault.purge(&id);
        }
        what
    }

    async fn share(&mut self) -> String {
        let Some(entry) = self.live_entry() else { return "no entry".to_owned() };
        let giver = [None, None, Some(0), Some(1)][self.chance.below(4)];
        let recipient = giver.map_or_else(|| self.chance.below(2), |giver| 1 - giver);
        let rights = [&RIGHTS[..1], &RIGHTS[..2], &RIGHTS[..4], &["view", "reshare"]][self.chance.below(4)];
        let body = json!({
            "entry_id": entry, "recipient": { "login": self.others[recipient].login }, "rights": rights,
        });
        let person = giver.map_or(&self.owner, |giver| &self.others[giver]);
        let answer = person.post("/grants", body).await;
        let held = giver.map_or(RIGHTS.to_vec(), |giver| self.vault.rights(giver, &entry));
        // A share derives from one grant, which must hold all that is given on.
        let sources = giver.map_or(Vec::new(), |giver| self.vault.reaching(giver, &entry));
        let fits = |id: &String| {
            let held = &self.vault.grants[id].rights;
            held.contains(&"reshare") && rights.iter().all(|right| held.contains(right))
        };
        let same =
            |grant: &&Grant| grant.entry == entry && grant.giver == giver && grant.recipient == recipient;
        let expected = if held.is_empty() {
            Err("not_found")
        } else if !held.contains(&"reshare") {
            Err("not_allowed")
        } else if self.vault.node(&entry).parent.is_none() {
            Err("invalid_input")
        } else if giver.is_some() && !sources.iter().any(fits) {
            Err("rights_exceeded")
        } else if self.vault.grants.values().any(|grant| same(&grant)) {
            Err("already_exists")
        } else {
            Ok(())
        };
        let what = format!("{giver:?} shares {entry} with {recipient} {rights:?}");
        if let Some(((), body)) = agree(&what, expected, answer).await {
            let parent = body["parent_id"].as_str().map(str::to_owned);
            assert_eq!(parent.is_some(), giver.is_some(), "{what}");
            assert!(parent.iter().all(|parent| sources.contains(parent) && fits(parent)), "{what}");
            let grant = Grant { entry, recipient, giver, rights: rights.to_vec(), parent };
            self.vault.grants.insert(text(&body["id"]), grant);
        }
        what
    }

    async fn revoke(&mut self) -> String {
        let grants = self.vault.grants.keys().cloned().collect::<Vec<_>>();
        let Some(id) = self.chance.of(&grants).cloned() else { return "no grant".to_owned() };
        let path = format!("/grants/{id}");
        let answer = self.owner.request(Method::DELETE, &path).send().await.expect("an answer");
        let what = format!("revoke {id}");
        agree(&what, Ok(()), answer).await;
        self.vault.close_grant(&id);
        what
    }

    async fn guarded(&self, method: Method, path: &str, rev: i64, body: Option<Value>) -> Response {
        let request = self.owner.request(method, path).header("If-Match", format!("\"{rev}\""));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.expect("an answer")
    }
}

/// Fails unless the answer is what the model expected: done, with its body, or refused with this code.
async fn agree<T>(what: &str, expected: Result<T, Refusal>, answer: Response) -> Option<(T, Value)> {
    let status = answer.status();
    match expected {
        Ok(expected) => {
            let body: Value = answer.json().await.expect("JSON");
            assert!(status.is_success(), "{what}: {body}");
            Some((expected, body))
        }
        Err(code) => {
            assert!(!status.is_success(), "{what} was done, but should be refused with {code}");
            assert_eq!(problem(answer).await.1, code, "{what}");
            None
        }
    }
}

async fn send_form(person: &Person, path: &str, form: Form, rev: Option<i64>) -> Response {
    let request = person.request(Method::POST, path).multipart(form);
    let request = match rev {
        Some(rev) => request.header("If-Match", format!("\"{rev}\"")),
        None => request,
    };
    request.send().await.expect("an answer")
}

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}
