//! What the title of an update says: for which product it is, and for which architecture.
//!
//! Titles are written by people by a habit of many years: `… for PRODUCT (KB…)`. The surprise: the category beside a title
//! is coarser ("Windows 11"), so where a title names a product, it is believed first.

/// The product in a title; `None`: the title does not name one by the habit.
pub(super) fn product(title: &str) -> Option<&str> {
    let end = title.rfind("(KB").or_else(|| title.rfind(" - KB")).unwrap_or(title.len());
    let head = title[..end].trim();
    let at = head.find(" for ")?;
    let product = head[at + 5..].trim();
    (!product.is_empty() && product.len() <= 300).then_some(product)
}

/// The architecture that a title or a product names, in one word each; empty: none.
pub(super) fn architecture(text: &str) -> &'static str {
    const WORDS: [(&str, &str); 10] = [
        ("arm64", "arm64"),
        ("x64-based", "x64"),
        ("x64", "x64"),
        ("amd64", "x64"),
        ("64-bit", "x64"),
        ("x86-based", "x86"),
        ("32-bit", "x86"),
        ("x86", "x86"),
        ("itanium", "ia64"),
        ("ia64", "ia64"),
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| text.contains(word)).map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_its_product() {
        let title =
            "2023-05 Cumulative Update for Windows 11 Version 22H2 for arm64-based Systems (KB5026372)";
        assert_eq!(product(title), Some("Windows 11 Version 22H2 for arm64-based Systems"));
        assert_eq!(architecture(title), "arm64");
        assert_eq!(
            product("Security Update for Windows Server 2012 R2 (KB3019978)"),
            Some("Windows Server 2012 R2")
        );
        assert_eq!(product("Windows Malicious Software Removal Tool"), None);
        assert_eq!(architecture("2018-02 Rollup for Windows 7 for x86-based Systems"), "x86");
    }
}
