//! A sheet as a page that stands by itself: a browser without a network shows it and prints it.
//!
//! The surprise: nothing in it can be clicked or runs. Every text is somebody's, and is written as text.

use super::{SheetLine, WorkOrder, picture, short};
use crate::error::AppError;
use holdpoint_domain::moment::minutes_in_words;
use std::fmt::Write as _;

const STYLE: &str = "body{font:14px/1.4 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}\
    header{display:flex;justify-content:space-between;gap:1em}svg{width:160px;height:160px}\
    h2{font-size:1em;border-bottom:1px solid;margin:1.5em 0 .5em}dl{display:grid;grid-template-columns:12em 1fr;gap:.1em 1em}\
    dd{margin:0}ol,ul{padding-left:1.5em}li{margin:.3em 0}.box{display:inline-block;width:1em;height:1em;border:1px solid;margin-right:.5em}\
    .field{border-bottom:1px solid;display:inline-block;min-width:14em}code{word-break:break-all}@media print{body{margin:0}}";

/// The page of a work order.
pub(super) fn page(order: &WorkOrder) -> Result<String, AppError> {
    let sheet = &order.sheet;
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Work order {number}</title>\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <style>{STYLE}</style></head><body>\n<header><div><h1>Work order {number}</h1><p>{} on {}<br>Revision {}</p></div>\
         <figure>{}</figure></header>\n<p><code>{}</code></p>\n<dl>",
        text(&sheet.patch),
        text(&sheet.tag),
        order.kept.revision,
        picture(&order.code)?,
        text(&order.code),
        number = order.line.number,
    );
    let minutes = format!(
        "{} of work, {} of undo",
        minutes_in_words(sheet.minutes.0),
        minutes_in_words(sheet.minutes.1)
    );
    let facts = [
        ("Plan", format!("{}, step {}", sheet.plan, sheet.step)),
        ("Window", format!("{} · {}", sheet.site, sheet.window)),
        ("May begin", sheet.start.clone()),
        ("Last safe start", sheet.last_safe_start.clone()),
        ("Over by", sheet.free_at.clone()),
        ("Takes", minutes),
        ("People", sheet.people.to_string()),
        ("Technician", order.line.technician.clone()),
    ];
    let own = sheet.asset.iter().map(|(label, value)| (label.as_str(), value.clone()));
    for (label, value) in facts.into_iter().chain(own) {
        let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", text(label), text(&value));
    }
    out.push_str("</dl>\n");
    lines(&mut out, "Before the work", &sheet.before);
    lines(&mut out, "The work", &sheet.work);
    list(&mut out, "Stop when", sheet.stop.iter().cloned());
    list(&mut out, "Way back", [sheet.way_back.clone()].into_iter());
    let files = sheet.files.iter().map(|file| format!("{}  {}", file.name, file.hashes.join(" ")));
    list(&mut out, "Files and their hashes", files);
    let _ = writeln!(
        out,
        "<h2>What came of it</h2><p>Write it into <code>result-{number}.json</code>, and bring the stick back.</p>\
         <p>Name, time, signature <span class=\"field\">&nbsp;</span> <span class=\"field\">&nbsp;</span></p>\
         <p>Void if a revision higher than {} exists. Sheet {}.</p></body></html>",
        order.kept.revision,
        short(&order.kept.sha256),
        number = order.line.number,
    );
    Ok(out)
}

fn lines(out: &mut String, title: &str, all: &[SheetLine]) {
    let _ = write!(out, "<h2>{title}</h2><ol>");
    for line in all {
        let _ = write!(out, "<li value=\"{}\"><span class=\"box\"></span>{}", line.number, text(&line.what));
        if !line.expect.is_empty() {
            let _ = write!(out, " ({}: <span class=\"field\">&nbsp;</span>)", text(&line.expect));
        }
        out.push_str("</li>");
    }
    out.push_str("</ol>\n");
}

fn list(out: &mut String, title: &str, all: impl Iterator<Item = String>) {
    let mut items = all.filter(|one| !one.is_empty()).peekable();
    if items.peek().is_none() {
        return;
    }
    let _ = write!(out, "<h2>{title}</h2><ul>");
    for one in items {
        let _ = write!(out, "<li>{}</li>", text(&one));
    }
    out.push_str("</ul>\n");
}

/// A text as text, whatever it holds.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(super::text("<script>&\"'\u{7}"), "&lt;script&gt;&amp;&quot;&#39;\u{FFFD}");
    }
}
