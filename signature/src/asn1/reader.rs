use super::{DEPTH, Error, Result, Tag, Value};

/// Values one after another.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The one value that the bytes are, and nothing after it.
    pub fn only(bytes: &'a [u8]) -> Result<Value<'a>> {
        let mut reader = Self::new(bytes);
        let value = reader.value()?;
        reader.end()?;
        Ok(value)
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn end(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::Trailing) }
    }

    /// The tag of the next value, if there is one.
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().map(|&byte| Tag(byte))
    }

    pub fn value(&mut self) -> Result<Value<'a>> {
        let (value, rest) = read(self.rest, 0)?;
        self.rest = rest;
        Ok(value)
    }

    pub fn expect(&mut self, tag: Tag) -> Result<Value<'a>> {
        self.optional(tag)?.ok_or(Error::Unexpected)
    }

    /// The next value if it has this tag.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Value<'a>>> {
        if self.peek() == Some(tag) { self.value().map(Some) } else { Ok(None) }
    }

    /// The next value, a string that may be in pieces.
    pub fn string(&mut self, tag: Tag) -> Result<Value<'a>> {
        match self.peek() {
            Some(found) if found.is_kind(tag) => self.value(),
            _ => Err(Error::Unexpected),
        }
    }

    /// What is inside the next value, a sequence.
    pub fn sequence(&mut self) -> Result<Reader<'a>> {
        Ok(self.expect(Tag::SEQUENCE)?.children())
    }
}

/// A value and what follows it.
pub(super) fn read(bytes: &[u8], depth: u8) -> Result<(Value<'_>, &[u8])> {
    let (&tag, after_tag) = bytes.split_first().ok_or(Error::Truncated)?;
    // Nothing that is read here has a number above 30.
    if tag & 0x1f == 0x1f {
        return Err(Error::Tag);
    }
    let tag = Tag(tag);
    let (&first, after_first) = after_tag.split_first().ok_or(Error::Truncated)?;
    if first == 0x80 {
        return indefinite(bytes, tag, after_first, depth);
    }
    let (length, content) = match first {
        0..=0x7f => (usize::from(first), after_first),
        _ => long_length(usize::from(first & 0x7f), after_first)?,
    };
    let (content, rest) = content.split_at_checked(length).ok_or(Error::Truncated)?;
    let raw = &bytes[..bytes.len() - rest.len()];
    Ok((Value { tag, raw, content, indefinite: false }, rest))
}

fn long_length(size: usize, bytes: &[u8]) -> Result<(usize, &[u8])> {
    let (digits, content) = bytes.split_at_checked(size).ok_or(Error::Truncated)?;
    let significant = digits.iter().position(|&digit| digit != 0).map_or(&[][..], |at| &digits[at..]);
    if significant.len() > 4 {
        return Err(Error::Length);
    }
    Ok((significant.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), content))
}

/// A value whose end is marked by two zero bytes (X.690, 8.1.3.6). Values inside are walked over once a level.
fn indefinite<'a>(bytes: &'a [u8], tag: Tag, content: &'a [u8], depth: u8) -> Result<(Value<'a>, &'a [u8])> {
    if !tag.is_constructed() {
        return Err(Error::Length);
    }
    if depth >= DEPTH {
        return Err(Error::Depth);
    }
    let mut rest = content;
    loop {
        if let Some(after) = rest.strip_prefix(&[0, 0]) {
            let raw = &bytes[..bytes.len() - after.len()];
            let content = &content[..content.len() - rest.len()];
            return Ok((Value { tag, raw, content, indefinite: true }, after));
        }
        rest = read(rest, depth + 1)?.1;
    }
}
