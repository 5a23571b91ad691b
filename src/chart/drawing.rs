//! A drawing by hand, as the networks see one: strokes on a fine grid, scaled and placed as a data set's
//! images.

/// Cells along a side of the fine grid.
pub const FINE: usize = 112;
/// Pixels along a side of what networks see.
pub const SIDE: usize = 28;
/// Radius of the brush, in fine cells: a stroke of two to three pixels, as in MNIST.
const BRUSH: f32 = 4.5;
/// Pixels along the longer side of a digit in MNIST (LeCun et al. 1998): scaled into a box of 20, then centred by mass.
const DIGIT: f32 = 20.0;

/// Ink on the fine grid, 0 to 1, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    ink: Vec<f32>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self { ink: vec![0.0; FINE * FINE] }
    }
}

impl Drawing {
    /// True while nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.ink.iter().all(|&ink| ink == 0.0)
    }

    /// Ink as levels from 0 to 255, row by row of the fine grid.
    pub fn levels(&self) -> impl Iterator<Item = u8> + '_ {
        self.ink.iter().map(|ink| (255.0 * ink).round() as u8)
    }

    /// An image of [`SIDE`] by [`SIDE`] grey levels, drawn as it is; anything else draws nothing.
    pub fn of(levels: &[u8]) -> Self {
        let mut drawing = Self::default();
        if levels.len() == SIDE * SIDE {
            let scale = FINE / SIDE;
            for (i, ink) in drawing.ink.iter_mut().enumerate() {
                let (x, y) = (i % FINE / scale, i / FINE / scale);
                *ink = f32::from(levels[y * SIDE + x]) / 255.0;
            }
        }
        drawing
    }

    /// A stroke from one place to another, in shares of the side (0 to 1).
    pub fn stroke(&mut self, from: (f32, f32), to: (f32, f32)) {
        let side = FINE as f32;
        let (a, b) = ((from.0 * side, from.1 * side), (to.0 * side, to.1 * side));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx * dx + dy * dy;
        for (i, ink) in self.ink.iter_mut().enumerate() {
            let (x, y) = ((i % FINE) as f32 + 0.5, (i / FINE) as f32 + 0.5);
            let along = if length > 0.0 { (((x - a.0) * dx + (y - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            let apart = ((x - a.0 - along * dx).powi(2) + (y - a.1 - along * dy).powi(2)).sqrt();
            // A soft edge of two cells.
            *ink = ink.max(((BRUSH + 1.0 - apart) / 2.0).clamp(0.0, 1.0));
        }
    }

    /// Ink at a place in fine cells, between four of them.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
        let (u, v) = (x - 0.5 - left, y - 0.5 - top);
        let cell = |dx: f32, dy: f32| {
            let (x, y) = (left + dx, top + dy);
            let inside = x >= 0.0 && y >= 0.0 && x < FINE as f32 && y < FINE as f32;
            if inside { self.ink[y as usize * FINE + x as usize] } else { 0.0 }
        };
        (1.0 - v) * ((1.0 - u) * cell(0.0, 0.0) + u * cell(1.0, 0.0))
            + v * ((1.0 - u) * cell(0.0, 1.0) + u * cell(1.0, 1.0))
    }

    /// Grey levels `[SIDE · SIDE]`: each pixel the mean of 4 × 4 places. `scale` fine cells a pixel, and the fine place
    /// of the image's middle.
    fn sampled(&self, scale: f32, middle: (f32, f32)) -> Vec<u8> {
        let half = SIDE as f32 / 2.0;
        let pixel = |i: usize| {
            let (px, py) = ((i % SIDE) as f32 - half, (i / SIDE) as f32 - half);
            let mut sum = 0.0;
            for sub in 0..16 {
                let (sx, sy) = ((sub % 4) as f32 / 4.0 + 0.125, (sub / 4) as f32 / 4.0 + 0.125);
                sum += self.at(middle.0 + (px + sx) * scale, middle.1 + (py + sy) * scale);
            }
            (255.0 * sum / 16.0).round() as u8
        };
        (0..SIDE * SIDE).map(pixel).collect()
    }

    /// As it was drawn.
    pub fn plain(&self) -> Vec<u8> {
        self.sampled((FINE / SIDE) as f32, (FINE as f32 / 2.0, FINE as f32 / 2.0))
    }

    /// As a digit of MNIST: its longer side brought to 20 pixels, its centre of mass to the middle of 28 × 28.
    pub fn digit(&self) -> Vec<u8> {
        let inked = || self.ink.iter().enumerate().filter(|(_, ink)| **ink > 0.05);
        let (mut low, mut high) = ((FINE, FINE), (0, 0));
        for (i, _) in inked() {
            let (x, y) = (i % FINE, i / FINE);
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if low.0 > high.0 {
            return vec![0; SIDE * SIDE];
        }
        let longer = (high.0 - low.0).max(high.1 - low.1) + 1;
        let mass: f32 = inked().map(|(_, ink)| ink).sum();
        let mean = |of: &dyn Fn(usize) -> usize| inked().map(|(i, ink)| ink * (of(i) as f32 + 0.5)).sum::<f32>() / mass;
        self.sampled(longer as f32 / DIGIT, (mean(&|i| i % FINE), mean(&|i| i / FINE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small bar in the upper left.
    fn bar() -> Drawing {
        let mut drawing = Drawing::default();
        drawing.stroke((0.1, 0.1), (0.1, 0.4));
        drawing
    }
    fn centre(levels: &[u8]) -> (f32, f32) {
        let mass: f32 = levels.iter().map(|&l| f32::from(l)).sum();
        let mean = |of: fn(usize) -> usize| {
            levels.iter().enumerate().map(|(i, &l)| f32::from(l) * (of(i) as f32 + 0.5)).sum::<f32>() / mass
        };
        (mean(|i| i % SIDE), mean(|i| i / SIDE))
    }

    #[test]
    fn a_digit_is_centred_and_scaled_to_twenty_pixels() {
        let digit = bar().digit();
        let (x, y) = centre(&digit);
        assert!((x - 14.0).abs() < 0.5 && (y - 14.0).abs() < 0.5, "{x} {y}");
        let rows = digit.chunks(SIDE).filter(|row| row.iter().any(|&l| l > 100)).count();
        assert!((19..=21).contains(&rows), "{rows}");
    }

    #[test]
    fn a_plain_drawing_stays_where_it_is() {
        let (x, y) = centre(&bar().plain());
        assert!((x - 2.8).abs() < 0.5 && (y - 7.0).abs() < 0.5, "{x} {y}");
    }

    #[test]
    fn an_image_drawn_as_it_is_comes_back() {
        let levels: Vec<u8> = (0..SIDE * SIDE).map(|i| if i / SIDE % 7 < 3 { 200 } else { 0 }).collect();
        let back = Drawing::of(&levels).plain();
        let wrong = back.iter().zip(&levels).filter(|(a, b)| a.abs_diff(**b) > 60).count();
        assert_eq!(wrong, 0);
        assert!(Drawing::of(&[1, 2]).is_empty());
    }

    #[test]
    fn nothing_drawn_is_nothing_seen() {
        assert!(Drawing::default().digit().iter().all(|&l| l == 0));
    }
}
