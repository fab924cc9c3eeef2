//! The admin listener's counters at one moment, in the text format of Prometheus.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Name with its labels, as printed: `name{label="value"}`.
    values: BTreeMap<String, f64>,
}

impl Metrics {
    /// Comments and lines that are no `name value` are left out.
    pub fn parse(text: &str) -> Metrics {
        let values = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let (name, value) = line.trim().rsplit_once(' ')?;
                Some((name.to_owned(), value.parse().ok()?))
            })
            .collect();
        Metrics { values }
    }

    /// The sum over all labels of `name`; 0 if it was never counted.
    pub fn sum(&self, name: &str) -> f64 {
        self.values.iter().filter(|(series, _)| series.split('{').next() == Some(name)).map(|(_, value)| value).sum()
    }

    /// The one series spelled exactly so, labels and all; 0 if it was never counted.
    pub fn get(&self, series: &str) -> f64 {
        self.values.get(series).copied().unwrap_or(0.0)
    }

    pub fn has(&self, name: &str) -> bool {
        self.values.keys().any(|series| series.split('{').next() == Some(name))
    }
}
