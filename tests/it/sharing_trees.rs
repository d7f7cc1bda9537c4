//! Random trees of grants: what a revocation closes, and that the gate, the lists and the links agree with a model.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, pdf, text};

/// A small generator (xorshift64*), so that a failing tree comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }
}

/// A grant or link as the model knows it.
struct Known {
    id: String,
    parent: Option<String>,
    entry: usize,
    /// A person, or the secret of a link.
    recipient: Result<usize, String>,
    open: bool,
}

struct Model {
    /// The entries' ids, and of each the folder it lies in; the first lies in the vault's root.
    entries: Vec<String>,
    folder_of: Vec<Option<usize>>,
    grants: Vec<Known>,
}

impl Model {
    fn path(&self, entry: usize) -> Vec<usize> {
        std::iter::successors(Some(entry), |entry| self.folder_of[*entry]).collect()
    }

    fn parent_of(&self, grant: &Known) -> Option<&Known> {
        self.grants.iter().find(|other| Some(&other.id) == grant.parent.as_ref())
    }

    /// Whether a grant reaches an entry: it and all it derives from are open and lie on the entry's path.
    fn reaches(&self, grant: &Known, entry: usize) -> bool {
        let path = self.path(entry);
        std::iter::successors(Some(grant), |grant| self.parent_of(grant))
            .all(|grant| grant.open && path.contains(&grant.entry))
    }

    fn subtree(&self, id: &str) -> BTreeSet<String> {
        let derives = |grant: &Known| {
            std::iter::successors(Some(grant), |grant| self.parent_of(grant)).any(|above| above.id == id)
        };
        let open = self.grants.iter().filter(|grant| grant.open);
        open.filter(|grant| derives(grant)).map(|grant| grant.id.clone()).collect()
    }

    /// Compares what everybody can open and sees in lists with the model. The first person is the owner.
    async fn check(&self, app: &TestApp, people: &[Person]) {
        for (number, person) in people.iter().enumerate().skip(1) {
            let mine = self.grants.iter().filter(|grant| grant.recipient == Ok(number)).collect::<Vec<_>>();
            for (entry, id) in self.entries.iter().enumerate() {
                let expected = if mine.iter().any(|grant| self.reaches(grant, entry)) { 200 } else { 404 };
                assert_eq!(person.sees(&json!({ "id": id })).await, expected, "{} and {entry}", person.login);
            }
            let list = person.get("/grants/received?limit=500").await;
            let listed = list["items"].as_array().unwrap().iter().map(|item| text(&item["grant"]["id"]));
            let live = mine.iter().filter(|grant| self.reaches(grant, grant.entry));
            assert_eq!(
                listed.collect::<BTreeSet<_>>(),
                live.map(|grant| grant.id.clone()).collect::<BTreeSet<_>>(),
                "received by {}",
                person.login
            );
        }
        let mut given = BTreeSet::new();
        for person in people {
            let list = person.get("/grants/given?limit=500").await;
            for item in list["items"].as_array().unwrap() {
                given.extend(item["grants"].as_array().unwrap().iter().map(|grant| text(&grant["id"])));
            }
        }
        let live = self.grants.iter().filter(|grant| self.reaches(grant, grant.entry));
        assert_eq!(given, live.map(|grant| grant.id.clone()).collect(), "given by all");
        for grant in &self.grants {
            let Err(secret) = &grant.recipient else { continue };
            let url = format!("{}/api/v1/links/{secret}", app.url);
            let expected = if self.reaches(grant, grant.entry) { 200 } else { 404 };
            assert_eq!(app.stranger().get(url).send().await.unwrap().status().as_u16(), expected, "a link");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_closes_exactly_what_derives_from_it_and_all_views_agree() {
    let app = TestApp::start_with(kho::domain::clock::Clock::System, |config| {
        config.login_failures = 1_000_000;
    })
    .await;
    let mut people = Vec::new();
    for login in ["hoa", "nam", "an1", "binh"] {
        people.push(app.person(login).await);
    }
    let owner = &people[0];
    let mut model = Model { entries: Vec::new(), folder_of: Vec::new(), grants: Vec::new() };
    let mut parent = owner.root.clone();
    for depth in 0..3_usize {
        parent = text(&owner.folder(&parent, &format!("Tầng {depth}")).await["id"]);
        model.entries.push(parent.clone());
        model.folder_of.push(depth.checked_sub(1));
    }
    model.entries.push(text(&owner.document(&parent, "a.pdf", &pdf(500)).await["id"]));
    model.folder_of.push(Some(2));

    for seed in [3, 20_261_124] {
        let mut dice = Dice(seed);
        for step in 0..42 {
            match dice.below(14) {
                0..=11 => give(&mut model, &mut dice, &people, &app).await,
                12 => move_document(&mut model, &mut dice, owner).await,
                _ => revoke(&mut model, &mut dice, owner).await,
            }
            if step % 6 == 5 {
                model.check(&app, &people).await;
            }
        }
    }
    assert!(model.grants.iter().filter(|grant| grant.parent.is_some()).count() > 5, "trees of some depth");
}

/// Somebody tries to share some entry with somebody, or to make a link; whether it works is the product's to say.
async fn give(model: &mut Model, dice: &mut Dice, people: &[Person], app: &TestApp) {
    let (giver, entry) = (&people[dice.below(people.len())], dice.below(model.entries.len()));
    let recipient = 1 + dice.below(people.len() - 1);
    let as_link = dice.below(4) == 0;
    let id = &model.entries[entry];
    let answer = if as_link {
        let end = app.kho.clock.now() + TimeDelta::days(1);
        giver.post("/links", json!({ "entry_id": id, "rights": ["view"], "expires_at": end })).await
    } else {
        let to = json!({ "login": people[recipient].login });
        giver.try_share(&json!({ "id": id }), to, &["view", "reshare"], json!({})).await
    };
    if answer.status() != 201 {
        return;
    }
    let grant: Value = answer.json().await.unwrap();
    model.grants.push(Known {
        id: text(&grant["id"]),
        parent: grant["parent_id"].as_str().map(str::to_owned),
        entry,
        recipient: if as_link { Err(text(&grant["secret"])) } else { Ok(recipient) },
        open: true,
    });
}

async fn move_document(model: &mut Model, dice: &mut Dice, owner: &Person) {
    let folder = dice.below(3);
    let document = owner.get(&format!("/entries/{}", model.entries[3])).await;
    let moved = owner.patch(&document, json!({ "parent_id": model.entries[folder] })).await;
    assert_eq!(moved.status(), 200);
    model.folder_of[3] = Some(folder);
}

async fn revoke(model: &mut Model, dice: &mut Dice, owner: &Person) {
    let open = model.grants.iter().filter(|grant| grant.open).map(|grant| grant.id.clone());
    let open = open.collect::<Vec<_>>();
    if open.is_empty() {
        return;
    }
    let id = &open[dice.below(open.len())];
    let expected = model.subtree(id);
    let answer = owner.send(Method::DELETE, &format!("/grants/{id}"), json!({})).await;
    let report: Value = answer.json().await.unwrap();
    let closed = report["items"].as_array().unwrap().iter().map(|item| text(&item["id"]));
    assert_eq!(closed.collect::<BTreeSet<_>>(), expected);
    for grant in model.grants.iter_mut().filter(|grant| expected.contains(&grant.id)) {
        grant.open = false;
    }
}
