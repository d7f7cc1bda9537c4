use std::collections::HashSet;
use std::str::FromStr;

use url::Host;

/// Places that an administrator answers for: a mirror of lists in the own network, a port other than the usual ones, where an authority
/// keeps certificates of issuers.
#[derive(Debug, Clone, Default)]
pub struct Allow(HashSet<Place>);

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub host: Host,
    pub port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place is HOST:PORT")]
pub struct PlaceError;

impl Allow {
    pub fn contains(&self, place: &Place) -> bool {
        self.0.contains(place)
    }
}

impl FromIterator<Place> for Allow {
    fn from_iter<T: IntoIterator<Item = Place>>(places: T) -> Self {
        Self(places.into_iter().collect())
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let (host, port) = text.rsplit_once(':').ok_or(PlaceError)?;
        let port = port.parse().map_err(|_| PlaceError)?;
        Ok(Self { host: Host::parse(host).map_err(|_| PlaceError)?, port })
    }
}
