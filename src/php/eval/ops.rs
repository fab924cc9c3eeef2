//! Operators.

use std::cmp::Ordering;

use super::{Eval, Eved, Raise};
use crate::php::code::{Binary, Unary};
use crate::php::value::{Value, compare, leading_number, numeric};

impl Eval<'_> {
    /// An operator on two values.
    pub(super) fn binary(&mut self, op: Binary, a: &Value, b: &Value) -> Eved {
        Ok(match op {
            Binary::Concat => return self.concat(a, b),
            Binary::Equal => Value::Bool(self.loosely_equal(a, b)?),
            Binary::NotEqual => Value::Bool(!self.loosely_equal(a, b)?),
            Binary::Identical => Value::Bool(self.identical(a, b)?),
            Binary::NotIdentical => Value::Bool(!self.identical(a, b)?),
            Binary::Less => Value::Bool(compare(a, b)? == Some(Ordering::Less)),
            Binary::LessEqual => Value::Bool(matches!(compare(a, b)?, Some(Ordering::Less | Ordering::Equal))),
            Binary::Greater => Value::Bool(compare(a, b)? == Some(Ordering::Greater)),
            Binary::GreaterEqual => Value::Bool(matches!(compare(a, b)?, Some(Ordering::Greater | Ordering::Equal))),
            Binary::Spaceship => Value::Int(match compare(a, b)? {
                Some(Ordering::Less) => -1,
                Some(Ordering::Equal) => 0,
                Some(Ordering::Greater) | None => 1,
            }),
            Binary::Xor => Value::Bool(a.truth()? != b.truth()?),
            Binary::Add if matches!((a, b), (Value::Array(_), Value::Array(_))) => return self.union(a, b),
            Binary::BitAnd | Binary::BitOr | Binary::BitXor if matches!((a, b), (Value::Str(_), Value::Str(_))) => {
                return Ok(self.unknown("bits of strings", crate::php::problem::Reason::Unsupported));
            }
            _ => return self.arithmetic(op, a, b),
        })
    }

    pub(super) fn concat(&mut self, a: &Value, b: &Value) -> Eved {
        let (a, b) = (self.text(a)?, self.text(b)?);
        self.charge_string(a.len() + b.len())?;
        let mut joined = Vec::with_capacity(a.len() + b.len());
        joined.extend_from_slice(&a);
        joined.extend_from_slice(&b);
        Ok(Value::text(joined))
    }

    /// `a + b` for built-in functions.
    pub(in crate::php) fn add(&mut self, a: &Value, b: &Value) -> Eved {
        self.arithmetic(Binary::Add, a, b)
    }

    /// `a * b`.
    pub(in crate::php) fn multiply(&mut self, a: &Value, b: &Value) -> Eved {
        self.arithmetic(Binary::Mul, a, b)
    }

    /// `a ** b`.
    pub(in crate::php) fn power(&mut self, a: &Value, b: &Value) -> Eved {
        self.arithmetic(Binary::Pow, a, b)
    }

    fn union(&mut self, a: &Value, b: &Value) -> Eved {
        let (Value::Array(a), Value::Array(b)) = (a, b) else { return Ok(Value::Null) };
        self.charge_bytes((a.len() + b.len()) * 48)?;
        let mut joined = a.clone();
        for (key, value) in b.iter() {
            if joined.get(key).is_none() {
                joined.insert(key.clone(), value.clone());
            }
        }
        Ok(Value::Array(joined))
    }

    /// The number that an operand is.
    fn number(&mut self, value: &Value) -> Result<Value, Raise> {
        Ok(match value {
            Value::Int(_) | Value::Float(_) => value.clone(),
            Value::Null => Value::Int(0),
            Value::Bool(flag) => Value::Int(i64::from(*flag)),
            Value::Str(text) => match numeric(text) {
                Some(number) => number,
                None => match leading_number(text) {
                    (_, 0) => return Err(self.fails("arithmetic", "unsupported operand: a text that is no number")),
                    (number, _) => number,
                },
            },
            Value::Unknown(problem) => return Err(Raise::Unknown(problem.clone())),
            _ => return Err(self.fails("arithmetic", "unsupported operand types")),
        })
    }

    fn arithmetic(&mut self, op: Binary, a: &Value, b: &Value) -> Eved {
        let (a, b) = (self.number(a)?, self.number(b)?);
        if let (Value::Int(x), Value::Int(y)) = (&a, &b) {
            if let Some(number) = self.integers(op, *x, *y)? {
                return Ok(number);
            }
        } else if matches!(
            op,
            Binary::Mod | Binary::BitAnd | Binary::BitOr | Binary::BitXor | Binary::Shl | Binary::Shr
        ) {
            let (x, y) = (a.to_int().unwrap_or(0), b.to_int().unwrap_or(0));
            return Ok(self.integers(op, x, y)?.unwrap_or(Value::Int(0)));
        }
        let (x, y) = (a.to_float().unwrap_or(0.0), b.to_float().unwrap_or(0.0));
        Ok(Value::Float(match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x * y,
            Binary::Div if y == 0.0 => return Err(self.fails("/", "division by zero")),
            Binary::Div => x / y,
            Binary::Pow => x.powf(y),
            _ => return Ok(Value::Int(0)),
        }))
    }

    /// None where the result is a float.
    fn integers(&mut self, op: Binary, x: i64, y: i64) -> Result<Option<Value>, Raise> {
        let number = match op {
            Binary::Add => x.checked_add(y),
            Binary::Sub => x.checked_sub(y),
            Binary::Mul => x.checked_mul(y),
            Binary::Div => {
                if y == 0 {
                    return Err(self.fails("/", "division by zero"));
                }
                if x.checked_rem(y) == Some(0) { x.checked_div(y) } else { None }
            }
            Binary::Mod => {
                if y == 0 {
                    return Err(self.fails("%", "modulo by zero"));
                }
                Some(x.wrapping_rem(y))
            }
            Binary::Pow => u32::try_from(y).ok().and_then(|y| x.checked_pow(y)),
            Binary::BitAnd => Some(x & y),
            Binary::BitOr => Some(x | y),
            Binary::BitXor => Some(x ^ y),
            Binary::Shl | Binary::Shr => {
                let Ok(by) = u32::try_from(y) else { return Err(self.fails("<<", "shift by a negative number")) };
                Some(match op {
                    Binary::Shl => x.checked_shl(by).unwrap_or(0),
                    _ => x.checked_shr(by).unwrap_or(if x < 0 { -1 } else { 0 }),
                })
            }
            _ => None,
        };
        Ok(number.map(Value::Int))
    }

    pub(super) fn unary(&mut self, op: Unary, value: &Value) -> Eved {
        match op {
            Unary::Not => Ok(Value::Bool(!value.truth()?)),
            Unary::Negate => match self.number(value)? {
                Value::Float(number) => Ok(Value::Float(-number)),
                number => self.arithmetic(Binary::Sub, &Value::Int(0), &number),
            },
            Unary::Plus => self.number(value),
            Unary::BitNot => match self.number(value)? {
                Value::Int(number) => Ok(Value::Int(!number)),
                other => Ok(Value::Int(!other.to_int().unwrap_or(0))),
            },
        }
    }
}
