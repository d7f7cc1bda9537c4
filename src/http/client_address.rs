//! Where a request came from, also behind proxies.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "X-Forwarded-For";

/// The nearest address that is no proxy of ours. Each proxy adds at the right end the address it was called from, so what stands left of
/// an address that we do not trust is that caller's own claim and is not believed.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = peer.to_canonical();
    // Several header lines count as one, in their order (RFC 9110, 5.3).
    let lines = headers.get_all(FORWARDED_FOR).filter_map(|line| line.to_str().ok()).collect::<Vec<_>>();
    let hops = lines.iter().flat_map(|line| line.split(',')).collect::<Vec<_>>();
    for hop in hops.into_iter().rev() {
        if !is_ours(&nearest) {
            break;
        }
        let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
        nearest = next.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen_from(peer: &str, lines: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(line));
        }
        let trusted = trusted.iter().map(|net| net.parse().unwrap()).collect::<Vec<_>>();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_caller_that_is_no_proxy_of_ours_cannot_say_where_it_is() {
        assert_eq!(seen_from("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen_from("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_of_ours_is_looked_through_to_the_first_stranger() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen_from("10.0.0.2", &["198.51.100.1"], &trusted), "198.51.100.1");
        assert_eq!(seen_from("10.0.0.2", &["1.2.3.4, 198.51.100.1, 10.0.0.7"], &trusted), "198.51.100.1");
        assert_eq!(seen_from("10.0.0.2", &["1.2.3.4, 198.51.100.1", "fd00::7"], &trusted), "198.51.100.1");
        assert_eq!(seen_from("::ffff:10.0.0.2", &["198.51.100.1"], &trusted), "198.51.100.1");
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(seen_from("10.0.0.2", &["198.51.100.1, unknown"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(seen_from("10.0.0.2", &[], &["10.0.0.0/8"]), "10.0.0.2");
    }
}
