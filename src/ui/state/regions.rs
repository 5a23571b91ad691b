//! Pixels of a network's decision regions.

use crate::lab::probability::softmax;

/// RGB colours of the classes: those of the marks, between the light and the dark theme's.
const CLASS_COLOURS: [[f64; 3]; 4] =
    [[20.0, 161.0, 123.0], [202.0, 114.0, 159.0], [138.0, 143.0, 151.0], [214.0, 154.0, 40.0]];

/// RGBA pixels of one network's decision regions, `side` by `side`, from the top row down.
///
/// `logits` is `[side·side][classes]`, row-major from the lower left. A pixel mixes the classes' colours by their
/// probabilities at `temperature`; the less confident the network, the more transparent the pixel.
pub fn pixels(logits: &[f32], side: usize, classes: usize, temperature: f64) -> Vec<u8> {
    let mut out = vec![0; side * side * 4];
    for (i, row) in logits.chunks_exact(classes.max(1)).take(side * side).enumerate() {
        let p = softmax(row, temperature);
        let top = p.iter().copied().fold(0.0, f64::max);
        let confidence = (top - 1.0 / classes as f64) / (1.0 - 1.0 / classes as f64);
        let (x, y) = (i % side, side - 1 - i / side);
        let at = (y * side + x) * 4;
        for channel in 0..3 {
            let mixed: f64 = p.iter().zip(CLASS_COLOURS).map(|(p, colour)| p * colour[channel]).sum();
            out[at + channel] = mixed.round() as u8;
        }
        out[at + 3] = (40.0 + 150.0 * confidence.max(0.0)).round() as u8;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confident_pixels_have_their_class_colour_and_unsure_ones_are_faint() {
        let rgba = pixels(&[50.0, 0.0, 0.0, 0.0, 0.0, 50.0, 0.0, 0.0], 2, 2, 1.0);
        // The lower left is drawn in the last line.
        assert_eq!(rgba[8..11], [20, 161, 123]);
        assert_eq!((rgba[11], rgba[15]), (190, 40));
    }
}
