//! The running revserve, asked at the addresses it is configured to listen on.

use super::finding::Finding;
use super::request::{Answer, get};
use super::subject::Subject;
use crate::serve::listen::Address;
use std::io;

const LISTENER: &str = "listener";
const ADMIN: &str = "admin";

pub fn check(subject: &Subject) -> Vec<Finding> {
    let listen = &subject.settings.listen;
    let mut findings: Vec<Finding> = listen.addresses.iter().map(|text| assets(text, subject)).collect();
    findings.push(admin(&listen.admin));
    findings
}

/// The server that answers requests for assets.
fn assets(text: &str, subject: &Subject) -> Finding {
    let address: Address = match text.parse() {
        Ok(Address::Systemd) => return Finding::ok(LISTENER, "systemd opens the sockets: systemctl status says which"),
        Ok(address) => address,
        Err(error) => {
            let error: crate::serve::listen::AddressError = error;
            return Finding::wrong(LISTENER, error.to_string(), "change [listen] address or --listen");
        }
    };
    let host = host(&subject.settings.place.wwwroot);
    let probe = subject.probe();
    let target = probe.clone().unwrap_or_else(|| format!("{}/lib/javascript.php/", subject.mount.path()));
    match get(&address, host, &target) {
        Err(error) => unreachable(LISTENER, text, &error),
        Ok(answer) => judge(text, &answer, probe.is_some()),
    }
}

/// The host of a wwwroot, with its port.
pub fn host(wwwroot: &str) -> &str {
    let rest = wwwroot.split_once("://").map_or(wwwroot, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn judge(address: &str, answer: &Answer, probed: bool) -> Finding {
    match answer {
        Answer { status: 200, .. } if answer.is_revserves() && answer.is_immutable() => {
            Finding::ok(LISTENER, format!("revserve answers for this site at {address}"))
        }
        Answer { status: 200, .. } if answer.is_revserves() => Finding::warning(
            LISTENER,
            format!(
                "revserve answers at {address}, but goes by another revision than the one found here, or lags behind"
            ),
            "look at its /ready; if it serves another site, give each its own address",
        ),
        // Nothing is known of this site to ask for.
        Answer { status: 404, etag: None, .. } if !probed => {
            Finding::ok(LISTENER, format!("something answers at {address} as revserve does"))
        }
        Answer { status, .. } => Finding::wrong(
            LISTENER,
            format!(
                "what answers at {address} is not revserve for this site (status {status} for a script that is there)"
            ),
            "another program or another site's revserve has this address: stop it, or change [listen] address",
        ),
    }
}

fn unreachable(subject: &'static str, address: &str, error: &io::Error) -> Finding {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Finding::wrong(
            subject,
            format!("what has {address} does not answer as revserve would ({error})"),
            "another program may have this address: stop it, or change it under [listen]",
        ),
        io::ErrorKind::PermissionDenied => Finding::warning(
            subject,
            format!("{address} may not be asked by this user ({error})"),
            "run check as the user that runs revserve",
        ),
        _ => Finding::warning(
            subject,
            format!("nothing listens at {address} ({error}): no revserve runs there now"),
            "start it: revserve serve, or systemctl start revserve",
        ),
    }
}

/// The server's own opinion of itself.
fn admin(text: &str) -> Finding {
    let Ok(address) = text.parse::<Address>() else {
        let says = format!("{text:?} is no address");
        return Finding::wrong(ADMIN, says, "write host:port or unix:/path into [listen] admin");
    };
    if address == Address::Systemd {
        return Finding::ok(ADMIN, "systemd opens its socket");
    }
    match get(&address, "localhost", "/ready") {
        Err(error) => unreachable(ADMIN, text, &error),
        Ok(Answer { status: 200, body, .. }) if body.trim_end() == "ready" => {
            Finding::ok(ADMIN, format!("the revserve at {text} says that it is ready"))
        }
        Ok(Answer { status: 503, body, .. }) => Finding::wrong(
            ADMIN,
            format!("the revserve at {text} is not ready: {}", body.trim()),
            "its log says more; as long as this lasts nothing new is stored, and answers are short-lived",
        ),
        Ok(Answer { status, .. }) => Finding::wrong(
            ADMIN,
            format!("what answers at {text} is not revserve's admin listener (status {status})"),
            "another program has this address: stop it, or change [listen] admin",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    #[test]
    fn an_answer_is_judged_by_validator_and_lifetime() {
        let answer = |status, etag: &str, cache_control: &str| Answer {
            status,
            etag: Some(etag.to_owned()),
            cache_control: cache_control.to_owned(),
            ..Answer::default()
        };
        let ours = "\"0123456789abcdef-br4\"";
        assert_eq!(judge("x", &answer(200, ours, "public, immutable"), true).verdict, Verdict::Ok);
        assert_eq!(judge("x", &answer(200, ours, "public, max-age=10"), true).verdict, Verdict::Warning);
        assert_eq!(judge("x", &answer(200, "\"abc\"", "public, immutable"), true).verdict, Verdict::Wrong);
        assert_eq!(judge("x", &answer(404, ours, ""), true).verdict, Verdict::Wrong);
    }

    #[test]
    fn the_host_of_a_site_has_its_port_and_no_path() {
        assert_eq!(host("https://school.example:8443/moodle"), "school.example:8443");
        assert_eq!(host("http://127.0.0.1"), "127.0.0.1");
    }
}
