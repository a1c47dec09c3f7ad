//! Nasty sources for the scanner: everything that looks like a brace, a quote or a comment and is none.

use super::{Function, code_only, functions, without_test_modules};

#[track_caller]
fn check_code(source: &str, words_left: &str) {
    let code = code_only(source);
    let left: Vec<_> = code.split_whitespace().collect();
    assert_eq!(left.join(" "), words_left, "source: {source}");
    assert_eq!(code.len(), source.len());
    let untouched = code.bytes().zip(source.bytes()).all(|(now, before)| now == before || now == b' ');
    assert!(untouched, "something moved: {code}");
}

#[track_caller]
fn check_functions(source: &str, expected: &[(&str, usize, usize)]) {
    let found = functions(&code_only(source));
    let expected: Vec<Function> = expected
        .iter()
        .map(|&(name, line, n_lines)| Function { name: name.to_owned(), line, n_lines })
        .collect();
    assert_eq!(found, expected, "source:\n{source}");
}

#[test]
fn line_comments_end_with_the_line() {
    check_code("a // {\nb", "a b");
    check_code("a //", "a");
    check_code("a / b", "a / b");
}

#[test]
fn block_comments_nest_and_keep_their_lines() {
    check_code("a /* { /* } */ \" */ b", "a b");
    check_code("a /* {\n */ b", "a b");
    check_code("a /* never closed {", "a");
}

#[test]
fn strings_hide_braces_comments_and_escaped_quotes() {
    check_code(r#"x("{ // \" }") }"#, "x( ) }");
    check_code(r#"x("\\") }"#, "x( ) }");
    check_code("\"never closed {", "");
    check_code(r#"b"{" c"{""#, "b c");
}

#[test]
fn raw_strings_end_only_with_their_own_hashes() {
    check_code(r####"r#"{ "{" \"# }"####, "}");
    check_code(r####"br##"{"#"## }"####, "}");
    check_code(r#"r"\" }"#, "}");
    check_code(r#"cr"{" }"#, "}");
}

#[test]
fn raw_names_and_names_that_end_like_a_prefix_are_code() {
    check_code("r#fn { }", "r#fn { }");
    check_code(r#"bar"{" }"#, "bar }");
    check_code(r##"r#struct"{""##, "r#struct");
}

#[test]
fn characters_are_hidden_and_lifetimes_are_not() {
    check_code("'{' }", "}");
    check_code(r"'\'' }", "}");
    check_code(r"'\\' }", "}");
    check_code(r"'\u{7d}' }", "}");
    check_code("'ä' }", "}");
    check_code("b'{' }", "b }");
    check_code("fn f<'a, 'b>(x: &'a str) {", "fn f<'a, 'b>(x: &'a str) {");
    check_code("'outer: loop { break 'outer }", "'outer: loop { break 'outer }");
    check_code("'\"' \"'\" }", "}");
}

#[test]
fn a_position_in_the_code_is_the_position_in_the_source() {
    let source = "let ä = \"ö{\"; // ü\nfn f() {}\n";
    let code = code_only(source);
    assert_eq!(code.len(), source.len());
    assert_eq!(code.find("fn"), source.find("fn"));
}

#[test]
fn a_function_is_counted_from_its_word_to_its_brace() {
    check_functions("fn one() {}", &[("one", 1, 1)]);
    check_functions(
        "\npub async fn two(\n  a: u8,\n) -> u8\nwhere\n  u8: Copy,\n{\n  a\n}\n",
        &[("two", 2, 8)],
    );
}

#[test]
fn declarations_and_pointers_are_no_functions() {
    check_functions("trait T { fn named(&self) -> u8; fn with(&self) { } }", &[("with", 1, 1)]);
    check_functions("type F = fn(u8) -> u8; struct S { f: fn() }", &[]);
    check_functions("let defn = 1; fnord(); my_fn();", &[]);
}

#[test]
fn braces_and_semicolons_of_the_signature_are_not_the_body() {
    check_functions("fn a(x: [u8; 3]) -> [u8; { 1 + 2 }] {\n}", &[("a", 1, 2)]);
    check_functions("fn b() -> Size<{ N + 1 }> {\n}", &[("b", 1, 2)]);
    check_functions("fn c<F>(f: F) where F: Fn(u8) -> Box<dyn Fn() -> u8>, {\n}", &[("c", 1, 2)]);
    check_functions("fn d(x: impl Fn() -> [u8; 2]) {\n\n}", &[("d", 1, 3)]);
}

#[test]
fn inner_functions_count_for_both() {
    check_functions("fn outer() {\n  fn inner() {\n  }\n}", &[("outer", 1, 4), ("inner", 2, 2)]);
}

#[test]
fn braces_in_literals_do_not_move_the_end() {
    check_functions(
        "fn a() {\n  x('}', \"}\", r#\"}\"#); // }\n  /* } */\n}\nfn b() {}",
        &[("a", 1, 4), ("b", 5, 1)],
    );
}

#[test]
fn macros_that_make_functions_are_seen() {
    check_functions("macro_rules! m { ($name:ident) => { fn $name() {\n } } }", &[("$name", 1, 2)]);
    check_functions("macro_rules! m { (fn $name:ident) => { } }", &[]);
}

#[test]
fn an_unclosed_function_reaches_to_the_end() {
    check_functions("fn a() {\n{\n", &[("a", 1, 2)]);
    check_functions("fn", &[]);
    check_functions("fn a", &[]);
}

#[test]
fn test_modules_are_blanked_and_what_follows_is_not() {
    let code = code_only("a();\n#[cfg(test)]\nmod tests {\n  b(); { }\n}\nc();\n");
    let rest = without_test_modules(&code);
    assert!(rest.contains("a();") && rest.contains("c();") && !rest.contains("b();"), "{rest}");
    assert_eq!(rest.len(), code.len());
    let declared = code_only("#[cfg(test)]\nmod tests;\nfn f() { c(); }");
    assert!(without_test_modules(&declared).contains("c();"));
}
