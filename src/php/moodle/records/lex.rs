//! The tokens of a query.

/// The longest query that is looked at, in bytes.
const LONGEST: usize = 16 << 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name, in small letters.
    Word(String),
    /// `{table}`
    Table(String),
    Number(String),
    Text(String),
    /// `?`
    Next,
    /// `:name`
    Named(String),
    /// `( ) , . * = <> < <= > >=`
    Mark(&'static str),
}

const MARKS: [&str; 12] = ["<>", "!=", "<=", ">=", "(", ")", ",", ".", "*", "=", "<", ">"];

/// The tokens, or what is in the query that no simple one has.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, String> {
    if query.len() > LONGEST {
        return Err("it is longer than 16 KiB".into());
    }
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '{' => {
                let length = rest.find('}').ok_or("a table's brace does not end")?;
                (Token::Table(rest[1..length].to_ascii_lowercase()), length + 1)
            }
            '\'' => text(rest)?,
            '?' => (Token::Next, 1),
            ':' => {
                let length = word(&rest[1..]);
                if length == 0 {
                    return Err("\":\" names nothing".into());
                }
                (Token::Named(rest[1..=length].to_owned()), length + 1)
            }
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                (Token::Number(rest[..length].to_owned()), length)
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = word(rest);
                (Token::Word(rest[..length].to_ascii_lowercase()), length)
            }
            _ => {
                let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
                let mark = *mark.ok_or_else(|| format!("{first:?} is not understood"))?;
                (Token::Mark(if mark == "!=" { "<>" } else { mark }), mark.len())
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// A text in single quotes, doubled within it. What a backslash means depends on the database.
fn text(rest: &str) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => return Err("a backslash in a text".into()),
            '\'' if chars.next_if(|(_, next)| *next == '\'').is_none() => return Ok((Token::Text(text), at + 1)),
            c => text.push(c),
        }
    }
    Err("a text does not end".into())
}
