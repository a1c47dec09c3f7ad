//! Generated pairs of versions, compared by us and by the tools that own the notation.
//!
//! `cargo xtask bench oracles [PAIRS]`. Oracles: libapt (what `apt` and `dpkg` decide) with `dpkg --compare-versions`
//! on a part, `rpm`, and Python's `packaging`. The surprise: a tool that is not installed is said plainly and is
//! no failure; a pair with another answer is one.

#![expect(clippy::disallowed_methods, reason = "the oracles are other programs, fed by files")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use holdpoint_versions::{Comparison, Scheme};

/// A little more than a hundred thousand, of which a few are no versions by the rules of the notation.
const PAIRS: usize = 110_000;

/// One start of a process for each pair is slow, so the program itself sees only this many.
const DIRECT: usize = 2_000;

fn main() -> ExitCode {
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let pairs = asked.unwrap_or(PAIRS);
    println!("| oracle | scheme | pairs | equal | we refuse | other answer |\n|---|---|---|---|---|---|");
    let mut wrong = 0;
    wrong += oracle("libapt", Scheme::Dpkg, &generated(pairs, debian), &libapt());
    wrong +=
        oracle("`dpkg --compare-versions`", Scheme::Dpkg, &generated(pairs.min(DIRECT), debian), &dpkg());
    wrong += oracle("`rpm`", Scheme::Rpm, &generated(pairs, rpm), &rpm_lua());
    wrong += oracle("Python `packaging`", Scheme::Pep440, &generated(pairs, python), &packaging());
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

type Pair = (String, String);

/// A small generator of its own: the same pairs on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.roll(choices.len() as u64) as usize]
    }
}

/// Pairs of which half differ in one place only, because distant versions are easy.
fn generated(count: usize, make: fn(&mut Dice) -> String) -> Vec<Pair> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut pairs = Vec::with_capacity(count);
    while pairs.len() < count {
        let a = make(&mut dice);
        let b = if dice.roll(2) == 0 { make(&mut dice) } else { varied(&a, &mut dice) };
        pairs.push((a, b));
    }
    pairs
}

fn varied(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = dice.roll(characters.len() as u64) as usize;
    match dice.roll(3) {
        0 => {
            characters.remove(at);
        }
        1 => characters.insert(at, dice.of(&["0", "1", "a", ".", "9", "00"]).chars().next().unwrap_or('0')),
        _ => characters[at] = dice.of(&["0", "2", "b", ".", "z"]).chars().next().unwrap_or('0'),
    }
    if characters.is_empty() { "1".to_owned() } else { characters.into_iter().collect() }
}

fn numbers(dice: &mut Dice) -> String {
    let mut text = dice.roll(30).to_string();
    for _ in 0..dice.roll(4) {
        let _ = write!(text, ".{}", dice.roll(12));
    }
    text
}

fn debian(dice: &mut Dice) -> String {
    let mut text = String::new();
    text.push_str(dice.of(&["", "", "", "0:", "1:", "2:"]));
    text.push_str(&numbers(dice));
    text.push_str(dice.of(&[
        "",
        "",
        "~rc1",
        "~~",
        "+dfsg",
        "a",
        "b2",
        "+git20200101",
        "-a",
        "~beta",
        ".0",
        "z",
    ]));
    if dice.roll(2) == 0 {
        let _ = write!(text, "-{}", dice.roll(5));
        text.push_str(dice.of(&["", "+b1", "~bpo12+1", "ubuntu1", "ubuntu0.1", "+deb12u1", ".1"]));
    }
    text
}

fn rpm(dice: &mut Dice) -> String {
    let mut text = String::new();
    text.push_str(dice.of(&["", "", "", "0:", "1:"]));
    text.push_str(&numbers(dice));
    text.push_str(dice.of(&["", "", "~rc1", "^git1", "a", "p1", "_2", "+1", "rc1", "~", "^", ".0", ".el8"]));
    if dice.roll(2) == 0 {
        let _ = write!(text, "-{}", dice.roll(5));
        text.push_str(dice.of(&["", ".el8", ".el8_6", ".fc39", "~1", "^1", ".1"]));
    }
    text
}

fn python(dice: &mut Dice) -> String {
    let mut text = String::new();
    text.push_str(dice.of(&["", "", "", "v", "0!", "1!"]));
    text.push_str(&numbers(dice));
    text.push_str(dice.of(&["", "", "a1", "b2", "rc1", ".alpha", "-beta.3", "c1", "_pre", "a01"]));
    text.push_str(dice.of(&["", "", ".post1", "-1", ".rev2", "post", "-r4"]));
    text.push_str(dice.of(&["", "", ".dev1", "dev", "-dev2"]));
    text.push_str(dice.of(&["", "", "", "+ubuntu.1", "+1.2", "+abc", "+1.abc"]));
    text
}

/// How to ask one tool: the program, its arguments (`FILE` stands for the pairs), and what it needs.
struct Oracle {
    program: &'static str,
    arguments: Vec<String>,
}

fn script(program: &'static str, flag: &str, text: &str) -> Oracle {
    Oracle { program, arguments: vec![flag.to_owned(), text.to_owned(), "FILE".to_owned()] }
}

fn libapt() -> Oracle {
    script(
        "python3",
        "-c",
        "import ctypes, ctypes.util, sys
name = ctypes.util.find_library('apt-pkg')
if not name: sys.exit(3)
compare = ctypes.CDLL(name)['_ZN19debVersioningSystem12DoCmpVersionEPKcS1_S1_S1_']
compare.argtypes = [ctypes.c_void_p] * 5
def ends(text):
    start = ctypes.create_string_buffer(text)
    return start, ctypes.addressof(start), ctypes.addressof(start) + len(text)
for line in open(sys.argv[1], 'rb'):
    a, b = line.rstrip(b'\\n').split(b'\\t')
    (k1, a1, a2), (k2, b1, b2) = ends(a), ends(b)
    answer = compare(None, a1, a2, b1, b2)
    print((answer > 0) - (answer < 0))
",
    )
}

fn dpkg() -> Oracle {
    script(
        "sh",
        "-c",
        "command -v dpkg >/dev/null || exit 3
while IFS='\t' read -r a b; do
  if dpkg --compare-versions \"$a\" lt \"$b\" 2>/dev/null; then echo -1
  elif dpkg --compare-versions \"$a\" eq \"$b\" 2>/dev/null; then echo 0
  elif dpkg --compare-versions \"$a\" gt \"$b\" 2>/dev/null; then echo 1
  else echo invalid; fi
done < \"$0\"",
    )
}

fn rpm_lua() -> Oracle {
    let lua = "%{lua: for line in io.lines('FILE') do local a, b = line:match('^(.-)\\t(.*)$') print(rpm.vercmp(a, b) .. '\\n') end}";
    Oracle { program: "rpm", arguments: vec!["--eval".to_owned(), lua.to_owned()] }
}

fn packaging() -> Oracle {
    script(
        "python3",
        "-c",
        "import sys
try: from packaging.version import Version, InvalidVersion
except ImportError: sys.exit(3)
for line in open(sys.argv[1]):
    a, b = line.rstrip('\\n').split('\\t')
    try: a, b = Version(a), Version(b)
    except InvalidVersion: print('invalid'); continue
    print((a > b) - (a < b))
",
    )
}

/// Asks one tool and prints its row; how many pairs have another answer.
fn oracle(name: &str, scheme: Scheme, pairs: &[Pair], oracle: &Oracle) -> usize {
    let file = std::env::temp_dir().join(format!("holdpoint-oracle-{}", std::process::id()));
    let text: String = pairs.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect();
    fs::write(&file, text).expect("a writable temporary folder");
    let answers = ask(oracle, &file);
    fs::remove_file(&file).expect("the file is ours");
    let Some(answers) = answers else {
        println!("| {name} | {scheme} | not installed here: nothing was compared | | | |");
        return 0;
    };
    assert_eq!(answers.len(), pairs.len(), "{name} answered {} of {} pairs", answers.len(), pairs.len());
    let (mut equal, mut refused, mut other) = (0, 0, Vec::new());
    for ((a, b), theirs) in pairs.iter().zip(&answers) {
        let ours = match scheme.compare(a, b) {
            Ok(Comparison::Less) => "-1",
            Ok(Comparison::Equal) => "0",
            Ok(Comparison::Greater) => "1",
            Ok(Comparison::Undecidable(_)) => "undecidable",
            Err(_) => "invalid",
        };
        if ours == theirs {
            equal += 1;
        } else if ours == "invalid" && scheme != Scheme::Pep440 {
            // The tools compare what their own rules call no version: a letter first, an empty epoch.
            refused += 1;
        } else {
            other.push(format!("`{a}` `{b}`: {ours}, not {theirs}"));
        }
    }
    println!("| {name} | {scheme} | {} | {equal} | {refused} | {} |", pairs.len(), other.len());
    for example in other.iter().take(15) {
        eprintln!("  {example}");
    }
    other.len()
}

fn ask(oracle: &Oracle, file: &Path) -> Option<Vec<String>> {
    let path = file.to_str().expect("a path in UTF-8");
    let arguments = oracle.arguments.iter().map(|argument| argument.replace("FILE", path));
    let output = Command::new(oracle.program).args(arguments).output().ok()?;
    if output.status.code() == Some(3) || !output.status.success() && output.stdout.is_empty() {
        return None;
    }
    let text = String::from_utf8(output.stdout).expect("answers are plain text");
    Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
