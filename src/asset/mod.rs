//! The nouns: parsed URL, asset names, content type, freshness.
