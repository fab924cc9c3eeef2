//! Counters and gauges in the text format of Prometheus (version 0.0.4).

use crate::serve::answer::Status;
use crate::serve::metrics::Totals;
use std::fmt::Write as _;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// One number. Samples of one name stand together, and have one kind and help.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In snake case with its unit, `revserve_…`.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    pub kind: Kind,
    pub labels: Vec<(&'static str, String)>,
    pub value: f64,
}

impl Sample {
    pub fn counter(name: &'static str, help: &'static str, value: u64) -> Sample {
        Sample { name, help, kind: Kind::Counter, labels: Vec::new(), value: value as f64 }
    }

    pub fn gauge(name: &'static str, help: &'static str, value: f64) -> Sample {
        Sample { name, help, kind: Kind::Gauge, labels: Vec::new(), value }
    }

    pub fn label(mut self, name: &'static str, value: impl Into<String>) -> Sample {
        self.labels.push((name, value.into()));
        self
    }
}

/// How many of something fell into each class. Those of one name stand together, and have one help.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// In snake case with its unit, without `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    pub help: &'static str,
    pub labels: Vec<(&'static str, String)>,
    /// The upper bounds of all classes but the last, which has none.
    pub bounds: Vec<f64>,
    /// How many are in each class alone.
    pub counts: Vec<u64>,
    pub sum: f64,
}

/// The whole text: what serving counted, and the numbers of the floor below.
pub fn text(totals: &Totals, samples: &[Sample], histograms: &[Histogram]) -> String {
    let mut out = String::with_capacity(4096);
    write(&mut out, &serving(totals));
    let asked = Histogram {
        name: "revserve_asked_seconds",
        help: "Time of requests that asked the engine.",
        labels: Vec::new(),
        bounds: Totals::BOUNDS.iter().map(|bound| bound.as_secs_f64()).collect(),
        counts: totals.asked.to_vec(),
        sum: totals.asked_micros as f64 / 1e6,
    };
    write_histograms(&mut out, std::slice::from_ref(&asked));
    write(&mut out, samples);
    write_histograms(&mut out, histograms);
    out
}

fn serving(totals: &Totals) -> Vec<Sample> {
    let mut samples = Vec::new();
    for status in Status::ALL {
        let help = "Requests answered, by status.";
        let sample = Sample::counter("revserve_requests_total", help, totals.of(status));
        samples.push(sample.label("status", status.code().to_string()));
    }
    let help = "Requests answered without asking the engine.";
    samples.push(Sample::counter("revserve_hot_requests_total", help, totals.hot));
    let help = "Bytes of headers and bodies of all answers.";
    samples.push(Sample::counter("revserve_sent_bytes_total", help, totals.sent));
    let help = "Connections accepted.";
    samples.push(Sample::counter("revserve_connections_total", help, totals.opened));
    let open = totals.opened.saturating_sub(totals.closed);
    samples.push(Sample::gauge("revserve_connections_open", "Connections that are open.", open as f64));
    samples
}

fn write_histograms(out: &mut String, histograms: &[Histogram]) {
    let mut last = "";
    for histogram in histograms {
        let name = histogram.name;
        if name != last {
            head(out, name, histogram.help, "histogram");
            last = name;
        }
        let mut sum = 0;
        for (i, count) in histogram.counts.iter().enumerate() {
            sum += count;
            let bound = histogram.bounds.get(i).map_or("+Inf".to_owned(), f64::to_string);
            let labels: Vec<_> = histogram.labels.iter().cloned().chain([("le", bound)]).collect();
            let _ = writeln!(out, "{name}_bucket{} {sum}", labelled(&labels));
        }
        let labels = labelled(&histogram.labels);
        let _ = writeln!(out, "{name}_sum{labels} {}\n{name}_count{labels} {sum}", histogram.sum);
    }
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {}\n# TYPE {name} {kind}", help.replace(['\n', '\\'], " "));
}

/// Labels as they follow a name; nothing where there are none.
fn labelled(labels: &[(&'static str, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

fn write(out: &mut String, samples: &[Sample]) {
    let mut last = "";
    for sample in samples {
        let name = sample.name;
        if name != last {
            let kind = match sample.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
            };
            head(out, name, sample.help, kind);
            last = name;
        }
        let _ = writeln!(out, "{name}{} {}", labelled(&sample.labels), sample.value);
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_with_what_they_are() {
        let mut totals = Totals { hot: 5, opened: 3, closed: 1, asked_micros: 1_500_000, ..Totals::default() };
        totals.replies[Status::NotFound.index()] = 2;
        totals.asked[1] = 4;
        totals.asked[8] = 1;
        let below = [
            Sample::counter("revserve_builds_total", "Assets built.", 7).label("kind", "a\"b\\\n"),
            Sample::counter("revserve_builds_total", "Assets built.", 8).label("kind", "c").label("x", "y"),
            Sample::gauge("revserve_memory_bytes", "Bytes in memory.", 1.5),
        ];
        let built = Histogram {
            name: "revserve_build_duration_seconds",
            help: "Time.",
            labels: vec![("kind", "font".into())],
            bounds: vec![0.5],
            counts: vec![2, 1],
            sum: 3.25,
        };
        let text = text(&totals, &below, &[built]);
        for line in [
            "revserve_requests_total{status=\"404\"} 2",
            "revserve_hot_requests_total 5",
            "revserve_connections_open 2",
            "# TYPE revserve_asked_seconds histogram",
            "revserve_asked_seconds_bucket{le=\"0.0001\"} 0",
            "revserve_asked_seconds_bucket{le=\"0.001\"} 4",
            "revserve_asked_seconds_bucket{le=\"10\"} 4",
            "revserve_asked_seconds_bucket{le=\"+Inf\"} 5",
            "revserve_asked_seconds_sum 1.5",
            "revserve_asked_seconds_count 5",
            "revserve_builds_total{kind=\"a\\\"b\\\\\\n\"} 7",
            "revserve_builds_total{kind=\"c\",x=\"y\"} 8",
            "revserve_build_duration_seconds_bucket{kind=\"font\",le=\"0.5\"} 2",
            "revserve_build_duration_seconds_bucket{kind=\"font\",le=\"+Inf\"} 3",
            "revserve_build_duration_seconds_sum{kind=\"font\"} 3.25",
            "revserve_build_duration_seconds_count{kind=\"font\"} 3",
            "# TYPE revserve_memory_bytes gauge",
            "revserve_memory_bytes 1.5",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("# TYPE revserve_builds_total counter").count(), 1);
    }
}
