//! Reads the ratios that the sections measured.

use serde_json::Value;

/// The ratio of one contender's cost to another's.
pub(super) struct Ratio {
    pub(super) section: String,
    pub(super) of: String,
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) median: f64,
    /// The noise: how far the median may be off by chance.
    pub(super) band: f64,
}

/// Reads the results that a section wrote.
///
/// # Errors
///
/// `json` is not a valid result file.
pub(super) fn read(json: &str) -> Result<Vec<Ratio>, String> {
    let results: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let section = &results["section"];
    let ratios = results["ratios"].as_array().ok_or("the results have no `ratios`")?;
    let ratio = |ratio: &Value| {
        Some(Ratio {
            section: section.as_str()?.to_owned(),
            of: ratio["of"].as_str()?.to_owned(),
            ours: ratio["ours"].as_str()?.to_owned(),
            theirs: ratio["theirs"].as_str()?.to_owned(),
            median: ratio["median"].as_f64()?,
            band: ratio["band"].as_f64()?,
        })
    };
    ratios.iter().map(|value| ratio(value).ok_or(format!("invalid ratio: {value}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn results_are_read() {
        let json = r#"{"section": "wire", "ratios": [{
            "of": "GET", "ours": "a", "theirs": "b", "lower": 1, "median": 2, "upper": 3, "band": 0.1
        }]}"#;

        let ratios = read(json).unwrap();

        assert_eq!((ratios[0].of.as_str(), ratios[0].ours.as_str()), ("GET", "a"));
        assert!(ratios[0].median > 1.9);
    }

    #[test]
    fn a_ratio_without_a_number_is_refused() {
        let json = r#"{"section": "wire", "ratios": [{"of": "GET", "median": null}]}"#;

        assert!(read(json).is_err());
    }
}
