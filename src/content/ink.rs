//! Whether a small picture of a page shows anything at all.
//!
//! A sheet that went through a scanner is never of one colour: its sensor is noisy, light falls off to one side, dust lies on the glass, the lid
//! throws a shadow along the edge. What a person put on paper differs from all of these in that it darkens a spot of a few millimetres by more than
//! noise does. So the picture is averaged over cells of about 3.5 mm of an A4 page, which leaves of noise a sixth, and each cell is held against
//! the middle of those around it, which takes slow shadows away.
//!
//! In doubt there is ink: taking a paper for blank keeps a good one out, the other error only leaves it to the officer.

use image::RgbImage;

/// Cells along the longer side.
const CELLS: u32 = 85;
/// How many cells to each side tell what a cell would be without ink: two centimetres, less than what a stamp covers is wide.
const AROUND: u32 = 5;
/// Hundredths of each side that are not looked at: the shadow along the edge of a scan. Nobody writes within 4 mm of it.
const EDGE: u32 = 2;
/// Levels of 255 by which a cell with ink differs. A faint stamp (a tenth darker than paper, covering a third of its place) differs by 8, the noise
/// of a bad scanner (12 levels a pixel) by 2.
const FAINT: f32 = 6.0;
/// Cells beside each other that are ink together; noise and dust differ in one here and one there.
const TOGETHER: usize = 3;
/// Levels by which one cell, or two beside each other, are ink: a page number is, some grains of dust are not.
const CLEAR: f32 = 24.0;

/// Whether anything stands out from the ground, whatever colour that is.
pub fn has_ink(picture: &RgbImage) -> bool {
    let grid = Grid::of(picture);
    let mut differences = Vec::new();
    let mut near = Vec::new();
    for (column, row) in grid.places() {
        let difference = grid.difference(column, row, &mut near);
        // Most pages are known by their first line.
        if difference >= CLEAR {
            return true;
        }
        differences.push(difference);
    }
    grid.places().any(|(column, row)| {
        let beside = grid.around(column, row, 1).map(|(column, row)| differences[grid.index(column, row)]);
        let (cells, sum) = beside
            .filter(|difference| *difference >= FAINT)
            .fold((0, 0.0), |(cells, sum), difference| (cells + 1, sum + difference));
        cells >= TOGETHER || sum >= CLEAR
    })
}

/// The mean colours of the cells.
struct Grid {
    columns: u32,
    rows: u32,
    cells: Vec<[f32; 3]>,
}

impl Grid {
    fn of(picture: &RgbImage) -> Self {
        let (width, height) = picture.dimensions();
        let side = (width.max(height) / CELLS).max(1);
        let inner = |length: u32| (length * EDGE / 100, length - length * EDGE / 100);
        let (columns, rows) = (spans(inner(width), side), spans(inner(height), side));
        let mean = |left: &(u32, u32), top: &(u32, u32)| {
            let mut sums = [0.0_f32; 3];
            for y in top.0..top.1 {
                for x in left.0..left.1 {
                    let pixel = picture.get_pixel(x, y).0;
                    sums.iter_mut().zip(pixel).for_each(|(sum, colour)| *sum += f32::from(colour));
                }
            }
            let pixels = ((left.1 - left.0) * (top.1 - top.0)) as f32;
            sums.map(|sum| sum / pixels)
        };
        let cells = rows.iter().flat_map(|top| columns.iter().map(|left| mean(left, top))).collect();
        Self { columns: columns.len() as u32, rows: rows.len() as u32, cells }
    }

    fn index(&self, column: u32, row: u32) -> usize {
        (row * self.columns + column) as usize
    }

    fn places(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (column, row)))
    }

    /// The cells that are at most so far away, the one in the middle included.
    fn around(&self, column: u32, row: u32, far: u32) -> impl Iterator<Item = (u32, u32)> {
        let columns = column.saturating_sub(far)..=(column + far).min(self.columns - 1);
        let rows = row.saturating_sub(far)..=(row + far).min(self.rows - 1);
        rows.flat_map(move |row| columns.clone().map(move |column| (column, row)))
    }

    /// How far a cell is from the middle of those around it, in the colour in which it is farthest. `near` is room to work in.
    fn difference(&self, column: u32, row: u32, near: &mut Vec<f32>) -> f32 {
        let own = self.cells[self.index(column, row)];
        let mut farthest = 0.0_f32;
        for (colour, own) in own.into_iter().enumerate() {
            near.clear();
            near.extend(self.around(column, row, AROUND).map(|(c, r)| self.cells[self.index(c, r)][colour]));
            let middle = near.len() / 2;
            let (_, ground, _) = near.select_nth_unstable_by(middle, f32::total_cmp);
            farthest = farthest.max((own - *ground).abs());
        }
        farthest
    }
}

/// Cuts a length into pieces of `side`, the last one shorter or, where it would be less than half, left out.
fn spans((from, to): (u32, u32), side: u32) -> Vec<(u32, u32)> {
    let pieces = (from..to).step_by(side as usize).map(|start| (start, (start + side).min(to)));
    pieces.filter(|(start, end)| start == &from || (end - start) * 2 >= side).collect()
}

#[cfg(test)]
#[path = "ink_tests.rs"]
mod tests;
