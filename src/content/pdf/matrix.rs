//! Where things are drawn (ISO 32000-1, 8.3.3).

/// `[a b c d e f]`: x' = ax + cy + e, y' = bx + dy + f.
#[derive(Clone, Copy, Debug)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    pub const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn shift(x: f64, y: f64) -> Self {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First `self`, then `next`.
    pub fn then(self, next: Matrix) -> Self {
        let ([a, b, c, d, e, f], [a2, b2, c2, d2, e2, f2]) = (self.0, next.0);
        Matrix([
            a * a2 + b * c2,
            a * b2 + b * d2,
            c * a2 + d * c2,
            c * b2 + d * d2,
            e * a2 + f * c2 + e2,
            e * b2 + f * d2 + f2,
        ])
    }

    /// Where the origin comes to lie.
    pub fn origin(self) -> (f64, f64) {
        (self.0[4], self.0[5])
    }

    /// What becomes of a step to the right.
    pub fn right(self) -> (f64, f64) {
        (self.0[0], self.0[1])
    }

    /// How long a step upwards becomes.
    pub fn height(self) -> f64 {
        self.0[2].hypot(self.0[3])
    }
}
