//! The modules that every page needs, and that are therefore sent as one.

/// The names in the list that a checkout's `theme/yui_combo.php` assigns to `$yuimodules`: releases and forks
/// differ in it. `None` where there is no such list.
pub fn rollup_modules(yui_combo_php: &str) -> Option<Vec<String>> {
    let assigned = yui_combo_php.split("$yuimodules").skip(1).find_map(|rest| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        rest.strip_prefix('[').or_else(|| rest.strip_prefix("array")?.trim_start().strip_prefix('('))
    })?;
    let mut names = Vec::new();
    let mut rest = assigned;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let first = rest.chars().next()?;
        match first {
            ')' | ']' => break,
            '\'' | '"' => {
                let (name, behind) = rest[1..].split_once(first)?;
                let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                if name.is_empty() || !name.bytes().all(good) {
                    return None;
                }
                names.push(name.to_owned());
                rest = behind;
            }
            '/' | '#' => {
                let end = if rest.starts_with("/*") { "*/" } else { "\n" };
                rest = rest.split_once(end)?.1;
            }
            _ => return None,
        }
    }
    (!names.is_empty()).then_some(names)
}
