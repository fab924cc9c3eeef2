//! The site as browsers reach it: whether the proxy in front sends asset URLs to revserve, and the rest to PHP.

use super::dictionaries;
use super::finding::Finding;
use super::request::Answer;
use super::subject::Subject;
use std::time::Duration;

const PROXY: &str = "proxy";
const PATIENCE: Duration = Duration::from_secs(10);

pub fn check(subject: &Subject) -> Vec<Finding> {
    let wwwroot = &subject.settings.place.wwwroot;
    let Some(probe) = subject.probe() else {
        return vec![Finding::ok(PROXY, "not asked: there is no revision, or no script, to ask it for")];
    };
    let origin = &wwwroot[..wwwroot.len() - subject.mount.path().len()];
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("revserve-check")
        .build()
        .into();
    let ask = |url: &str, fields: &[(&str, &str)]| {
        let request = fields.iter().fold(agent.get(url), |request, (name, value)| request.header(*name, *value));
        request.call().map(answer).map_err(|error| error.to_string())
    };
    let probe = format!("{origin}{probe}");
    let mut findings = vec![match ask(&probe, &[]) {
        Ok(answer) => assets(wwwroot, &answer),
        Err(why) => {
            let says =
                format!("{wwwroot} cannot be reached from here ({why}): whether assets come to revserve is not known");
            let mend =
                "open a page of the site in a browser, and look for the ETag of an image: \"…-br11\" or the like";
            return vec![Finding::warning(PROXY, says, mend)];
        }
    }];
    findings.extend(ask(&format!("{wwwroot}/login/index.php"), &[]).ok().map(|answer| php(&answer)));
    findings.extend(dictionaries::check(subject, &probe, &ask));
    findings
}

/// Fields by which caches say that they answered.
const CACHES: [&str; 7] =
    ["age", "x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache", "x-varnish", "x-served-by"];

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let field = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut answer = Answer {
        status: response.status().as_u16(),
        etag: field("etag"),
        cache_control: field("cache-control").unwrap_or_default(),
        content_encoding: field("content-encoding").unwrap_or_default(),
        offers_dictionary: field("use-as-dictionary").is_some(),
        cache: CACHES.iter().find_map(|name| Some(format!("{name}: {}", field(name)?))),
        body: String::new(),
    };
    // Only as a dictionary is it of use: one that is not whole is none.
    answer.body = response.body_mut().read_to_string().unwrap_or_default();
    answer
}

fn assets(wwwroot: &str, answer: &Answer) -> Finding {
    const MEND: &str = "put what `revserve nginx` prints into the proxy's configuration and reload it";
    match answer {
        Answer { status: 200, .. } if answer.is_revserves() && answer.is_immutable() => {
            Finding::ok(PROXY, format!("assets of {wwwroot} come from revserve"))
        }
        Answer { status: 200, .. } if answer.is_revserves() => Finding::warning(
            PROXY,
            format!("assets of {wwwroot} come from revserve, but the current revision is not sent as immutable"),
            "either that node lags behind (its /ready says why), or the proxy replaces Cache-Control: let it pass",
        ),
        Answer { status: 200, .. } => Finding::warning(
            PROXY,
            format!("assets of {wwwroot} do not come from revserve: PHP or a cache in front still answers them"),
            MEND,
        ),
        Answer { status: status @ 500.., .. } => Finding::wrong(
            PROXY,
            format!("{wwwroot} answers {status} for a script that is there: neither revserve nor PHP behind it works"),
            format!("start revserve and php-fpm; {MEND}"),
        ),
        Answer { status, .. } => Finding::warning(
            PROXY,
            format!(
                "{wwwroot} answers {status} for a script that is there: another site, or a proxy that leads elsewhere"
            ),
            format!("compare wwwroot with the address of the site's pages; {MEND}"),
        ),
    }
}

/// Pages, and whatever revserve cannot answer, are PHP's.
fn php(answer: &Answer) -> Finding {
    match answer.status {
        500.. => Finding::warning(
            PROXY,
            format!(
                "PHP does not answer behind the proxy (status {}): while revserve is down nobody would",
                answer.status
            ),
            "start php-fpm, and look at its log",
        ),
        404 => Finding::warning(
            PROXY,
            "there is no login page behind the proxy: what revserve cannot answer would not reach Moodle",
            "let the proxy send everything else to Moodle's own PHP",
        ),
        status => Finding::ok(PROXY, format!("PHP answers behind it (login page: {status})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    #[test]
    fn each_way_that_a_proxy_can_answer_is_told_apart() {
        let verdict = |status, etag: &str, cache_control: &str| {
            let etag = Some(etag.to_owned());
            assets("x", &Answer { status, etag, cache_control: cache_control.to_owned(), ..Answer::default() }).verdict
        };
        let ours = "\"0123456789abcdef-br4\"";
        assert_eq!(verdict(200, ours, "public, max-age=7776000, immutable"), Verdict::Ok);
        assert_eq!(verdict(200, ours, "no-store"), Verdict::Warning);
        assert_eq!(verdict(200, "\"1f2e\"", "immutable"), Verdict::Warning);
        assert_eq!(verdict(502, "", ""), Verdict::Wrong);
        assert_eq!(verdict(302, "", ""), Verdict::Warning);
    }
}
