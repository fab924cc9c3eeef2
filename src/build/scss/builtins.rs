//! Sass's functions that grass has otherwise, or not at all. A theme's own function of such a name goes before them.
//!
//! | Function | Mended |
//! |---|---|
//! | `grayscale()`, `invert()`, `opacity()`, `saturate()` | CSS filters too, whose amount may be a `var()` or `calc()` |
//! | `lightness()` | not rounded to whole percents |
//! | `random()`, `unique-id()` | there; the same on every node: they count on from the start of a compilation |

use std::cell::Cell;
use std::sync::Arc;

use codemap::Spanned;
use grass::sass_value::{ArgumentResult, Color, Number, QuoteKind, SassNumber, Unit, Value};
use grass::{Builtin, Options, Result, Visitor};

type Body = fn(ArgumentResult, &mut Visitor) -> Result<Value>;

thread_local! {
    /// How many numbers were drawn. A compilation has its thread to itself.
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

/// The options with these functions, for a new compilation on this thread.
pub(super) fn with_builtins(options: Options<'_>) -> Options<'_> {
    DRAWN.set(0);
    let functions: [(&str, Body); 7] = [
        ("grayscale", grayscale),
        ("invert", invert),
        ("opacity", opacity),
        ("saturate", saturate),
        ("lightness", lightness),
        ("random", random),
        ("unique-id", unique_id),
    ];
    functions.into_iter().fold(options, |options, (name, body)| options.add_custom_fn(name, Builtin::new(body)))
}

fn grayscale(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(1)?;
    let amount = taken(&mut args, 0, "color")?;
    color_or_filter(amount, "grayscale", |color| of_color(color.desaturate(Number(1.0))))
}

fn invert(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(2)?;
    let color = taken(&mut args, 0, "color")?;
    let Some(weight) = args.get(1, "weight") else {
        return color_or_filter(color, "invert", |color| of_color(color.invert(Number(1.0))));
    };
    let weight = share(weight, "weight")?;
    let color = color.node.assert_color_with_name("color", color.span)?;
    Ok(of_color(color.invert(weight)))
}

fn opacity(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(1)?;
    let amount = taken(&mut args, 0, "color")?;
    color_or_filter(amount, "opacity", |color| Value::Dimension(SassNumber::new_unitless(color.alpha())))
}

fn saturate(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(2)?;
    let amount = match (args.get(0, "color"), args.get(1, "amount")) {
        (Some(color), Some(amount)) => {
            let amount = share(amount, "amount")?;
            return Ok(of_color(color.node.assert_color_with_name("color", color.span)?.saturate(amount)));
        }
        (Some(amount), None) | (None, Some(amount)) => amount,
        (None, None) => taken(&mut args, 0, "amount")?,
    };
    if matches!(amount.node, Value::Dimension(_)) || amount.node.is_special_function() {
        return filter(&amount, "saturate");
    }
    Err((format!("$amount: {} is not a number.", amount.node.inspect(amount.span)?), amount.span).into())
}

fn lightness(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(1)?;
    let color = taken(&mut args, 0, "color")?;
    let (_, _, lightness, _) = color.node.assert_color_with_name("color", color.span)?.as_hsla();
    Ok(Value::Dimension(SassNumber { num: lightness * Number(100.0), unit: Unit::Percent, as_slash: None }))
}

/// A whole number from 1 to the limit; without one, a number below 1.
fn random(mut args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(1)?;
    let below_one = (drawn() >> 11) as f64 / (1u64 << 53) as f64;
    let number = match args.get(0, "limit").filter(|limit| limit.node != Value::Null) {
        None => below_one,
        Some(limit) => {
            let span = limit.span;
            let limit = limit.node.assert_number_with_name("limit", span)?.num.0.round();
            if limit < 1.0 {
                return Err(("$limit: Must be greater than 0.", span).into());
            }
            (below_one * limit).floor() + 1.0
        }
    };
    Ok(Value::Dimension(SassNumber::new_unitless(number)))
}

fn unique_id(args: ArgumentResult, _: &mut Visitor) -> Result<Value> {
    args.max_args(0)?;
    Ok(Value::String(format!("u{:08x}", drawn() >> 32), QuoteKind::None))
}

/// The next of a row of numbers without a visible order (splitmix64).
fn drawn() -> u64 {
    let count = DRAWN.get() + 1;
    DRAWN.set(count);
    let mut mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn taken(args: &mut ArgumentResult, position: usize, name: &str) -> Result<Spanned<Value>> {
    let span = args.span();
    Ok(Spanned { node: args.get_err(position, name)?, span })
}

/// What Sass makes of a colour, or the CSS filter as it is.
fn color_or_filter(value: Spanned<Value>, name: &str, of: impl FnOnce(&Color) -> Value) -> Result<Value> {
    match &value.node {
        Value::Color(color) => Ok(of(color)),
        Value::Dimension(_) => filter(&value, name),
        other if other.is_special_function() => filter(&value, name),
        other => Err((format!("$color: {} is not a color.", other.inspect(value.span)?), value.span).into()),
    }
}

fn filter(amount: &Spanned<Value>, name: &str) -> Result<Value> {
    Ok(Value::String(format!("{name}({})", amount.node.to_css_string(amount.span, false)?), QuoteKind::None))
}

/// `50%` as a half.
fn share(value: Spanned<Value>, name: &str) -> Result<Number> {
    let Spanned { node, span }: Spanned<Value> = value;
    let number = node.assert_number_with_name(name, span)?;
    number.assert_bounds(name, 0.0, 100.0, span)?;
    Ok(number.num / Number(100.0))
}

fn of_color(color: Color) -> Value {
    Value::Color(Arc::new(color))
}
