//! Which addresses are asked. The expected ranges are written down from RFC 6890 and IANA's registries as first and last addresses, apart
//! from how the code writes them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use kho_fetch::address::{is_public, may_be_named};
use kho_fetch::{Outcome, Place, Refusal};
use proptest::prelude::*;

use crate::case::*;

const SPECIAL_V4: [(&str, &str); 15] = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
];

/// All of IPv6 that is not for the public, but what stands for IPv4.
const SPECIAL_V6: [(&str, &str); 6] = [
    ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

fn v4(text: &str) -> u32 {
    text.parse::<Ipv4Addr>().unwrap().into()
}

fn v6(text: &str) -> u128 {
    text.parse::<Ipv6Addr>().unwrap().into()
}

fn is_special_v4(address: u32) -> bool {
    SPECIAL_V4.iter().any(|(first, last)| (v4(first)..=v4(last)).contains(&address))
}

fn is_special_v6(address: u128) -> bool {
    SPECIAL_V6.iter().any(|(first, last)| (v6(first)..=v6(last)).contains(&address))
}

/// How IPv4 is written in IPv6: mapped (RFC 4291, 2.5.5.2) and behind NAT64 (RFC 6052, 2.1).
fn written_in_v6(address: u32) -> [u128; 2] {
    [v6("::ffff:0:0") | u128::from(address), v6("64:ff9b::") | u128::from(address)]
}

fn public_v4(address: u32) -> bool {
    is_public(IpAddr::V4(address.into()))
}

fn public_v6(address: u128) -> bool {
    is_public(IpAddr::V6(address.into()))
}

#[test]
fn ranges_begin_and_end_where_the_registries_say() {
    for (first, last) in SPECIAL_V4 {
        let (first, last) = (v4(first), v4(last));
        for address in [first.wrapping_sub(1), first, last, last.wrapping_add(1)] {
            assert_eq!(public_v4(address), !is_special_v4(address), "{}", Ipv4Addr::from(address));
        }
    }
    for (first, last) in SPECIAL_V6 {
        let (first, last) = (v6(first), v6(last));
        for address in [first.wrapping_sub(1), first, last, last.wrapping_add(1)] {
            assert_eq!(public_v6(address), !is_special_v6(address), "{}", Ipv6Addr::from(address));
        }
    }
}

#[test]
fn known_addresses_are_judged_as_they_must_be() {
    for text in ["8.8.8.8", "1.1.1.1", "103.1.208.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
    {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
    for text in [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2002:a9fe:a9fe::",
        "2001:0:7f00:1::",
        "::7f00:1",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn an_administrator_may_name_the_own_network_but_not_the_machines_secrets() {
    for text in ["127.0.0.1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "::1", "fd12::1", "8.8.8.8"] {
        assert!(may_be_named(text.parse().unwrap()), "{text}");
    }
    for text in [
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fd00:ec2::254",
        "fe80::1",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
    ] {
        assert!(!may_be_named(text.parse().unwrap()), "{text}");
    }
}

/// Anywhere, and around the ends of the ranges.
fn any_v4() -> impl Strategy<Value = u32> {
    let edges = (0..SPECIAL_V4.len(), any::<bool>(), -300..300_i32);
    prop_oneof![
        any::<u32>(),
        edges.prop_map(|(place, last, by)| {
            let (first, end) = SPECIAL_V4[place];
            v4(if last { end } else { first }).wrapping_add_signed(by)
        }),
    ]
}

fn any_v6() -> impl Strategy<Value = u128> {
    let edges = (0..SPECIAL_V6.len(), any::<bool>(), any::<i64>());
    prop_oneof![
        any::<u128>(),
        // Among what is handed out.
        any::<u128>().prop_map(|address| address >> 3 | 1 << 125),
        edges.prop_map(|(place, last, by)| {
            let (first, end) = SPECIAL_V6[place];
            v6(if last { end } else { first }).wrapping_add_signed(by.into())
        }),
    ]
}

proptest! {
    #[test]
    fn an_address_of_ipv4_is_asked_unless_it_is_special(address in any_v4()) {
        prop_assert_eq!(public_v4(address), !is_special_v4(address));
        for written in written_in_v6(address) {
            prop_assert_eq!(public_v6(written), !is_special_v4(address));
        }
    }

    #[test]
    fn an_address_of_ipv6_is_asked_unless_it_is_special(address in any_v6()) {
        let stands_for_v4 = written_in_v6(address as u32).contains(&address);
        prop_assume!(!stands_for_v4);
        prop_assert_eq!(public_v6(address), !is_special_v6(address));
    }

    #[test]
    fn what_is_public_may_be_named(address in any_v4(), other in any_v6()) {
        prop_assert!(!public_v4(address) || may_be_named(IpAddr::V4(address.into())));
        prop_assert!(!public_v6(other) || may_be_named(IpAddr::V6(other.into())));
    }
}

#[tokio::test]
async fn an_address_is_the_same_however_it_is_written() {
    let fetcher = fetcher(&[]);
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0X7F.1",
        "017700000001",
        "0177.0.0.01",
        "%31%32%37.0.0.1",
        "0",
        "localhost",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "0xa9fea9fe",
        "2852039166",
        "169.254.43518",
    ] {
        for scheme in ["http", "https"] {
            let outcome = outcome_of(list_at(&format!("{scheme}://{host}/")), &fetcher).await;
            assert!(matches!(outcome, Outcome::Refused(Refusal::Address(_))), "{host}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn only_the_web_is_asked_on_its_ports() {
    let fetcher = fetcher(&[]);
    for (url, refusal) in [
        ("ftp://authority.example/", Refusal::Scheme),
        ("gopher://authority.example/", Refusal::Scheme),
        ("file:///etc/passwd", Refusal::Scheme),
        ("http://authority.example:22/", Refusal::Port(22)),
        ("http://authority.example:8080/", Refusal::Port(8080)),
        ("http://user@authority.example/", Refusal::UserInfo),
        ("http://:secret@authority.example/", Refusal::UserInfo),
        ("http://", Refusal::Url),
        ("http://authority.example:99999/", Refusal::Url),
        ("http://[::1/", Refusal::Url),
        ("http://256.256.256.256/", Refusal::Url),
        ("http://1.2.3.4.5/", Refusal::Url),
        ("nothing", Refusal::Url),
    ] {
        assert_eq!(outcome_of(list_at(url), &fetcher).await, Outcome::Refused(refusal), "{url}");
    }
}

#[test]
fn a_place_is_named_as_it_is_in_addresses() {
    let place = |text: &str| text.parse::<Place>();
    assert_eq!(place("CRL.Example:80"), place("crl.example:80"));
    assert_eq!(place("2130706433:80"), place("127.0.0.1:80"));
    assert_eq!(place("[0::1]:80"), place("[::1]:80"));
    for wrong in
        ["", ":80", "crl.example", "crl.example:", "crl.example:99999", "http://crl.example:80", "a b:80"]
    {
        assert!(place(wrong).is_err(), "{wrong}");
    }
}
