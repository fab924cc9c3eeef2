//! Two hundred purges at random nodes while many clients ask all of them.
//! Needs: postgresql

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

#[test]
fn two_hundred_purges_under_load_leave_nothing_old_with_files() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    under_load(&Cluster::new(), &Purges::Files { by_hand: 188, real: 12 });
}

#[test]
fn two_hundred_purges_under_load_leave_nothing_old_with_a_database() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let database = Database::start(Kind::PostgreSql);
    for name in ["themerev", "jsrev"] {
        database.set(name, THEME_REV);
    }
    under_load(&Cluster::with_database(&database), &Purges::Database { database: &database, count: 200 });
}
