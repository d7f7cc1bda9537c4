use std::net::{IpAddr, SocketAddr};

use tokio::net::lookup_host;
use url::{Host, Url};

use crate::address::{is_public, may_be_named};
use crate::allow::{Allow, Place};
use crate::outcome::{Fault, Refusal, Trouble};

/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;

/// Somewhere that may be asked.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub url: Url,
    pub place: Place,
    pub is_secure: bool,
    /// An administrator names the place.
    pub is_allowed: bool,
}

impl Target {
    pub fn of(url: &Url, allow: &Allow) -> Result<Self, Refusal> {
        let is_secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(Refusal::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refusal::Url);
        };
        let place = Place { host: host.to_owned(), port };
        let is_allowed = allow.contains(&place);
        if !is_allowed && !matches!(port, 80 | 443) {
            return Err(Refusal::Port(port));
        }
        Ok(Self { url: url.clone(), place, is_secure, is_allowed })
    }

    /// The addresses of the place that may be asked. Connections are made to these and not to the name, which could lead elsewhere a
    /// moment later.
    pub async fn addresses(&self) -> Result<Vec<SocketAddr>, Trouble> {
        let Place { host, port } = &self.place;
        let found: Vec<SocketAddr> = match host {
            Host::Ipv4(address) => vec![(*address, *port).into()],
            Host::Ipv6(address) => vec![(*address, *port).into()],
            Host::Domain(name) => match lookup_host((name.as_str(), *port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(Fault::Name(name.clone()).into()),
            },
        };
        let mut addresses: Vec<SocketAddr> =
            found.into_iter().filter(|address| self.may_ask(address.ip())).collect();
        if addresses.is_empty() {
            return Err(Refusal::Address(host.to_string()).into());
        }
        addresses.truncate(MOST_ADDRESSES);
        Ok(addresses)
    }

    fn may_ask(&self, address: IpAddr) -> bool {
        if self.is_allowed { may_be_named(address) } else { is_public(address) }
    }
}
