//! Purges at random nodes while many clients ask all of them: 40 of each source, or as many as `REVSERVE_PURGES` says.
//! Needs: postgresql, mariadb

mod support;

#[path = "nodes/cluster.rs"]
mod cluster;
#[path = "nodes/load.rs"]
mod load;

use std::sync::{Mutex, PoisonError};

use cluster::Cluster;
use load::{Purges, under_load};
use support::THEME_REV;
use support::database::{Database, Kind};

/// One after another: each is a load of its own.
static ALONE: Mutex<()> = Mutex::new(());

/// How many purges of each source. What is to be shown is shown by 200.
fn count() -> u64 {
    let told = std::env::var("REVSERVE_PURGES").ok();
    told.map_or(40, |told| told.parse().unwrap_or_else(|_| panic!("REVSERVE_PURGES={told} is no number")))
}

#[test]
fn purges_under_load_leave_nothing_old_with_files() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    under_load(&Cluster::new(), &Purges::Files, count());
}

fn with_a_database(kind: Kind) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let database = Database::start(kind);
    for name in ["themerev", "jsrev"] {
        database.set(name, THEME_REV);
    }
    under_load(&Cluster::with_database(&database), &Purges::Database(&database), count());
}

#[test]
fn purges_under_load_leave_nothing_old_with_postgresql() {
    with_a_database(Kind::PostgreSql);
}

#[test]
fn purges_under_load_leave_nothing_old_with_mariadb() {
    with_a_database(Kind::MariaDb);
}
