//! Random acts against a model of a vault: whatever people do, the vault holds what the model says it should.
//!
//! `KHO_TEST_STEPS` sets how many acts (600), `KHO_TEST_SEED` repeats a run; a failure names its seed and step.

mod acts;
mod compare;
mod vault;

use kho::domain::clock::Clock;

use crate::support::{Person, TestApp, text};
use vault::{Content, Node, Vault};

/// Acts between two comparisons of everything.
const COMPARED_EVERY: usize = 25;
/// Small, so that acts meet it.
const QUOTA: i64 = 120_000;

/// The owner's vault and two people it is shared with.
pub struct World {
    app: TestApp,
    owner: Person,
    others: [Person; 2],
    vault: Vault,
    chance: Chance,
}

/// A small generator of which the same seed gives the same acts (SplitMix64).
pub struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.below(items.len())]) }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_people_do_the_vault_is_as_the_model_says() {
    let steps = number("KHO_TEST_STEPS").unwrap_or(600) as usize;
    let seed = number("KHO_TEST_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    println!("KHO_TEST_SEED={seed} KHO_TEST_STEPS={steps}");
    let mut world = World::start(seed).await;

    for step in 1..=steps {
        let act = world.act().await;
        println!("{step}: {act}");
        if step % COMPARED_EVERY == 0 || step == steps {
            world.compare().await;
        }
    }
}

impl World {
    async fn start(seed: u64) -> Self {
        let app = TestApp::start_with(Clock::System, |config| config.person_quota_bytes = QUOTA).await;
        let owner = app.person("hoa").await;
        let others = [app.person("nam").await, app.person("mai").await];
        let mut vault = Vault { root: owner.root.clone(), quota: QUOTA, ..Default::default() };
        let root = Node {
            parent: None,
            name: "Kho".to_owned(),
            is_default: true,
            rev: 1,
            content: Content::Folder,
            trashed: None,
        };
        let list = owner.get(&format!("/entries/{}/children?limit=500", owner.root)).await;
        for item in list["items"].as_array().expect("items") {
            let folder = Node { parent: Some(owner.root.clone()), name: text(&item["name"]), ..root.clone() };
            vault.nodes.insert(text(&item["id"]), folder);
        }
        vault.nodes.insert(owner.root.clone(), root);
        Self { app, owner, others, vault, chance: Chance(seed) }
    }
}
