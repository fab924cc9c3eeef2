//! README's tables against the code: commands and options against clap's definition, the site file's keys against what
//! is accepted.

use camino::Utf8Path;
use clap::{Command, CommandFactory};
use revserve::cli::Arguments;
use revserve::config::SiteFile;
use std::collections::{BTreeMap, BTreeSet};

const README: &str = include_str!("../README.md");

/// The rows of a table, by its first heading: the cells of each, as they are written.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let mut lines = README.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |")));
    assert!(lines.next().is_some(), "README has no table | {heading} |");
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    // A bar in a cell is escaped.
    let cells = |row: &str| {
        let row = row.trim_matches('|').replace("\\|", "\u{1}");
        row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    };
    rows.map(cells).collect()
}

/// The texts in `code` of a cell.
fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn commands() -> Vec<Command> {
    let mut whole = Arguments::command();
    whole.build(); // options of all commands get to each
    whole
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .filter(|command| !command.is_hide_set())
        .cloned()
        .collect()
}

/// The options of a command as they are typed: `--listen ADDR`.
fn options(command: &Command) -> BTreeSet<String> {
    let long = |argument: &clap::Arg| {
        let name = argument.get_long().filter(|name| !matches!(*name, "help" | "version"))?;
        let value = argument.get_value_names().filter(|_| argument.get_action().takes_values());
        Some(format!("--{name}{}", value.map_or(String::new(), |names| format!(" {}", names.join(" ")))))
    };
    command.get_arguments().filter_map(long).collect()
}

#[test]
fn every_command_is_in_the_readme_and_no_other() {
    let written: BTreeSet<String> = rows("Command")
        .iter()
        .map(|row| code(&row[0])[0].strip_prefix("revserve ").expect("a command of revserve").to_owned())
        .map(|command| command.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    let known: BTreeSet<String> = commands().iter().map(|command| command.get_name().to_owned()).collect();
    assert_eq!(written, known);
}

#[test]
fn every_option_is_in_the_readme_with_its_commands_and_no_other() {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let about_a_site = |command: &Command| options(command).iter().any(|option| option.starts_with("--moodle"));
    let commands = commands();
    for command in &commands {
        for option in options(command) {
            known.entry(option).or_default().insert(command.get_name().to_owned());
        }
    }
    let every: BTreeSet<String> =
        commands.iter().filter(|command| about_a_site(command)).map(|command| command.get_name().to_owned()).collect();
    let mut written = BTreeMap::new();
    for row in rows("Option") {
        let of = match row[1].as_str() {
            "every command" => commands.iter().map(|command| command.get_name().to_owned()).collect(),
            of if of.starts_with("every command about a site") || of.starts_with("the same") => every.clone(),
            of => code(of).into_iter().map(str::to_owned).collect(),
        };
        written.insert(code(&row[0])[0].to_owned(), of);
    }
    assert_eq!(written, known, "left: README, right: the code");
}

/// The site file that README shows.
fn example() -> &'static str {
    let (_, rest) = README.split_once("## The site file").expect("a chapter on the site file");
    let (_, rest) = rest.split_once("```toml\n").expect("an example");
    rest.split_once("```").expect("its end").0
}

/// The names that a table of the site file may have, as the code says when it meets another.
fn accepted(table: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = Utf8Path::from_path(folder.path()).expect("UTF-8").join("site.toml");
    std::fs::write(&path, format!("{table}\nno_such_key = 1\n")).expect("writable");
    let error = SiteFile::read(&path).expect_err("an unknown key").to_string();
    let (_, names) = error.split_once("expected").unwrap_or_else(|| panic!("{error}"));
    code(names).into_iter().map(str::to_owned).collect()
}

/// Tables that hold whatever settings and rows a theme or the site has.
const FREE: [&str; 3] = ["themes", "tables", "config"];

#[test]
fn every_key_of_the_site_file_is_in_the_readme_and_no_other() {
    let mut known = BTreeSet::new();
    for table in accepted("") {
        if FREE.contains(&table.as_str()) {
            continue;
        }
        for key in accepted(&format!("[{table}]")) {
            known.insert(format!("[{table}] {key}"));
        }
    }
    assert!(known.contains("[site] checkout") && known.contains("[revisions] themes"), "{known:?}");
    let parsed: toml::Table = example().parse().expect("TOML");
    let mut written = BTreeSet::new();
    for (table, keys) in parsed.iter().filter(|(table, _)| !FREE.contains(&table.as_str())) {
        for key in keys.as_table().expect("a table").keys() {
            written.insert(format!("[{table}] {key}"));
        }
    }
    assert_eq!(written, known, "left: README, right: the code");
    assert!(FREE.iter().all(|table| parsed.contains_key(*table)), "settings of themes and of the site are shown");
}

#[test]
fn the_site_file_that_the_readme_shows_is_accepted_and_its_memory_limit_is_the_default() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = Utf8Path::from_path(folder.path()).expect("UTF-8").join("site.toml");
    std::fs::write(&path, example()).expect("writable");
    let file = SiteFile::read(&path).unwrap_or_else(|error| panic!("{error}"));
    let defaults = SiteFile::default();
    assert_eq!(file.memory.limit, defaults.memory.limit);
    assert_eq!((file.listen.address, file.listen.admin), (defaults.listen.address, defaults.listen.admin));
}
