//! What the operator wrote → what it means.
