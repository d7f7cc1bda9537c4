//! What tells two catalogues apart.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Catalogue, Item, Kind};

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueChange))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Changed,
    /// It holds no more; what was opened under it goes on.
    Closed,
}

/// How a catalogue becomes another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Items that were not there, or not so, with their places in the new lists.
    pub put: Vec<(Change, usize, Item)>,
    /// Items that are there no more.
    pub closed: Vec<Item>,
    /// Items that are the same in another place.
    pub moved: Vec<(Kind, String, usize)>,
    /// Whether the items of both stand in another order. That some moved up because others came or went is not another order.
    pub reordered: bool,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.closed.is_empty() && !self.reordered
    }
}

/// What changes from `old` to `new`, in each of which a kind's codes differ.
pub fn compare(old: &Catalogue, new: &Catalogue) -> Difference {
    let mut known: HashMap<(Kind, String), (usize, Item)> = HashMap::new();
    for (place, item) in placed(old) {
        known.insert((item.kind(), item.code().to_owned()), (place, item));
    }
    let mut difference = Difference::default();
    // The old place of the item before, by kind: the common items keep their order where it only ever rises.
    let mut last: HashMap<Kind, usize> = HashMap::new();
    for (place, item) in placed(new) {
        let Some((old_place, before)) = known.remove(&(item.kind(), item.code().to_owned())) else {
            difference.put.push((Change::Added, place, item));
            continue;
        };
        let previous = last.insert(item.kind(), old_place);
        difference.reordered |= previous.is_some_and(|previous| previous > old_place);
        if before != item {
            difference.put.push((Change::Changed, place, item));
        } else if old_place != place {
            difference.moved.push((item.kind(), item.code().to_owned(), place));
        }
    }
    let mut closed: Vec<_> = known.into_values().collect();
    closed.sort_by_key(|(place, item)| (item.kind(), *place));
    difference.closed = closed.into_iter().map(|(_, item)| item).collect();
    difference
}

fn placed(catalogue: &Catalogue) -> impl Iterator<Item = (usize, Item)> {
    let mut next: HashMap<Kind, usize> = HashMap::new();
    catalogue.items().into_iter().map(move |item| {
        let place = next.entry(item.kind()).or_default();
        *place += 1;
        (*place - 1, item)
    })
}
