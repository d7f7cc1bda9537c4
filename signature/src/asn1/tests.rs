use proptest::prelude::*;

use super::*;

#[test]
fn lengths_of_every_form_are_read() {
    for (bytes, content) in [
        (&[0x04, 1, 7][..], &[7][..]),
        (&[0x04, 0x81, 1, 7], &[7]),
        // BER allows zeros in front (X.690, 8.1.3.5).
        (&[0x04, 0x84, 0, 0, 0, 1, 7], &[7]),
        (&[0x24, 0x80, 4, 1, 7, 0, 0], &[4, 1, 7]),
        (&[0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0], &[0x30, 0x80, 0, 0]),
    ] {
        let value = Reader::only(bytes).unwrap();
        assert_eq!((value.raw, value.content), (bytes, content));
    }
}

#[test]
fn what_is_cut_off_or_too_deep_is_refused() {
    assert_eq!(Reader::only(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), Err(Error::Truncated));
    assert_eq!(Reader::only(&[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0]), Err(Error::Length));
    assert_eq!(Reader::only(&[0x30, 0x80, 0]), Err(Error::Truncated));
    assert_eq!(Reader::only(&[0x04, 0x80, 0, 0]), Err(Error::Length));
    assert_eq!(Reader::only(&[0x04, 0, 0]), Err(Error::Trailing));
    let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
    assert_eq!(Reader::only(&deep), Err(Error::Depth));
}

#[test]
fn strings_in_pieces_are_put_together() {
    let pieces = [0x24, 0x80, 0x04, 2, 1, 2, 0x24, 3, 0x04, 1, 3, 0, 0];
    assert_eq!(Reader::only(&pieces).unwrap().octets().unwrap(), &[1, 2, 3][..]);
    assert_eq!(Reader::only(&[0x24, 3, 0x02, 1, 3]).unwrap().octets(), Err(Error::Unexpected));
}

#[test]
fn times_are_read_to_the_fraction() {
    let time = |tag: u8, text: &str| {
        let mut bytes = vec![tag, text.len() as u8];
        bytes.extend_from_slice(text.as_bytes());
        Reader::only(&bytes).unwrap().time().map(|time| (time.timestamp(), time.timestamp_subsec_millis()))
    };
    assert_eq!(time(0x17, "491231235959Z").unwrap(), (2_524_607_999, 0));
    assert_eq!(time(0x17, "500101000000Z").unwrap(), (-631_152_000, 0));
    assert_eq!(time(0x18, "20260525010203.25Z").unwrap(), (1_779_670_923, 250));
    for wrong in
        ["20260230000000Z", "20260525010203", "20260525010203.Z", "2026052501020Z", "+0260525010203Z"]
    {
        assert_eq!(time(0x18, wrong), Err(Error::Malformed), "{wrong}");
    }
}

#[test]
fn an_oid_is_written_with_dots() {
    // 1.2.840.113549.1.7.2 and 2.16.840.1.101.3.4.2.1: RFC 5652 and RFC 5754.
    assert_eq!(Oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]).to_string(), "1.2.840.113549.1.7.2");
    assert_eq!(Oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]).to_string(), "2.16.840.1.101.3.4.2.1");
    assert_eq!(Oid(&[0x88, 0x37, 3]).to_string(), "2.999.3");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut reader = Reader::new(&bytes);
        while let Ok(value) = reader.value() {
            let _ = (value.octets(), value.time(), value.named_bits(), value.small(), value.positive());
            let _ = value.oid().map(|oid| oid.to_string());
            prop_assert!(value.raw.len() <= bytes.len());
        }
    }
}
