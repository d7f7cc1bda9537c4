//! Levels of trust.

use kho_mapping::trust::{Evidence, Table};

#[test]
fn the_level_is_the_highest_that_any_evidence_gives() {
    let table = Table::default();

    assert_eq!(table.level([]), 1);
    assert_eq!(table.level([Evidence::Compared]), 2);
    assert_eq!(table.level([Evidence::Signed, Evidence::Compared]), 3);
    assert_eq!(table.level([Evidence::Compared, Evidence::Register]), 4);
    assert_eq!(Table::new(2, 4, 4).unwrap().level([Evidence::Signed]), 4);
}

#[test]
fn a_table_gives_no_less_for_more() {
    assert!(Table::new(2, 2, 2).is_ok() && Table::new(4, 4, 4).is_ok());
    for (compared, signed, register) in [(1, 3, 4), (3, 2, 4), (2, 4, 3), (2, 3, 5), (0, 0, 0)] {
        assert!(Table::new(compared, signed, register).is_err(), "{compared} {signed} {register}");
    }
}

#[test]
fn a_table_is_read_only_if_it_is_one() {
    let good: Table = serde_json::from_str(r#"{"compared":2,"signed":3,"register":3}"#).unwrap();
    assert_eq!(good.gives(Evidence::Register), 3);

    assert!(serde_json::from_str::<Table>(r#"{"compared":1,"signed":3,"register":4}"#).is_err());
    assert!(serde_json::from_str::<Table>(r#"{"compared":2,"signed":3}"#).is_err());
}
