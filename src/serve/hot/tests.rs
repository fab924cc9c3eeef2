use super::*;
use crate::asset::{ContentType, Freshness};
use crate::serve::testing::{entry, found_as};
use std::time::{Duration, UNIX_EPOCH};

fn asset() -> (Arc<Entry>, Rc<Prepared>) {
    let found = found_as(entry(ContentType::Png), Freshness::Current);
    let prepared = Prepared::new(&found, "/x", UNIX_EPOCH + Duration::from_secs(1_780_000_000));
    (found.entry, Rc::new(prepared))
}

#[test]
fn what_was_put_is_found_until_the_generation_changes() {
    let (entry, prepared) = asset();
    let mut hot = Hot::new(1 << 20);
    hot.put("/a", 7, &entry, &prepared);
    assert!(hot.get("/a", 7).is_some_and(|(e, p)| Arc::ptr_eq(&e, &entry) && Rc::ptr_eq(&p, &prepared)));
    assert!(hot.get("/b", 7).is_none());
    assert!(hot.get("/a", 8).is_none());
    assert!(hot.get("/a", 7).is_none(), "and does not come back");
    assert!(hot.is_empty());
}

#[test]
fn what_was_prepared_is_used_again_for_the_same_entry_only() {
    let ((entry, prepared), (other, _)) = (asset(), asset());
    let mut hot = Hot::new(1 << 20);
    hot.put("/a", 7, &entry, &prepared);
    assert!(hot.prepared("/a", 7, &entry).is_some_and(|p| Rc::ptr_eq(&p, &prepared)));
    assert!(hot.prepared("/a", 7, &other).is_none());
    assert!(hot.prepared("/a", 8, &entry).is_none());
    assert!(hot.prepared("/b", 7, &entry).is_none());
}

#[test]
fn what_the_cache_gave_up_is_gone() {
    let (entry, prepared) = asset();
    let mut hot = Hot::new(1 << 20);
    hot.put("/a", 0, &entry, &prepared);
    drop(entry);
    assert!(hot.get("/a", 0).is_none());
    assert_eq!((hot.len(), hot.weight), (0, 0));
}

#[test]
fn the_engine_is_asked_now_and_then() {
    let (entry, prepared) = asset();
    let mut hot = Hot::new(1 << 20);
    hot.put("/a", 0, &entry, &prepared);
    let hits = (0..10 * ASK_EVERY).filter(|_| hot.get("/a", 0).is_some()).count();
    assert_eq!(hits as u32, 10 * (ASK_EVERY - 1));
}

#[test]
fn its_weight_stays_below_the_limit_and_what_is_used_stays() {
    let (entry, prepared) = asset();
    let one = prepared.weight() + 200;
    let mut hot = Hot::new(20 * one);
    for i in 0..10_000 {
        hot.put(&format!("/{i}"), 0, &entry, &prepared);
        hot.put("/used", 0, &entry, &prepared);
        assert!(hot.get("/used", 0).is_some() || hot.slots[hot.places["/used"]].hits.is_multiple_of(ASK_EVERY));
        assert!(hot.weight <= 20 * one);
    }
    assert!(hot.len() > 10);
    assert_eq!(hot.weight, hot.slots.iter().map(|s| s.weight).sum::<usize>());
    assert_eq!(hot.places.len(), hot.slots.len());
    assert!(hot.slots.iter().enumerate().all(|(i, s)| hot.places[&s.target] == i));
}

#[test]
fn an_endless_target_and_a_limit_of_nothing_keep_nothing() {
    let (entry, prepared) = asset();
    let mut hot = Hot::new(1 << 20);
    hot.put(&"/a".repeat(2000), 0, &entry, &prepared);
    assert!(hot.is_empty());
    let mut none = Hot::new(0);
    none.put("/a", 0, &entry, &prepared);
    assert!(none.is_empty());
}

#[test]
fn putting_again_replaces_without_counting_twice() {
    let (entry, prepared) = asset();
    let (other, _) = asset();
    let mut hot = Hot::new(1 << 20);
    hot.put("/a", 0, &entry, &prepared);
    let weight = hot.weight;
    hot.put("/a", 0, &other, &prepared);
    assert_eq!((hot.len(), hot.weight), (1, weight));
    assert!(hot.get("/a", 0).is_some_and(|(e, _)| Arc::ptr_eq(&e, &other)));
}
