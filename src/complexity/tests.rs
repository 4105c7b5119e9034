//! Points at their edges.

use super::*;

#[test]
fn sums_and_products_do_not_run_over() {
    let huge = Points(u64::MAX);
    assert_eq!(huge + 1, huge);
    assert_eq!(huge * 2, huge);
    assert_eq!(Points(1 << 40) * Points(1 << 40), huge);
    assert_eq!(huge * Points(0), Points(0));
    assert_eq!(Points(7).when(false), Points(0));
}

#[test]
fn the_larger_of_two_page_sizes_counts() {
    assert_eq!(page_size([Some(10), Some(20)], 500), Points(20));
    assert_eq!(page_size([None, Some(20)], 500), Points(20));
    assert_eq!(page_size([None, None], 500), Points(500));
    assert_eq!(page_size([Some(0)], 500), Points(0));
}

#[test]
fn a_default_counts_only_where_nothing_is_given() {
    assert_eq!(Maybe::<i64>::Undefined.number(Some(50)), Some(50));
    assert_eq!(Maybe::<i64>::Null.number(Some(50)), None);
    assert_eq!(Maybe::Value(20_i64).number(Some(50)), Some(20));
    assert_eq!(Maybe::Value(-20_i64).number(Some(50)), Some(0));
    assert_eq!(None::<i64>.number(Some(50)), Some(50));
    assert_eq!(Some(20_u8).number(None), Some(20));
    assert!(Maybe::<bool>::Undefined.condition(true));
    assert!(!Maybe::Value(false).condition(true));
    assert!(Some(true).condition(false));
}
