//! Right to left, against npm rtlcss as the oracle: same input, same bytes.
//!
//! Needs: npm
//!
//! 1. Inputs are generated, always the same ones ([`generate`]).
//! 2. npm rtlcss flips each ([`oracle`]), and so does revserve.
//! 3. The first difference is cut down to what is needed for it, and shown.

#[path = "rtl/generate.rs"]
mod generate;
#[path = "rtl/oracle.rs"]
mod oracle;

use generate::{Generator, Input};
use oracle::{Answer, Oracle};
use revserve::build::css;
use revserve::build::rtl::{self, Options};

fn flip(input: &Input) -> String {
    let options = Options::from_json(&input.options.to_string()).expect("generated options are an object");
    rtl::flip(&input.css, &options)
}

/// What revserve and rtlcss make of the input, if that is not the same.
fn difference(input: &Input, oracle: &mut Oracle) -> Option<(String, String)> {
    let Answer::Flipped(expected) = oracle.ask(input) else { return None };
    let got = flip(input);
    (got != expected).then_some((got, expected))
}

/// Leaves out piece after piece for as long as a difference remains.
fn minimise(mut input: Input, oracle: &mut Oracle) -> Input {
    let mut size = input.css.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < input.css.len() {
            let end = (at + size).min(input.css.len());
            if input.css.is_char_boundary(at) && input.css.is_char_boundary(end) {
                let css = [&input.css[..at], &input.css[end..]].concat();
                let smaller = Input { css, options: input.options.clone() };
                if difference(&smaller, oracle).is_some() {
                    input = smaller;
                    continue;
                }
            }
            at += size;
        }
        size /= 2;
    }
    input
}

/// Compares so many inputs, not counting those that rtlcss refuses.
fn compare(inputs: usize, mut next: impl FnMut() -> Input) {
    let mut oracle = Oracle::start();
    let (mut compared, mut refused) = (0, 0);
    while compared < inputs {
        let input = next();
        match oracle.ask(&input) {
            Answer::Refused(_) => refused += 1,
            Answer::Flipped(expected) => {
                compared += 1;
                if flip(&input) != expected {
                    let input = minimise(input, &mut oracle);
                    let (got, expected) = difference(&input, &mut oracle).expect("a difference that was kept");
                    let Input { css, options } = input;
                    panic!(
                        "sheet {compared} comes out different, cut down:\n  options {options}\n  css     {css:?}\n  \
                         rtlcss  {expected:?}\n  here    {got:?}"
                    );
                }
            }
        }
        assert!(refused <= inputs, "rtlcss refuses too many of these sheets to call this a comparison");
    }
}

#[test]
fn ten_thousand_generated_sheets_come_out_as_from_rtlcss() {
    let mut generator = Generator::new(1);
    compare(10_000, || generator.input());
}

#[test]
fn damaged_sheets_that_rtlcss_still_takes_come_out_as_from_it() {
    let mut generator = Generator::new(3);
    compare(2_000, || {
        let Input { css, options } = generator.input();
        Input { css: generator.damage(css), options }
    });
}

#[test]
fn generated_sheets_print_as_the_bytes_they_were_parsed_from() {
    let mut generator = Generator::new(2);
    for _ in 0..2_000 {
        // whole, cut off anywhere, and with characters put in: most of it is broken
        let Input { css, .. } = generator.input();
        let cut = generator.cut(&css).to_owned();
        for text in [css.clone(), cut, generator.damage(css)] {
            assert_eq!(css::parse(&text).to_string(), text);
        }
    }
}
