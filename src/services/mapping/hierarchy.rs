//! Which agencies stood beneath which, and when.

use std::collections::HashMap;

use chrono::NaiveDate;
use kho_mapping::catalogue::Agency;

use crate::db::report::Span;
use crate::db::{self, Tx};
use crate::domain::dossier::day_of;
use crate::domain::id::AgencyId;
use crate::domain::problem::{Code, Problem, Result};

/// More than any province has one above the other.
const DEEPEST: usize = 20;

/// From which day to which, both included, an agency stood right beneath another.
#[derive(Clone, Copy, Debug)]
struct Place {
    agency: AgencyId,
    from: NaiveDate,
    until: NaiveDate,
}

/// All places of all agencies. The catalogue says where an agency stands from the day on which that came into it; what it said first is taken for
/// the time before, and what it said last holds on where the agency was closed, whose dossiers still come to their end there.
pub(super) struct Hierarchy {
    beneath: HashMap<AgencyId, Vec<Place>>,
}

impl Hierarchy {
    pub(super) async fn read(tx: &mut Tx) -> Result<Self> {
        let known = db::agency::all(tx).await?;
        let ids = known.into_iter().map(|agency| (agency.code, agency.id)).collect::<HashMap<_, _>>();
        let rows = db::catalogue::agencies_ever(tx).await?;
        let mut beneath = HashMap::<AgencyId, Vec<Place>>::new();
        for (place, row) in rows.iter().enumerate() {
            let item: Agency = serde_json::from_str(&row.body)
                .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
            let parent = item.parent.as_ref().and_then(|code| ids.get(code));
            let (Some(parent), Some(agency)) = (parent, ids.get(&row.code)) else { continue };
            let is_first = place.checked_sub(1).is_none_or(|before| rows[before].code != row.code);
            let next = rows.get(place + 1).filter(|next| next.code == row.code);
            let from = if is_first { NaiveDate::MIN } else { day_of(row.since_at) };
            let until = match next {
                Some(next) => day_of(next.since_at).pred_opt().unwrap_or(NaiveDate::MIN),
                None => NaiveDate::MAX,
            };
            // What an agency was before it was there, or after it was gone, does not matter but for its days.
            let from = item.valid_from.map_or(from, |first| from.max(first));
            beneath.entry(*parent).or_default().push(Place { agency: *agency, from, until });
        }
        Ok(Self { beneath })
    }

    /// Agencies with all that stood beneath them, each for its days.
    pub(super) fn with_beneath(&self, roots: &[Span]) -> Vec<Span> {
        let mut all = roots.to_vec();
        let mut open = roots.to_vec();
        for _ in 0..DEEPEST {
            let below = |above: &Span| {
                let places = self.beneath.get(&above.agency).into_iter().flatten();
                let (from, until) = (above.from, above.until);
                let span = move |place: &Place| Span {
                    agency: place.agency,
                    from: place.from.max(from),
                    until: place.until.min(until),
                };
                places.map(span).filter(|span| span.from <= span.until).collect::<Vec<_>>()
            };
            // An agency that is beneath two that are asked about is there once.
            open = open.iter().flat_map(below).filter(|span| !all.contains(span)).collect();
            if open.is_empty() {
                break;
            }
            all.extend_from_slice(&open);
        }
        all
    }
}
