//! What a vault should hold: a plain tree in memory, with the rules of the field and nothing of the implementation.

use std::collections::BTreeMap;

use kho::domain::name::EntryName;

/// Folders below each other, the root included, that a new folder may lie in at the most.
const MAX_DEPTH: usize = 32;

#[derive(Clone, Debug)]
pub struct Node {
    pub parent: Option<String>,
    pub name: String,
    pub is_default: bool,
    pub rev: i64,
    pub content: Content,
    /// The folders it lay in when it was trashed, the nearest first, without the root.
    pub trashed: Option<Vec<(String, String)>>,
}

#[derive(Clone, Debug)]
pub enum Content {
    Folder,
    /// Size and hash of each version, the first first.
    Document(Vec<(i64, String)>),
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub entry: String,
    pub recipient: usize,
    /// `None` for the owner.
    pub giver: Option<usize>,
    pub rights: Vec<&'static str>,
    pub parent: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    Refuse,
    KeepBoth,
}

#[derive(Debug, Default)]
pub struct Vault {
    pub root: String,
    pub nodes: BTreeMap<String, Node>,
    /// Open grants by their ids.
    pub grants: BTreeMap<String, Grant>,
    pub quota: i64,
}

pub type Refusal = &'static str;

impl Vault {
    pub fn node(&self, id: &str) -> &Node {
        &self.nodes[id]
    }

    pub fn node_mut(&mut self, id: &str) -> &mut Node {
        self.nodes.get_mut(id).expect("a node")
    }

    pub fn is_folder(&self, id: &str) -> bool {
        matches!(self.node(id).content, Content::Folder)
    }

    /// The entry, its folder, …, the root.
    pub fn path(&self, id: &str) -> Vec<String> {
        let mut path = vec![id.to_owned()];
        while let Some(parent) = &self.node(path.last().expect("a step")).parent {
            path.push(parent.clone());
        }
        path
    }

    pub fn is_live(&self, id: &str) -> bool {
        self.nodes.contains_key(id) && self.path(id).iter().all(|step| self.node(step).trashed.is_none())
    }

    pub fn live(&self, which: impl Fn(&Self, &str) -> bool) -> Vec<String> {
        self.nodes.keys().filter(|id| self.is_live(id) && which(self, id)).cloned().collect()
    }

    pub fn in_trash(&self) -> Vec<String> {
        self.nodes.iter().filter(|(_, node)| node.trashed.is_some()).map(|(id, _)| id.clone()).collect()
    }

    /// What lies in a folder and is not trashed on its own.
    pub fn children(&self, folder: &str) -> Vec<String> {
        let inside = |node: &Node| node.parent.as_deref() == Some(folder) && node.trashed.is_none();
        self.nodes.iter().filter(|(_, node)| inside(node)).map(|(id, _)| id.clone()).collect()
    }

    /// The entry and what goes with it.
    pub fn subtree(&self, id: &str) -> Vec<String> {
        let mut all = vec![id.to_owned()];
        let mut next = 0;
        while next < all.len() {
            all.extend(self.children(&all[next]));
            next += 1;
        }
        all
    }

    /// Documents, bytes of current versions and bytes of older ones at and below an entry.
    pub fn weight(&self, id: &str) -> (i64, i64, i64) {
        self.subtree(id).iter().fold((0, 0, 0), |sum, id| match &self.node(id).content {
            Content::Folder => sum,
            Content::Document(versions) => {
                let all = versions.iter().map(|(size, _)| size).sum::<i64>();
                let current = versions.last().expect("a version").0;
                (sum.0 + 1, sum.1 + current, sum.2 + all - current)
            }
        })
    }

    /// Live, older and trashed bytes.
    pub fn ledger(&self) -> (i64, i64, i64) {
        let (_, live, older) = self.weight(&self.root);
        let trash = self.in_trash().into_iter().map(|id| self.weight(&id));
        (live, older, trash.map(|(_, live, older)| live + older).sum())
    }

    pub fn expect_room(&self, bytes: i64) -> Result<(), Refusal> {
        let (live, older, trash) = self.ledger();
        if live + older + trash + bytes > self.quota { Err("quota_exceeded") } else { Ok(()) }
    }

    pub fn child_by_name(&self, folder: &str, name: &str) -> Option<String> {
        let key = key(name);
        self.children(folder).into_iter().find(|id| self::key(&self.node(id).name) == key)
    }

    pub fn free_name(&self, folder: &str, name: &str, conflict: Conflict) -> Result<String, Refusal> {
        if self.child_by_name(folder, name).is_none() {
            return Ok(name.to_owned());
        }
        if conflict == Conflict::Refuse {
            return Err("name_taken");
        }
        let parsed = EntryName::parse(name).expect("a name");
        let numbered = (2..).map(|number| parsed.with_suffix(number).as_str().to_owned());
        Ok(numbered.into_iter().find(|name| self.child_by_name(folder, name).is_none()).expect("a free name"))
    }

    /// Folders below each other at and below a folder; 0 where it has none.
    pub fn height(&self, id: &str) -> usize {
        let folders = self.children(id).into_iter().filter(|child| self.is_folder(child));
        folders.map(|child| 1 + self.height(&child)).max().unwrap_or(0)
    }

    pub fn expect_depth_for_folder(&self, levels: usize, id: &str) -> Result<(), Refusal> {
        if self.is_folder(id) && levels + self.height(id) > MAX_DEPTH {
            Err("folder_too_deep")
        } else {
            Ok(())
        }
    }

    pub fn put_in_trash(&mut self, id: &str) -> Result<(), Refusal> {
        if id == self.root || self.node(id).is_default {
            return Err("default_folder_locked");
        }
        let path = self.path(id);
        let above = path[1..path.len() - 1].iter().map(|step| (step.clone(), self.node(step).name.clone()));
        let above = above.collect();
        let node = self.node_mut(id);
        node.trashed = Some(above);
        node.rev += 1;
        Ok(())
    }

    /// Where something trashed comes back to: the nearest folder that is left, and the names of those to be made again below it.
    pub fn original_place(&self, id: &str) -> (String, Vec<String>) {
        let above = self.node(id).trashed.as_ref().expect("something trashed");
        let left = above.iter().position(|(step, _)| self.is_live(step));
        let gone = &above[..left.unwrap_or(above.len())];
        let mut folder = left.map_or(self.root.clone(), |left| above[left].0.clone());
        let mut names = gone.iter().rev().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        while let Some(name) = names.first() {
            match self.child_by_name(&folder, name).filter(|id| self.is_folder(id)) {
                Some(there) => folder = there,
                None => break,
            }
            names.remove(0);
        }
        // A document may have taken the name of the first one.
        if let Some(name) = names.first_mut() {
            *name = self.free_name(&folder, name, Conflict::KeepBoth).expect("a free name");
        }
        (folder, names)
    }

    pub fn purge(&mut self, id: &str) {
        let gone = self.subtree(id);
        for node in self.nodes.values_mut() {
            if node.trashed.is_some() && node.parent.as_ref().is_some_and(|parent| gone.contains(parent)) {
                node.parent = Some(self.root.clone());
            }
        }
        self.close_grants_on(&gone);
        self.nodes.retain(|id, _| !gone.contains(id));
    }

    pub fn close_grants_on(&mut self, entries: &[String]) {
        let on = |grant: &Grant| entries.contains(&grant.entry);
        let ids = self.grants.iter().filter(|(_, grant)| on(grant)).map(|(id, _)| id.clone());
        for id in ids.collect::<Vec<_>>() {
            self.close_grant(&id);
        }
    }

    /// Closes a grant and all that derives from it.
    pub fn close_grant(&mut self, id: &str) {
        self.grants.remove(id);
        let derived = self.grants.iter().filter(|(_, grant)| grant.parent.as_deref() == Some(id));
        for id in derived.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.close_grant(&id);
        }
    }

    /// The grants by which a person reaches an entry: open, derived from open ones, and all on the way to the root.
    pub fn reaching(&self, person: usize, entry: &str) -> Vec<String> {
        if !self.is_live(entry) {
            return Vec::new();
        }
        let path = self.path(entry);
        let holds = |id: &str| {
            let mut id = Some(id.to_owned());
            while let Some(this) = id {
                match self.grants.get(&this).filter(|grant| path.contains(&grant.entry)) {
                    Some(grant) => id = grant.parent.clone(),
                    None => return false,
                }
            }
            true
        };
        let mine = self.grants.iter().filter(|(id, grant)| grant.recipient == person && holds(id));
        mine.map(|(id, _)| id.clone()).collect()
    }

    /// What a person may do to an entry of somebody else, in the order of the API.
    pub fn rights(&self, person: usize, entry: &str) -> Vec<&'static str> {
        let held = self.reaching(person, entry);
        let all = held.iter().flat_map(|id| self.grants[id].rights.clone()).collect::<Vec<_>>();
        RIGHTS.into_iter().filter(|right| all.contains(right)).collect()
    }
}

/// What can be shared, in the order of the API.
pub const RIGHTS: [&str; 4] = ["view", "download", "edit", "reshare"];

/// What must be unique in a folder.
pub fn key(name: &str) -> String {
    EntryName::parse(name).expect("a name").key()
}
