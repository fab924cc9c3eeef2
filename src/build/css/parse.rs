//! Tokens → tree.
//!
//! 1. Blanks and stray semicolons are left lying; `mark` remembers where they start.
//! 2. A statement is read: comment, at-rule, or words up to `;`, `{` or `}`.
//! 3. Its node takes all from `mark` to its start as `before`; `mark` moves behind the node.
//! 4. `}` and the end of the sheet give what lies there to the block's `after`.

use std::borrow::Cow;

use super::token::{Mode, Token, TokenKind, Tokenizer, Unclosed};
use super::{AtRule, Block, Comment, Kind, NodeId, Rule, Sheet, declaration};

/// Reads a style sheet. Whatever the text, its tree prints as the same bytes.
pub fn parse(source: &str) -> Sheet<'_> {
    if u32::try_from(source.len()).is_err() {
        // Beyond four gigabytes nothing is taken apart, so that indices of 32 bits do.
        return in_one_piece(source);
    }
    match Parser::new(source, Mode::Strict).run() {
        Ok(sheet) => sheet,
        // postcss refuses this sheet, so there is no reading to agree with: read it as browsers would
        Err(Unclosed) => Parser::new(source, Mode::Lenient).run().unwrap_or_else(|Unclosed| in_one_piece(source)),
    }
}

fn in_one_piece(source: &str) -> Sheet<'_> {
    let mut sheet = Sheet::empty("");
    sheet.append(Sheet::ROOT, "", Kind::Junk(Cow::Borrowed(source)));
    sheet
}

struct Parser<'a> {
    source: &'a str,
    tokenizer: Tokenizer<'a>,
    mode: Mode,
    sheet: Sheet<'a>,
    current: NodeId,
    /// Where the text that belongs to no node yet starts.
    mark: usize,
    /// Whether the last declaration ended in a semicolon.
    semicolon: bool,
    /// The last statement of the current block, if it ended without a semicolon where there should be one.
    unterminated: Option<NodeId>,
    /// Buffers, kept to save allocations.
    tokens: Vec<Token>,
    brackets: Vec<TokenKind>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, mode: Mode) -> Self {
        let mut sheet = Sheet::empty(source);
        sheet.is_balanced = mode == Mode::Strict;
        let mut tokenizer = Tokenizer::new(source, mode);
        let mut mark = 0;
        if source.starts_with('\u{feff}') {
            sheet.byte_order_mark = true;
            mark = '\u{feff}'.len_utf8();
            tokenizer.rewind(mark);
        }
        let (tokens, brackets) = (Vec::new(), Vec::new());
        let (current, semicolon, unterminated) = (Sheet::ROOT, false, None);
        Parser { source, tokenizer, mode, sheet, current, mark, semicolon, unterminated, tokens, brackets }
    }

    fn run(mut self) -> Result<Sheet<'a>, Unclosed> {
        while let Some(token) = self.tokenizer.next_token()? {
            match token.kind {
                TokenKind::Space => {}
                TokenKind::Semicolon => self.free_semicolon(token),
                TokenKind::CloseCurly => self.close_block(token),
                TokenKind::Comment => self.comment(token),
                TokenKind::AtWord => self.at_rule(token)?,
                TokenKind::OpenCurly => self.open_rule(token.start, token.start, token),
                _ => self.statement(token)?,
            }
        }
        self.end_of_sheet();
        Ok(self.sheet)
    }

    fn slice(&self, start: usize, end: usize) -> Cow<'a, str> {
        Cow::Borrowed(&self.source[start..end])
    }

    /// Adds a node that starts at `start`; what lies before it becomes its `before`.
    fn add(&mut self, start: usize, kind: Kind<'a>) -> NodeId {
        if !matches!(kind, Kind::Comment(_)) {
            self.semicolon = false;
            self.unterminated = None;
        }
        let before = self.slice(self.mark, start);
        self.sheet.push(self.current, before, kind, start)
    }

    fn comment(&mut self, token: Token) {
        let raw = &self.source[token.start..token.end];
        let closed = raw.len() >= 4 && raw.ends_with("*/");
        let text = if closed { &raw[2..raw.len() - 2] } else { &raw[2..] };
        self.sheet.is_balanced &= closed;
        self.add(token.start, Kind::Comment(Comment { text: Cow::Borrowed(text), closed }));
        self.mark = token.end;
    }

    /// Opens a rule whose selector goes from `start` to `selector_end`.
    fn open_rule(&mut self, start: usize, selector_end: usize, brace: Token) {
        let rule = Rule {
            selector: self.slice(start, selector_end),
            between: self.slice(selector_end, brace.start),
            block: Block::default(),
            own_semicolon: Cow::Borrowed(""),
        };
        self.current = self.add(start, Kind::Rule(rule));
        self.mark = brace.end;
    }

    /// A semicolon right after a rule is that rule's own; any other is a blank.
    fn free_semicolon(&mut self, token: Token) {
        let Some(last) = self.sheet.last_child(self.current) else { return };
        let own = self.slice(self.mark, token.end);
        if let Some(rule) = self.sheet.node_mut(last).rule_mut()
            && rule.own_semicolon.is_empty()
        {
            rule.own_semicolon = own;
            self.mark = token.end;
        }
    }

    fn close_block(&mut self, brace: Token) {
        let Some(parent) = self.sheet.parent(self.current) else { return self.cut_off() };
        self.finish_block(brace.start, true);
        self.current = parent;
        self.mark = brace.end;
    }

    /// Gives the current block all up to `end`.
    fn finish_block(&mut self, end: usize, closed: bool) {
        let after = self.slice(self.mark, end);
        let semicolon = std::mem::take(&mut self.semicolon);
        self.unterminated = None;
        if let Some(block) = self.sheet.node_mut(self.current).block_mut() {
            (block.after, block.semicolon, block.closed) = (after, semicolon, closed);
        }
        self.mark = end;
    }

    /// A `}` without a block stays where it is, as a blank. A declaration that it ended gets no semicolon.
    fn cut_off(&mut self) {
        self.sheet.is_balanced = false;
        let Some(last) = self.unterminated.take() else { return };
        match &mut self.sheet.node_mut(last).kind {
            Kind::Declaration(declaration) => declaration.cut_off = true,
            Kind::AtRule(rule) => rule.cut_off = true,
            _ => {}
        }
    }

    fn end_of_sheet(&mut self) {
        let end = self.source.len();
        while let Some(parent) = self.sheet.parent(self.current) {
            self.sheet.is_balanced = false;
            self.finish_block(end, false);
            self.current = parent;
        }
        self.finish_block(end, true);
    }

    fn at_rule(&mut self, name: Token) -> Result<(), Unclosed> {
        self.tokens.clear();
        self.brackets.clear();
        let mut ending = None;
        while let Some(token) = self.tokenizer.next_token()? {
            self.track_bracket(token.kind, token.kind == TokenKind::OpenCurly && !self.brackets.is_empty());
            let ends = matches!(token.kind, TokenKind::Semicolon | TokenKind::OpenCurly | TokenKind::CloseCurly);
            if self.brackets.is_empty() && ends {
                ending = Some(token);
                break;
            }
            self.tokens.push(token);
        }
        let is_extra = |token: &&Token| matches!(token.kind, TokenKind::Space | TokenKind::Comment);
        let leading: usize = self.tokens.iter().take_while(is_extra).map(|token| token.end - token.start).sum();
        let all_end = self.tokens.last().map_or(name.end, |token| token.end);
        let mut params_end =
            self.tokens.iter().rev().find(|token| !is_extra(token)).map_or(name.end, |token| token.end);
        let params_start = if params_end > name.end { name.end + leading } else { name.end };
        let mut end = all_end;
        if ending.is_none() && params_end > name.end {
            // at the end of the sheet the blanks, comments too, go to the block around
            end = params_end;
        }
        params_end = params_end.max(params_start);
        let opens = ending.is_some_and(|token| token.kind == TokenKind::OpenCurly);
        let rule = AtRule {
            name: self.slice(name.start + 1, name.end),
            after_name: self.slice(name.end, params_start),
            params: self.slice(params_start, params_end),
            between: self.slice(params_end, end),
            block: opens.then(Block::default),
            cut_off: false,
        };
        let id = self.add(name.start, Kind::AtRule(rule));
        self.mark = end;
        match ending {
            Some(token) if token.kind == TokenKind::CloseCurly => self.tokenizer.rewind(token.start),
            Some(token) => self.mark = token.end,
            None => {}
        }
        if opens {
            self.current = id;
        }
        self.semicolon = ending.is_some_and(|token| token.kind == TokenKind::Semicolon);
        self.unterminated = (!self.semicolon && !opens).then_some(id);
        Ok(())
    }

    /// Keeps the stack of what must be closed; `curly` tells whether `{` counts.
    fn track_bracket(&mut self, kind: TokenKind, curly: bool) {
        match kind {
            TokenKind::OpenParen => self.brackets.push(TokenKind::CloseParen),
            TokenKind::OpenSquare => self.brackets.push(TokenKind::CloseSquare),
            TokenKind::OpenCurly if curly => self.brackets.push(TokenKind::CloseCurly),
            _ if self.brackets.last() == Some(&kind) => drop(self.brackets.pop()),
            _ => {}
        }
    }

    /// A rule or a declaration, whichever its end shows it to be.
    fn statement(&mut self, first: Token) -> Result<(), Unclosed> {
        let is_custom = self.source[first.start..first.end].starts_with("--");
        let mut colon = false;
        self.tokens.clear();
        self.brackets.clear();
        let mut next = Some(first);
        let mut ending = None;
        while let Some(token) = next {
            if token.kind == TokenKind::CloseCurly && self.mode == Mode::Lenient {
                // what was not closed ends with the block around it
                let opened = self.brackets.iter().rposition(|&kind| kind == TokenKind::CloseCurly);
                self.brackets.truncate(opened.map_or(0, |at| at + 1));
            }
            if self.brackets.is_empty() {
                match token.kind {
                    TokenKind::OpenCurly if is_custom && colon => {}
                    TokenKind::OpenCurly | TokenKind::CloseCurly | TokenKind::Semicolon => {
                        ending = Some(token);
                        break;
                    }
                    TokenKind::Colon => colon = true,
                    _ => {}
                }
            }
            self.track_bracket(token.kind, is_custom && colon);
            self.tokens.push(token);
            next = self.tokenizer.next_token()?;
        }
        if self.mode == Mode::Strict && !self.brackets.is_empty() {
            return Err(Unclosed);
        }
        match ending {
            Some(brace) if brace.kind == TokenKind::OpenCurly => self.rule(first, brace),
            _ => self.declaration(first, ending, colon, is_custom),
        }
        Ok(())
    }

    fn rule(&mut self, first: Token, brace: Token) {
        let is_extra = |token: &&Token| matches!(token.kind, TokenKind::Space | TokenKind::Comment);
        let end = self.tokens.iter().rev().find(|token| !is_extra(token)).map_or(first.start, |token| token.end);
        self.open_rule(first.start, end, brace);
    }

    fn declaration(&mut self, first: Token, ending: Option<Token>, colon: bool, is_custom: bool) {
        let semicolon = ending.filter(|token| token.kind == TokenKind::Semicolon);
        if semicolon.is_none() && !(is_custom && colon) {
            // what follows the last word becomes nodes of its own, or the block's `after`
            let is_extra = |token: &Token| matches!(token.kind, TokenKind::Space | TokenKind::Comment);
            let keep = self.tokens.iter().rposition(|token| !is_extra(token)).map_or(0, |at| at + 1);
            self.tokens.truncate(keep);
        }
        let end = self.tokens.last().map_or(first.end, |token| token.end);
        let parsed = if colon { declaration::parse(self.source, &self.tokens, is_custom) } else { None };
        match parsed {
            Some(parsed) => {
                let declaration = Kind::Declaration(parsed.declaration);
                let id = self.add(parsed.before_end, declaration);
                self.sheet.node_mut(id).offset = parsed.start;
                self.semicolon = semicolon.is_some();
                self.unterminated = semicolon.is_none().then_some(id);
                self.mark = semicolon.map_or(end, |token| token.end);
            }
            None => {
                let end = semicolon.map_or(end, |token| token.end);
                let junk = Kind::Junk(self.slice(first.start, end));
                self.add(first.start, junk);
                self.mark = end;
            }
        }
        if semicolon.is_none() {
            self.tokenizer.rewind(self.mark);
        }
    }
}
