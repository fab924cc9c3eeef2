use super::*;
use crate::asset::{Asset, ContentType, Revision, SafePath};
use crate::cache::Generation;
use bytes::Bytes;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

type Assets = Memory<Entry, &'static str>;

fn revision(number: u64) -> Revision {
    Revision::new(number).unwrap()
}

fn script(path: &str) -> Key {
    let asset = Asset::Scripts(vec![SafePath::parse(path).unwrap()]);
    Key { asset, generation: Generation::Js(revision(1)) }
}

fn list(paths: &[&str]) -> Key {
    let asset = Asset::Scripts(paths.iter().map(|path| SafePath::parse(path).unwrap()).collect());
    Key { asset, generation: Generation::Js(revision(1)) }
}

fn entry(length: usize) -> Arc<Entry> {
    Arc::new(Entry::new(ContentType::JavaScript, vec![], Bytes::from(vec![b'x'; length]), vec![]))
}

#[tokio::test]
async fn five_hundred_at_once_cause_one_build_though_half_of_them_hang_up() {
    let memory = Arc::new(Assets::new(Limits::default()));
    let (builds, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let mut clients: Vec<_> = (0..500)
        .map(|_| {
            let (memory, builds, gate) = (memory.clone(), builds.clone(), gate.clone());
            tokio::spawn(async move {
                let build = async move {
                    builds.fetch_add(1, Ordering::SeqCst);
                    let _open = gate.acquire().await;
                    Ok(entry(10))
                };
                memory.get_or_build(script("a.js"), build).await
            })
        })
        .collect();
    while builds.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // The first half, with the one that started the build.
    for client in clients.drain(..250) {
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
    }
    gate.add_permits(1);
    for client in clients {
        assert_eq!(client.await.unwrap().unwrap(), entry(10));
    }
    assert_eq!(builds.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_build_that_everybody_left_is_finished_and_kept() {
    let memory = Arc::new(Assets::new(Limits::default()));
    let gate = Arc::new(Semaphore::new(0));
    let client = tokio::spawn({
        let (memory, gate) = (memory.clone(), gate.clone());
        async move {
            let build = async move {
                gate.add_permits(1);
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(entry(10))
            };
            memory.get_or_build(script("a.js"), build).await
        }
    });
    gate.acquire().await.unwrap().forget();
    client.abort();
    let built = memory.get_or_build(script("a.js"), async { Err("a second build") }).await;
    assert_eq!(built.unwrap(), entry(10));
    assert_eq!(memory.get(&script("a.js")).await, Some(entry(10)));
}

#[tokio::test]
async fn an_error_goes_to_all_who_wait_and_is_forgotten_soon() {
    let memory = Arc::new(Assets::new(Limits { failed: Duration::from_millis(500), ..Limits::default() }));
    let builds = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let (memory, builds) = (memory.clone(), builds.clone());
            tokio::spawn(async move {
                let build = async move {
                    builds.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    Err("no")
                };
                memory.get_or_build(script("a.js"), build).await
            })
        })
        .collect();
    for client in clients {
        assert!(matches!(client.await.unwrap(), Err(BuildError::Failed(error)) if *error == "no"));
    }
    assert_eq!(builds.load(Ordering::SeqCst), 1);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(memory.get_or_build(script("a.js"), async { Ok(entry(10)) }).await.unwrap(), entry(10));
}

#[tokio::test]
async fn a_build_that_panics_is_an_error_and_nothing_hangs() {
    let memory = Assets::new(Limits { failed: Duration::ZERO, ..Limits::default() });
    let died = memory.get_or_build(script("a.js"), async { panic!("as the test wants it") }).await;
    assert!(matches!(died, Err(BuildError::Died)));
    assert!(memory.get_or_build(script("a.js"), async { Ok(entry(10)) }).await.is_ok());
}

#[tokio::test]
async fn memory_stays_under_its_limit_and_the_newest_is_always_let_in() {
    let memory = Assets::new(Limits { bytes: 1 << 20, ..Limits::default() });
    for number in 0..1000 {
        let key = script(&format!("{number}.js"));
        memory.get_or_build(key.clone(), async { Ok(entry(10_000)) }).await.unwrap();
        assert!(memory.get(&key).await.is_some(), "{number}");
    }
    memory.settle().await;
    assert!(memory.bytes() <= 1 << 20);
    assert!(memory.assets_kept() > 50);
}

#[tokio::test]
async fn what_is_larger_than_memory_is_given_but_not_kept() {
    let memory = Assets::new(Limits { bytes: 1 << 20, ..Limits::default() });
    memory.insert(script("small.js"), entry(1000)).await;
    let built = memory.get_or_build(script("a.js"), async { Ok(entry(2 << 20)) }).await;
    assert_eq!(built.unwrap().body().len(), 2 << 20);
    memory.settle().await;
    assert!(memory.get(&script("a.js")).await.is_none());
    assert!(memory.get(&script("small.js")).await.is_some());
}

#[tokio::test]
async fn any_number_of_lists_pushes_out_only_lists() {
    let memory = Assets::new(Limits { bytes: 1 << 20, ..Limits::default() });
    memory.insert(script("a.js"), entry(10_000)).await;
    for number in 0..1000 {
        memory.insert(list(&["a.js", &format!("{number}.js")]), entry(10_000)).await;
    }
    memory.settle().await;
    assert!(memory.get(&script("a.js")).await.is_some());
    assert!(memory.get(&list(&["a.js", "999.js"])).await.is_some());
    assert!(memory.bytes() <= 1 << 20);
}

#[tokio::test]
async fn what_does_not_exist_is_remembered_for_a_short_time_and_in_bounded_room() {
    let memory = Assets::new(Limits { missing: Duration::from_millis(500), ..Limits::default() });
    memory.note_missing(script("none.js")).await;
    assert!(memory.is_missing(&script("none.js")));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(!memory.is_missing(&script("none.js")));

    let memory = Assets::new(Limits::default());
    let long = "x".repeat(1000);
    for number in 0..20_000 {
        memory.note_missing(script(&format!("{long}{number}.js"))).await;
    }
    memory.settle().await;
    assert!(memory.missing.weighted_size() <= MISSING);
    assert!(memory.missing.entry_count() < 10_000);
}

#[tokio::test]
async fn revisions_that_were_left_are_forgotten() {
    let memory = Assets::new(Limits::default());
    let new = Key { generation: Generation::Js(revision(2)), ..script("a.js") };
    memory.insert(script("a.js"), entry(10)).await;
    memory.insert(new.clone(), entry(10)).await;
    memory.retire(Current { theme: revision(1), js: revision(2) }).await;
    assert!(memory.get(&script("a.js")).await.is_none());
    assert!(memory.get(&new).await.is_some());
}
