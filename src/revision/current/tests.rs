use super::*;
use crate::revision::Look;
use std::sync::Mutex as StdMutex;

/// What it says, how often it was asked, and how long it takes.
#[derive(Default)]
struct Script {
    themerev: u64,
    asked: usize,
    slow: Duration,
    gone: bool,
    codes: Vec<String>,
    upgrading: bool,
}

struct Scripted(Arc<StdMutex<Script>>);

impl Source for Scripted {
    fn look(&self) -> Look<'_> {
        Box::pin(async {
            let (slow, said) = {
                let mut script = self.0.lock().unwrap();
                script.asked += 1;
                let (codes, upgrading) = (script.codes.iter().cloned().collect(), script.upgrading);
                let state = State { themerev: Revision::new(script.themerev), codes, upgrading, ..State::default() };
                let gone = SourceError::Database { address: "it".into(), why: "is gone".into() };
                (script.slow, if script.gone { Err(gone) } else { Ok(state) })
            };
            tokio::time::sleep(slow).await;
            said
        })
    }
    fn describe(&self) -> String {
        String::new()
    }
    fn kind(&self) -> &'static str {
        "database"
    }
    fn may_come_later(&self) -> bool {
        true
    }
}

async fn start(script: Script) -> (Arc<StdMutex<Script>>, Arc<Revisions>) {
    let script = Arc::new(StdMutex::new(script));
    let revisions = Revisions::start(Box::new(Scripted(script.clone()))).await.unwrap();
    (script, revisions)
}

fn at(themerev: u64) -> Script {
    Script { themerev, ..Script::default() }
}

#[tokio::test]
async fn a_newer_revision_makes_one_look_for_all_who_wait() {
    let (script, revisions) = start(at(100)).await;
    let generation = revisions.generation();
    tokio::time::sleep(Revisions::AT_MOST_EVERY).await;
    script.lock().unwrap().themerev = 200;
    let asked = Revision::new(200).unwrap();
    let asks = (0..50).map(|_| revisions.look_for(asked, |state| state.themerev));
    let states = futures_util::future::join_all(asks).await;
    assert!(states.iter().all(|s| s.themerev == Some(asked)));
    assert_eq!(script.lock().unwrap().asked, 2);
    assert_ne!(revisions.generation(), generation);
}

#[tokio::test]
async fn a_known_revision_costs_no_look() {
    let (script, revisions) = start(at(100)).await;
    revisions.look_for(Revision::new(99).unwrap(), |state| state.themerev).await;
    assert_eq!(script.lock().unwrap().asked, 1);
}

#[tokio::test]
async fn a_slow_source_is_waited_for_once_and_not_by_those_who_cannot() {
    let (script, revisions) = start(at(100)).await;
    script.lock().unwrap().slow = Revisions::PATIENCE + Duration::from_secs(1);
    script.lock().unwrap().themerev = 200;
    let (patient, others) = tokio::join!(revisions.look_patiently(), async {
        futures_util::future::join_all((0..20).map(|_| revisions.look())).await
    });
    assert!(others.iter().all(Option::is_none), "nobody publishes on a guess");
    assert_eq!(patient.unwrap().themerev, Revision::new(200));
    assert!(script.lock().unwrap().asked <= 3);
}

#[tokio::test]
async fn an_outage_leaves_what_is_known_and_says_so_and_ends_by_itself() {
    let (script, revisions) = start(at(100)).await;
    script.lock().unwrap().gone = true;
    assert!(revisions.look().await.is_none());
    assert!(!revisions.is_reachable());
    assert_eq!(revisions.known().themerev, Revision::new(100));
    *script.lock().unwrap() = at(200);
    assert_eq!(revisions.look().await.unwrap().themerev, Revision::new(200));
    assert!(revisions.is_reachable());
}

#[tokio::test]
async fn a_source_that_is_away_at_the_start_is_waited_for_with_nothing_current() {
    let (script, revisions) = start(Script { gone: true, ..at(100) }).await;
    let known = revisions.known();
    assert!(known.is_unknown && known.lagging.as_deref().unwrap().contains("is gone"));
    script.lock().unwrap().gone = false;
    let known = revisions.look().await.unwrap();
    assert!(!known.is_unknown && known.lagging.is_none() && known.era > 0);
}

#[tokio::test]
async fn code_that_is_not_the_revisions_lags_until_it_is() {
    let (script, revisions) = start(Script { codes: vec!["new".into()], ..at(100) }).await;
    assert_eq!(revisions.known().lagging, None, "trusted");
    let era = revisions.known().era;
    revisions.set_code(Code::Known("old".into()));
    assert!(revisions.known().lagging.is_some() && revisions.known().era > era);
    revisions.set_code(Code::Unknown("it cannot".into()));
    assert!(revisions.known().lagging.as_deref().unwrap().contains("it cannot"));
    revisions.set_code(Code::Known("new".into()));
    assert_eq!(revisions.known().lagging, None);
    script.lock().unwrap().codes = vec!["new".into(), "old".into()];
    assert!(revisions.look().await.unwrap().lagging.is_some(), "themes and scripts belong to different codes");
    script.lock().unwrap().codes = vec![];
    script.lock().unwrap().upgrading = true;
    assert!(revisions.look().await.unwrap().lagging.is_some());
}
