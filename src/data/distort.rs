//! What can happen to inputs between the laboratory and the world: shifts of the distribution, for the transfer set
//! (the common mistake) or for production. Works on inputs as they are drawn: grey levels, or places in the plane.

use super::{Dataset, Split, names, rng};
use crate::config::Shift;
use crate::data::example::Form;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Farthest an image is moved, as a share of its width.
const MAX_DISTANCE: f32 = 0.3;
/// Farthest a point is moved, in units of the plane (the tasks' radius is about 1).
const MAX_POINT_DISTANCE: f32 = 1.0;
/// Most an image is turned, radians: a quarter turn.
const MAX_TURN: f32 = std::f32::consts::FRAC_PI_2;
/// Widest blur, standard deviation in pixels.
const WIDEST: f32 = 3.0;
/// Widest scatter of points, standard deviation.
const WIDEST_POINT: f32 = 0.6;

/// Farthest a column of a table is moved, in standard deviations.
const MAX_NUMBER: f32 = 1.5;

/// Appends input `i` of a split, shifted by `amount` (0 to 1), to `out`; its label is the caller's.
pub fn append(
    data: &Dataset,
    split: &Split,
    i: usize,
    shift: Shift,
    amount: f32,
    rng: &mut ChaCha8Rng,
    out: &mut Split,
) {
    match &data.form {
        Form::Image(w, h) => {
            let (w, h) = (*w as usize, *h as usize);
            out.bytes.extend(image(shift, amount, &split.bytes[i * w * h..(i + 1) * w * h], (w, h), rng));
        }
        Form::Plane => out.numbers.extend(point(shift, amount, [split.numbers[2 * i], split.numbers[2 * i + 1]], rng)),
        Form::Numbers(_) => {
            let d = data.dimensions;
            out.numbers.extend(numbers(shift, amount, &split.numbers[i * d..(i + 1) * d], rng));
        }
        Form::Text(context) => {
            out.bytes.extend(text(shift, amount, &split.bytes[i * context..(i + 1) * context], rng));
        }
    }
}

/// Appends to `made` a mixture of two of its own inputs: `weight` of the first, the rest of the second
/// (Zhang et al. 2018, eq. 1). Texts do not mix: the first stays as it is.
pub fn append_mixed(data: &Dataset, first: usize, second: usize, weight: f32, made: &mut Split) {
    match &data.form {
        Form::Image(w, h) => {
            let area = (w * h) as usize;
            let mixed: Vec<u8> = (0..area)
                .map(|k| {
                    let at = |i: usize| f32::from(made.bytes[i * area + k]);
                    blend(at(second), at(first), weight)
                })
                .collect();
            made.bytes.extend(mixed);
        }
        Form::Plane | Form::Numbers(_) => {
            let d = data.dimensions;
            for k in 0..d {
                let (a, b) = (made.numbers[first * d + k], made.numbers[second * d + k]);
                made.numbers.push(weight * a + (1.0 - weight) * b);
            }
        }
        Form::Text(context) => made.bytes.extend_from_within(first * context..(first + 1) * context),
    }
}

/// A row of standardised columns, shifted by `amount` (0 to 1).
fn numbers(shift: Shift, amount: f32, row: &[f32], rng: &mut ChaCha8Rng) -> Vec<f32> {
    let mut normal = || -> f32 { StandardNormal.sample(rng) };
    match shift {
        Shift::Moved => row.iter().map(|z| z + amount * MAX_NUMBER).collect(),
        Shift::Blurred => row.iter().map(|z| z + amount * normal()).collect(),
        Shift::Inverted => row.iter().map(|z| z * (1.0 - 2.0 * amount)).collect(),
        Shift::Noise => row.iter().map(|z| (1.0 - amount) * z + amount * normal()).collect(),
        Shift::Shuffled => exchanged(row, amount, rng),
        Shift::None | Shift::Turned | Shift::OtherTask | Shift::Written => row.to_vec(),
    }
}

/// The characters before the one to be predicted, shifted by `amount` (0 to 1).
fn text(shift: Shift, amount: f32, codes: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    match shift {
        Shift::Noise => codes
            .iter()
            .map(|&code| {
                let any = rng.random_range(0..names::CHARACTERS as u32) as u8;
                if rng.random::<f32>() < amount { any } else { code }
            })
            .collect(),
        Shift::Shuffled => exchanged(codes, amount, rng),
        _ => codes.to_vec(),
    }
}

/// A share of the items changes places among themselves.
fn exchanged<T: Copy>(items: &[T], share: f32, rng: &mut ChaCha8Rng) -> Vec<T> {
    let mut chosen: Vec<usize> = (0..items.len()).collect();
    rng::shuffle(rng, &mut chosen);
    chosen.truncate((share * items.len() as f32).round() as usize);
    let mut sources = chosen.clone();
    rng::shuffle(rng, &mut sources);
    let mut out = items.to_vec();
    chosen.iter().zip(&sources).for_each(|(&to, &from)| out[to] = items[from]);
    out
}

/// One image's grey levels `[H · W]`, shifted by `amount` (0 to 1). Chance comes from `rng`, of this image alone.
pub fn image(shift: Shift, amount: f32, pixels: &[u8], (w, h): (usize, usize), rng: &mut ChaCha8Rng) -> Vec<u8> {
    let at = |x: i32, y: i32| -> f32 {
        let inside = (0..w as i32).contains(&x) && (0..h as i32).contains(&y);
        // Beyond the border there is background: black.
        if inside { f32::from(pixels[y as usize * w + x as usize]) } else { 0.0 }
    };
    let each = |value: &dyn Fn(f32, f32) -> f32| -> Vec<u8> {
        let places = (0..h).flat_map(|y| (0..w).map(move |x| (x as f32, y as f32)));
        places.map(|(x, y)| value(x, y).round().clamp(0.0, 255.0) as u8).collect()
    };
    match shift {
        Shift::None | Shift::OtherTask | Shift::Written => pixels.to_vec(),
        Shift::Moved => {
            let by = (amount * MAX_DISTANCE * w as f32).round();
            each(&|x, y| at((x - by) as i32, (y - by) as i32))
        }
        Shift::Turned => {
            let (sin, cos) = (amount * MAX_TURN).sin_cos();
            let (cx, cy) = ((w as f32 - 1.0) / 2.0, (h as f32 - 1.0) / 2.0);
            each(&|x, y| {
                // The place it comes from, between four pixels.
                let (dx, dy) = (x - cx, y - cy);
                let (u, v) = (cos * dx + sin * dy + cx, cos * dy - sin * dx + cy);
                let (left, top) = (u.floor(), v.floor());
                let (a, b) = (u - left, v - top);
                let (l, t) = (left as i32, top as i32);
                (1.0 - b) * ((1.0 - a) * at(l, t) + a * at(l + 1, t))
                    + b * ((1.0 - a) * at(l, t + 1) + a * at(l + 1, t + 1))
            })
        }
        Shift::Blurred => blurred(pixels, (w, h), amount * WIDEST),
        Shift::Inverted => pixels.iter().map(|&grey| blend(f32::from(grey), 255.0 - f32::from(grey), amount)).collect(),
        Shift::Noise => {
            pixels.iter().map(|&grey| blend(f32::from(grey), 255.0 * rng.random::<f32>(), amount)).collect()
        }
        Shift::Shuffled => exchanged(pixels, amount, rng),
    }
}

/// A place in the plane, shifted by `amount` (0 to 1).
pub fn point(shift: Shift, amount: f32, [x, y]: [f32; 2], rng: &mut ChaCha8Rng) -> [f32; 2] {
    match shift {
        Shift::None | Shift::OtherTask | Shift::Written => [x, y],
        Shift::Moved => [x + amount * MAX_POINT_DISTANCE, y + amount * MAX_POINT_DISTANCE],
        Shift::Turned => {
            let (sin, cos) = (amount * MAX_TURN).sin_cos();
            [cos * x - sin * y, sin * x + cos * y]
        }
        Shift::Blurred => {
            let (dx, dy): (f32, f32) = (StandardNormal.sample(rng), StandardNormal.sample(rng));
            [x + amount * WIDEST_POINT * dx, y + amount * WIDEST_POINT * dy]
        }
        Shift::Inverted => [x - 2.0 * amount * x, y],
        Shift::Noise => {
            let mut anywhere = || 4.0 * rng.random::<f32>() - 2.0;
            [(1.0 - amount) * x + amount * anywhere(), (1.0 - amount) * y + amount * anywhere()]
        }
        Shift::Shuffled => {
            if rng.random::<f32>() < amount {
                [y, x]
            } else {
                [x, y]
            }
        }
    }
}

fn blend(a: f32, b: f32, share: f32) -> u8 {
    ((1.0 - share) * a + share * b).round().clamp(0.0, 255.0) as u8
}

/// A Gaussian blur of that standard deviation in pixels, one axis after the other.
fn blurred(pixels: &[u8], (w, h): (usize, usize), deviation: f32) -> Vec<u8> {
    if deviation < 0.05 {
        return pixels.to_vec();
    }
    let reach = (3.0 * deviation).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|d| (-0.5 * (d as f32 / deviation).powi(2)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let pass = |values: &[f32], across: bool| -> Vec<f32> {
        (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as i32, (i / w) as i32);
                let mut sum = 0.0;
                for (d, weight) in (-reach..=reach).zip(&weights) {
                    let (x, y) = if across { (x + d, y) } else { (x, y + d) };
                    if (0..w as i32).contains(&x) && (0..h as i32).contains(&y) {
                        sum += weight * values[y as usize * w + x as usize];
                    }
                }
                sum / total
            })
            .collect()
    };
    let values: Vec<f32> = pixels.iter().map(|&grey| f32::from(grey)).collect();
    pass(&pass(&values, true), false).into_iter().map(|v| v.round().clamp(0.0, 255.0) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    /// A white square in the upper left of a 10 × 10 image.
    fn square() -> Vec<u8> {
        (0..100).map(|i| if i % 10 < 4 && i / 10 < 4 { 200 } else { 0 }).collect()
    }
    fn shifted(shift: Shift, amount: f32) -> Vec<u8> {
        image(shift, amount, &square(), (10, 10), &mut rng::stream(1, "test", 0))
    }
    fn light(pixels: &[u8]) -> u32 {
        pixels.iter().map(|&grey| u32::from(grey)).sum()
    }

    #[test]
    fn no_amount_changes_nothing() {
        for &shift in Shift::ALL {
            assert_eq!(shifted(shift, 0.0), square(), "{shift:?}");
            assert_eq!(point(shift, 0.0, [0.3, -0.7], &mut rng::stream(1, "test", 0)), [0.3, -0.7]);
        }
    }

    #[test]
    fn every_shift_changes_the_image_and_keeps_its_size() {
        for &shift in Shift::ALL.iter().filter(|s| !matches!(s, Shift::None | Shift::OtherTask | Shift::Written)) {
            let out = shifted(shift, 0.7);
            assert_eq!(out.len(), 100);
            assert_ne!(out, square(), "{shift:?}");
        }
    }

    #[test]
    fn a_moved_image_is_the_same_one_elsewhere() {
        let out = shifted(Shift::Moved, 1.0);
        assert_eq!((out[0], out[33], out[66]), (0, 200, 200));
        assert_eq!(light(&out), light(&square()));
    }

    #[test]
    fn a_quarter_turn_puts_the_upper_left_to_the_upper_right() {
        let out = shifted(Shift::Turned, 1.0);
        assert!(out[9] > 190 && out[0] < 10 && out[90] < 10, "{} {} {}", out[9], out[0], out[90]);
    }

    #[test]
    fn a_blur_spreads_the_light_and_an_inversion_turns_it_round() {
        let out = shifted(Shift::Blurred, 0.3);
        assert!(out[44] > 0 && out[0] < 200);
        let inverted = shifted(Shift::Inverted, 1.0);
        assert_eq!((inverted[0], inverted[99]), (55, 255));
    }

    #[test]
    fn shuffled_pixels_are_the_same_pixels() {
        let (mut out, mut before) = (shifted(Shift::Shuffled, 1.0), square());
        assert_ne!(out, before);
        out.sort_unstable();
        before.sort_unstable();
        assert_eq!(out, before);
    }

    #[test]
    fn a_quarter_turn_of_the_plane_takes_right_to_up() {
        let [x, y] = point(Shift::Turned, 1.0, [1.0, 0.0], &mut rng::stream(1, "test", 0));
        assert!(x.abs() < 1e-6 && (y - 1.0).abs() < 1e-6);
    }
}
