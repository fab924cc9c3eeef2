//! A database server of a test's own, with the tables of Moodle that revserve reads.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{Site, until};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PostgreSql,
    MariaDb,
}

/// What `config.php` says; no answer, log or metric may ever hold the password.
pub const PASSWORD: &str = "correct-horse-9";

#[derive(Debug)]
pub struct Database {
    kind: Kind,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
    /// Arguments besides those that every one has.
    more: Vec<String>,
}

impl Database {
    /// Installs a server in a temporary folder and starts it, with Moodle's tables empty.
    #[track_caller]
    pub fn start(kind: Kind) -> Database {
        let mut database = Database::installed(kind);
        database.begin();
        database.create();
        database
    }

    /// The same, which offers TLS with this certificate and key, as PEM; with `only` nobody gets in without, who does
    /// not come by the server's socket.
    #[track_caller]
    pub fn start_with_tls(kind: Kind, certificate: &Path, key: &Path, only: bool) -> Database {
        let mut database = Database::installed(kind);
        let [certificate, key] = [("cert.pem", certificate), ("key.pem", key)].map(|(name, from)| {
            let path = database.path(name);
            std::fs::copy(from, &path).expect("made for this");
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("ours");
            if let Some((uid, gid)) = database.user() {
                std::os::unix::fs::chown(&path, Some(uid), Some(gid)).expect("root may");
            }
            path.display().to_string()
        });
        match kind {
            Kind::PostgreSql => {
                let files = [format!("ssl_cert_file={certificate}"), format!("ssl_key_file={key}"), "ssl=on".into()];
                database.more.extend(files.into_iter().flat_map(|file| ["-c".to_owned(), file]));
                if only {
                    let hosts = "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
                    std::fs::write(database.path("data/pg_hba.conf"), hosts).expect("installed");
                }
            }
            Kind::MariaDb => {
                database.more.extend([format!("--ssl-cert={certificate}"), format!("--ssl-key={key}")]);
                if only {
                    database.more.push("--require-secure-transport=ON".into());
                }
            }
        }
        database.begin();
        database.create();
        database
    }

    #[track_caller]
    fn installed(kind: Kind) -> Database {
        let folder = tempfile::Builder::new().prefix("revserve-db-").tempdir().expect("a temporary folder");
        let database = Database { kind, folder, port: free_port(), child: None, more: Vec::new() };
        database.install();
        database
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn install(&self) {
        std::fs::create_dir(self.path("data")).expect("a temporary folder is writable");
        std::fs::write(self.path("password"), PASSWORD).expect("a temporary folder is writable");
        if let Some((uid, gid)) = self.user() {
            let owner = Some(uid);
            for path in [self.folder.path().to_owned(), self.path("data"), self.path("password")] {
                std::os::unix::fs::chown(&path, owner, Some(gid)).expect("root may");
            }
        }
        let mut command = match self.kind {
            Kind::PostgreSql => {
                let mut command = self.command(&postgres("initdb"));
                command.args(["-A", "scram-sha-256", "-U", "moodle", "--no-sync", "--no-locale", "-E", "UTF8"]);
                command.arg("--pwfile").arg(self.path("password")).arg("-D").arg(self.path("data"));
                command
            }
            Kind::MariaDb => {
                let mut command = self.command(Path::new("mariadb-install-db"));
                command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                command.arg(format!("--datadir={}", self.path("data").display()));
                command
            }
        };
        let output = command.output().expect("tests/run installs it");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the server, on the port it always has.
    #[track_caller]
    pub fn begin(&mut self) {
        let mut command = match self.kind {
            Kind::PostgreSql => {
                let mut command = self.command(&postgres("postgres"));
                command.arg("-D").arg(self.path("data")).arg("-k").arg(self.folder.path());
                command.args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
                command
            }
            Kind::MariaDb => {
                let mut command = self.command(Path::new("mariadbd"));
                command.arg("--no-defaults").arg(format!("--datadir={}", self.path("data").display()));
                command.arg(format!("--socket={}", self.path("socket").display()));
                command.arg(format!("--pid-file={}", self.path("pid").display()));
                command.args([&format!("--port={}", self.port), "--bind-address=127.0.0.1"]);
                command.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M"]);
                command
            }
        };
        command.args(&self.more);
        let log = std::fs::File::create(self.path("log")).expect("a temporary folder is writable");
        let errors = log.try_clone().expect("a file");
        self.child = Some(command.stdout(log).stderr(errors).spawn().expect("tests/run installs it"));
        until("the database takes queries", || self.try_sql("", "SELECT 1").is_ok());
    }

    fn create(&self) {
        match self.kind {
            Kind::PostgreSql => self.try_sql("", "CREATE DATABASE moodle"),
            Kind::MariaDb => self.try_sql(
                "",
                &format!(
                    "CREATE DATABASE moodle CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; \
                     CREATE USER moodle@'%' IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON moodle.* TO moodle@'%'"
                ),
            ),
        }
        .expect("the server obeys");
        let (id, text, number, end) = match self.kind {
            Kind::PostgreSql => ("bigserial PRIMARY KEY", "text", "bigint", ""),
            Kind::MariaDb => {
                ("bigint(10) NOT NULL AUTO_INCREMENT PRIMARY KEY", "longtext", "bigint(10)", " ENGINE=InnoDB")
            }
        };
        self.sql(&format!(
            "CREATE TABLE mdl_config (id {id}, name varchar(255) NOT NULL UNIQUE, value {text} NOT NULL){end}; \
             CREATE TABLE mdl_config_plugins (id {id}, plugin varchar(100) NOT NULL, name varchar(100) NOT NULL, \
               value {text} NOT NULL, UNIQUE (plugin, name)){end}; \
             CREATE TABLE mdl_files (id {id}, contenthash varchar(40), pathnamehash varchar(40) UNIQUE, \
               contextid {number}, component varchar(100), filearea varchar(50), itemid {number}, \
               filepath varchar(255), filename varchar(255), filesize {number}, mimetype varchar(100)){end}; \
             CREATE TABLE mdl_context (id {id}, contextlevel {number}, instanceid {number}, path varchar(255)){end}; \
             INSERT INTO mdl_context (contextlevel, instanceid, path) VALUES (10, 0, '/1')"
        ));
    }

    /// The lines of `config.php` that name it.
    pub fn config_lines(&self) -> String {
        self.config_lines_with("")
    }

    /// The same, with these in `dboptions`.
    pub fn config_lines_with(&self, more: &str) -> String {
        let (kind, options) = match self.kind {
            Kind::PostgreSql => ("pgsql", format!("'dbport' => {}, 'dbsocket' => ''", self.port)),
            Kind::MariaDb => ("mariadb", format!("'dbport' => '{}', 'dbcollation' => 'utf8mb4_unicode_ci'", self.port)),
        };
        format!(
            "$CFG->dbtype = '{kind}'; $CFG->dblibrary = 'native'; $CFG->dbhost = '127.0.0.1'; $CFG->dbname = 'moodle';\n\
             $CFG->dbuser = 'moodle'; $CFG->dbpass = '{PASSWORD}'; $CFG->prefix = 'mdl_';\n\
             $CFG->dboptions = ['dbpersist' => 0, {options}, {more}];\n"
        )
    }

    /// Its address for `[database] url`, with this host and these parameters.
    pub fn url(&self, host: &str, parameters: &str) -> String {
        let scheme = if self.kind == Kind::PostgreSql { "postgres" } else { "mariadb" };
        format!("{scheme}://moodle:{PASSWORD}@{host}:{}/moodle?{parameters}", self.port)
    }

    /// Runs statements in Moodle's database.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        self.try_sql("moodle", sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A client with statements, that goes on by itself.
    pub fn background(&self, sql: &str) -> Child {
        self.client("moodle", sql).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("installed")
    }

    /// Writes a row of `config`.
    #[track_caller]
    pub fn set(&self, name: &str, value: impl ToString) -> &Database {
        let value = value.to_string();
        self.sql(&format!(
            "DELETE FROM mdl_config WHERE name = '{name}'; \
             INSERT INTO mdl_config (name, value) VALUES ('{name}', '{value}')"
        ));
        self
    }

    /// Writes a row of `config` in one statement, as Moodle does.
    #[track_caller]
    pub fn update(&self, name: &str, value: impl ToString) -> &Database {
        self.sql(&format!("UPDATE mdl_config SET value = '{}' WHERE name = '{name}'", value.to_string()));
        self
    }

    #[track_caller]
    pub fn unset(&self, name: &str) -> &Database {
        self.sql(&format!("DELETE FROM mdl_config WHERE name = '{name}'"));
        self
    }

    /// Writes a row of `config_plugins`.
    #[track_caller]
    pub fn set_plugin(&self, plugin: &str, name: &str, value: &str) -> &Database {
        self.sql(&format!(
            "DELETE FROM mdl_config_plugins WHERE plugin = '{plugin}' AND name = '{name}'; \
             INSERT INTO mdl_config_plugins (plugin, name, value) VALUES ('{plugin}', '{name}', '{value}')"
        ));
        self
    }

    /// Puts a file into the pool of a site, its row and its content.
    #[track_caller]
    pub fn store(&self, site: &Site, component: &str, area: &str, name: &str, content: &[u8]) -> &Database {
        use sha1::{Digest, Sha1};
        let hex = |bytes: &[u8]| Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let hash = hex(content);
        let path = hex(format!("/1/{component}/{area}/0/{name}").as_bytes());
        site.data_file(&format!("filedir/{}/{}/{hash}", &hash[..2], &hash[2..4]), content);
        let size = content.len();
        self.sql(&format!(
            "INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid, filepath, \
             filename, filesize, mimetype) VALUES ('{hash}', '{path}', 1, '{component}', '{area}', 0, '/', '{name}', \
             {size}, 'text/plain')"
        ));
        self
    }

    /// SIGSTOP: connections stay, nothing answers.
    pub fn pause(&self) {
        self.signal_all(Signal::STOP);
    }

    pub fn resume(&self) {
        self.signal_all(Signal::CONT);
    }

    /// SIGKILL: connections break, new ones are refused. `begin` starts it again.
    pub fn kill(&mut self) {
        self.signal_all(Signal::KILL);
        if let Some(mut child) = self.child.take() {
            child.wait().expect("a child of ours");
        }
        // PostgreSQL waits for shared memory that a killed child may still hold.
        std::thread::sleep(Duration::from_millis(200));
    }

    /// The server and the processes that it started.
    fn signal_all(&self, signal: Signal) {
        let Some(child) = &self.child else { return };
        let own = child.id();
        let parent = |pid: u32| -> Option<u32> {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
        };
        let all = std::fs::read_dir("/proc").expect("Linux").flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        for pid in std::iter::once(own).chain(pids.filter(|pid| parent(*pid) == Some(own)).collect::<Vec<_>>()) {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                let _ = kill_process(pid, signal); // it may have ended just now
            }
        }
    }

    fn try_sql(&self, database: &str, sql: &str) -> Result<String, String> {
        if TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], self.port)), Duration::from_secs(5)).is_err() {
            return Err("it does not listen".into());
        }
        let output = self.client(database, sql).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn client(&self, database: &str, sql: &str) -> Command {
        match self.kind {
            Kind::PostgreSql => {
                let mut command = Command::new(postgres("psql"));
                let database = if database.is_empty() { "postgres" } else { database };
                command.env("PGPASSWORD", PASSWORD).args(["-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", "moodle"]);
                command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-d", database, "-c", sql]);
                command
            }
            Kind::MariaDb => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "-u", "root", "-N", "-B"]);
                command.arg(format!("--socket={}", self.path("socket").display()));
                command.args(["-e", sql, database]);
                command
            }
        }
    }

    /// A program that runs as the server's user, where the test is root: no server wants to be.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user() {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn user(&self) -> Option<(u32, u32)> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let name = if self.kind == Kind::PostgreSql { "postgres" } else { "mysql" };
        let id = |flag: &str| {
            let output = Command::new("id").args([flag, name]).output().expect("id");
            String::from_utf8_lossy(&output.stdout).trim().parse().expect("the package makes the user")
        };
        Some((id("-u"), id("-g")))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.signal_all(Signal::KILL);
        if let Some(mut child) = self.child.take() {
            let _ = child.wait(); // it ends, or has ended
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.path("log")).unwrap_or_default();
            eprintln!("--- what the database printed\n{log}---");
        }
    }
}

fn postgres(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path()).max();
    newest.map_or_else(|| program.into(), |version| version.join("bin").join(program))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}
