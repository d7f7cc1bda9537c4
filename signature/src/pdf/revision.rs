//! The revisions a file consists of: the original and each update that was appended to it (ISO 32000-2, 7.5.6).

use std::{collections::HashSet, ops::Range};

use memchr::memmem;

use super::{
    Unreadable,
    lexer::is_white,
    object::{Dictionary, Object},
    parser::Budget,
    xref::{NEAR, Place, Section, Tail, last_startxref},
};
use crate::{findings::Code, report::Finding};

/// More updates than anyone appends.
const MOST_REVISIONS: usize = 10_000;

/// One state of the file.
#[derive(Debug)]
pub struct Revision {
    pub trailer: Dictionary,
    /// Between the end of the revision before and its own: where it may write.
    pub start: usize,
    /// After its `%%EOF`.
    pub eof: usize,
    /// After the white space that follows.
    pub blank: usize,
    /// Whether it ends as a revision must: with a `startxref` that leads to its own section, and `%%EOF`.
    pub has_end: bool,
    /// What the cross-reference sections and their streams take up.
    pub sections: Vec<Range<usize>>,
}

impl Revision {
    /// Whether a signature whose range ends here signs this revision and nothing more.
    pub fn ends_at(&self, end: usize) -> bool {
        self.has_end && (self.eof..=self.blank).contains(&end)
    }
}

/// What the cross-reference sections say, the oldest revision first.
#[derive(Debug, Default)]
pub struct Chain {
    pub revisions: Vec<Revision>,
    /// Per revision, in its order.
    pub places: Vec<Vec<(u32, Place)>>,
    pub findings: Vec<Finding>,
}

impl Chain {
    /// Follows /Prev from the last section. A file whose last section cannot be read has no chain; it is no file one can sign.
    pub fn read(file: &[u8], shift: usize, budget: &Budget) -> Result<Option<Self>, Unreadable> {
        let Some(startxref) = last_startxref(file) else { return Ok(None) };
        let mut sections: Vec<Section> = Vec::new();
        let mut seen = HashSet::new();
        let mut next = Some(startxref);
        while let Some(offset) = next {
            let Some(section) = read_near(file, offset, shift, budget) else { return Ok(None) };
            if !seen.insert(section.offset) {
                return Ok(None);
            }
            if sections.len() == MOST_REVISIONS {
                return Err(Unreadable::TooLarge);
            }
            next = match section.trailer.get(b"Prev") {
                Some(Object::Integer(offset)) if *offset > 0 => u64::try_from(*offset).ok(),
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "some writers write 12.0"
                )]
                Some(Object::Real(offset)) => Some(*offset as u64),
                _ => None,
            };
            sections.push(section);
        }
        sections.reverse();
        Ok(Some(Self::of_sections(file, sections, shift)))
    }

    fn of_sections(file: &[u8], mut sections: Vec<Section>, shift: usize) -> Self {
        let mut chain = Self::default();
        if let [main, first_page, ..] = &mut *sections
            && let Some(tail) = main.tail(file)
            && first_page.offset < main.offset
            && leads_to(file, &tail, shift, first_page.offset)
        {
            // Annex F: the section of the first page stands in front, and both are the original revision.
            let main = sections.remove(0);
            let first_page = &mut sections[0];
            let mut places = main.places;
            places.append(&mut first_page.places);
            chain.push(places, &mut sections[0], Some(tail), Some(main.offset..tail.eof));
        }
        let merged = chain.revisions.len();
        for section in &mut sections[merged..] {
            let tail = section.tail(file).filter(|tail| leads_to(file, tail, shift, section.offset));
            let places = std::mem::take(&mut section.places);
            chain.push(places, section, tail, None);
        }
        chain
    }

    fn push(
        &mut self,
        places: Vec<(u32, Place)>,
        section: &mut Section,
        tail: Option<Tail>,
        beside: Option<Range<usize>>,
    ) {
        let before = self.revisions.last();
        let start = before.map_or(0, |before| before.eof);
        // A stream that an earlier revision brought along is no second opinion on what is new here.
        if section.is_ambiguous && section.hybrid.as_ref().is_some_and(|stream| stream.start >= start) {
            self.find(Code::CrossReferenceAmbiguous, section.offset);
        }
        if !self.revisions.is_empty() && section.offset < start {
            self.find(Code::RevisionsOutOfOrder, section.offset);
        }
        let own = section.offset..tail.map_or(section.end, |tail| tail.eof);
        let sections = section.hybrid.take().into_iter().chain(beside).chain([own]).collect();
        self.revisions.push(Revision {
            trailer: std::mem::take(&mut section.trailer),
            start,
            eof: tail.map_or(section.end, |tail| tail.eof),
            blank: tail.map_or(section.end, |tail| tail.blank),
            has_end: tail.is_some(),
            sections,
        });
        self.places.push(places);
    }

    pub fn find(&mut self, code: Code, offset: usize) {
        self.findings.push(Finding { code, detail: Some(offset.to_string()) });
    }
}

/// Whether a reader that starts at this tail comes to this section; some writers count the white space before it.
fn leads_to(file: &[u8], tail: &Tail, shift: usize, section: usize) -> bool {
    usize::try_from(tail.startxref)
        .ok()
        .and_then(|at| at.checked_add(shift))
        .and_then(|at| file.get(at..section))
        .is_some_and(|between| between.len() <= NEAR && between.iter().copied().all(is_white))
}

/// The section at an offset, or within a few bytes of it: writers that count wrongly are older than some documents. Such a revision has no
/// proper end, so it cannot be one that was signed.
fn read_near(file: &[u8], offset: u64, shift: usize, budget: &Budget) -> Option<Section> {
    let at = usize::try_from(offset).ok()?.checked_add(shift).filter(|at| *at < file.len())?;
    Section::read(file, at, shift, budget).or_else(|| {
        let around = at.saturating_sub(NEAR)..at.saturating_add(NEAR).min(file.len());
        let keyword = memmem::find(&file[around.clone()], b"xref")? + around.start;
        let is_startxref = file[..keyword].ends_with(b"start");
        (!is_startxref).then(|| Section::read(file, keyword, shift, budget)).flatten()
    })
}
