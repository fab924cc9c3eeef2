//! Deltas (RFC 9842): whether the way from browsers to revserve bears them, so whether they should be on.
//!
//! 1. ask the site's own address for a script, as a browser that has nothing;
//! 2. where dictionaries are on: ask as one that has that very script, which gets next to nothing;
//! 3. ask again as the first one: whoever gets the delta now got it from a cache that ignores `Vary`.
//!
//! Where they are off, nobody answers with deltas, so all that shows is whether a cache is on the way.

use super::finding::Finding;
use super::request::Answer;
use super::subject::Subject;
use crate::cache::entry::sha256;
use std::time::Duration;

const DELTAS: &str = "dictionaries";
/// For a delta that is made when it is asked for first.
const TRIES: usize = 4;
const PAUSE: Duration = Duration::from_millis(200);

/// Asks `url` with these fields.
pub type Ask<'a> = &'a dyn Fn(&str, &[(&str, &str)]) -> Result<Answer, String>;

pub fn check(subject: &Subject, url: &str, ask: Ask<'_>) -> Vec<Finding> {
    let enabled = subject.settings.dictionaries;
    let wwwroot = &subject.settings.place.wwwroot;
    let plain = [("accept-encoding", "identity")];
    let Ok(first) = ask(url, &plain) else { return Vec::new() }; // said of the proxy
    if !first.is_revserves() || first.status != 200 {
        return Vec::new();
    }
    // The second answer comes out of a cache, if there is one.
    let cached = ask(url, &plain).ok().and_then(|answer| answer.cache).or_else(|| first.cache.clone());
    if !enabled {
        return vec![advice(wwwroot, cached.as_deref())];
    }
    if !first.offers_dictionary {
        return vec![Finding::warning(
            DELTAS,
            "they are on, but no answer through the proxy says Use-As-Dictionary: browsers get whole bodies",
            "let the proxy pass the field Use-As-Dictionary; restart revserve if they were turned on just now",
        )];
    }
    let dictionary = format!(":{}:", base64(&sha256(first.body.as_bytes())));
    let fields = [("accept-encoding", "dcb, dcz"), ("available-dictionary", dictionary.as_str())];
    let mut delta = ask(url, &fields);
    for _ in 1..TRIES {
        if delta.as_ref().is_ok_and(Answer::is_delta) {
            break;
        }
        std::thread::sleep(PAUSE);
        delta = ask(url, &fields);
    }
    let again = ask(url, &plain);
    vec![judge(
        delta.is_ok_and(|answer| answer.is_delta()),
        again.is_ok_and(|answer| answer.is_delta()),
        cached.as_deref(),
    )]
}

fn judge(delta: bool, mixed: bool, cached: Option<&str>) -> Finding {
    if mixed {
        return Finding::wrong(
            DELTAS,
            "a cache in front gave a browser without the dictionary another one's delta: pages break",
            "turn [dictionaries] enabled off now and purge that cache; or let it heed Vary: Accept-Encoding, \
             Available-Dictionary",
        );
    }
    if !delta {
        return Finding::warning(
            DELTAS,
            "they are on, but whoever comes with a dictionary gets the whole body through the proxy",
            "let the proxy pass the request's Available-Dictionary and Accept-Encoding as they are",
        );
    }
    let cache = cached.map_or(String::new(), |how| format!("; the cache in front ({how}) keeps them apart"));
    Finding::ok(DELTAS, format!("they are on, and deltas come through the proxy{cache}"))
}

/// Whether they should be on, where they are off.
fn advice(wwwroot: &str, cached: Option<&str>) -> Finding {
    Finding::ok(
        DELTAS,
        match cached {
            _ if wwwroot.starts_with("http://") => {
                "off, and rightly so: browsers take deltas over HTTPS only".to_owned()
            }
            Some(how) => format!(
                "off; a cache is in front ({how}): leave them off, unless it heeds Vary: Available-Dictionary (turn them on \
                 where nobody is, and check tries it)"
            ),
            None => "off; no cache shows on the way from here: [dictionaries] enabled = true makes a purge cheap for browsers, \
                     and check then tries it"
                .to_owned(),
        },
    )
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let digits = (0..4u32).map(move |at| (at, digit(bits >> (18 - 6 * at))));
        digits.map(|(at, digit)| if at as usize <= three.len() { digit } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    #[test]
    fn bytes_are_written_as_http_writes_them() {
        let texts: [(&[u8], &str); 4] = [(b"", ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foobar", "Zm9vYmFy")];
        for (bytes, text) in texts {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn a_cache_that_mixes_is_wrong_and_a_proxy_that_drops_fields_is_warned_of() {
        assert_eq!(judge(true, false, None).verdict, Verdict::Ok);
        assert_eq!(judge(false, false, None).verdict, Verdict::Warning);
        assert_eq!(judge(true, true, Some("Age")).verdict, Verdict::Wrong);
    }

    #[test]
    fn where_they_are_off_it_is_said_whether_to_turn_them_on() {
        assert!(advice("http://a", None).says.contains("HTTPS only"));
        assert!(advice("https://a", None).says.contains("enabled = true"));
        assert!(advice("https://a", Some("Age: 3")).says.contains("leave them off"));
    }
}
