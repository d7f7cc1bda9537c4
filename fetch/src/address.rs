//! Which addresses may be asked because a certificate names them: those of the public network and no others.
//!
//! The lists follow IANA's registries of special-purpose addresses (RFC 6890 and its updates). Of IPv6 only 2000::/3 is handed out to the
//! public at all, so everything else is left out unless it stands for an address of IPv4.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 8),
    v4(10, 0, 0, 8),
    // Shared by providers (RFC 6598).
    v4(100, 64, 0, 10),
    v4(127, 0, 0, 8),
    // Link-local: where clouds tell machines their secrets.
    v4(169, 254, 0, 16),
    v4(172, 16, 0, 12),
    v4(192, 0, 0, 24),
    v4(192, 0, 2, 24),
    // Relays of 6to4, given up (RFC 7526).
    v4(192, 88, 99, 24),
    v4(192, 168, 0, 16),
    // Benchmarks (RFC 2544).
    v4(198, 18, 0, 15),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    v4(224, 0, 0, 4),
    v4(240, 0, 0, 4),
];

const PUBLIC_V6: Ipv6Net = v6(0x2000, 0, 0, 3);
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    // Protocol assignments: Teredo, ORCHID, benchmarks.
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0x0db8, 0, 32),
    // 6to4, given up (RFC 7526): routers turn it into IPv4 unseen.
    v6(0x2002, 0, 0, 16),
    v6(0x3fff, 0, 0, 20),
];

/// Of the well-known prefix of NAT64 (RFC 6052): the last four bytes are an address of IPv4.
const NAT64: Ipv6Net = v6(0x0064, 0xff9b, 0, 96);

/// Never asked, whoever names them: they stand for nobody, for everybody, or for the machine's own link, where clouds answer with secrets.
const NEVER_V4: [Ipv4Net; 4] = [v4(0, 0, 0, 8), v4(169, 254, 0, 16), v4(224, 0, 0, 4), v4(240, 0, 0, 4)];
const NEVER_V6: [Ipv6Net; 3] = [v6(0xfe80, 0, 0, 10), v6(0xff00, 0, 0, 8), v6(0xfd00, 0x0ec2, 0, 32)];

/// Whether it is an address of the public network.
pub fn is_public(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// Whether it may be asked if an administrator names the place.
pub fn may_be_named(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => !NEVER_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            !address.is_unspecified() && !NEVER_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// The address of IPv4 that one of IPv6 stands for, if it does: mapped (RFC 4291, 2.5.5.2) or behind NAT64.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if NAT64.contains(&v6) {
        let [.., a, b, c, d] = v6.octets();
        return Ipv4Addr::new(a, b, c, d).into();
    }
    v6.to_canonical()
}
