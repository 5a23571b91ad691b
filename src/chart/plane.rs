//! The plane of the 2-D tasks: points into a square, each class its own mark.

/// Points scaled into a square, and what is needed to place others the same way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    middle: (f64, f64),
    reach: f64,
    side: f64,
}

impl Square {
    /// A square of `side` pixels that holds all points with a margin of a twentieth.
    pub fn around(points: impl Iterator<Item = (f32, f32)>, side: f64) -> Self {
        let far = f64::INFINITY;
        let (mut low, mut high) = ((far, far), (-far, -far));
        for (x, y) in points {
            let (x, y) = (f64::from(x), f64::from(y));
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if low.0 > high.0 {
            return Self { middle: (0.0, 0.0), reach: 1.0, side };
        }
        let reach = ((high.0 - low.0).max(high.1 - low.1) / 2.0).max(1e-6) / 0.9;
        Self { middle: ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0), reach, side }
    }

    /// A square of `side` pixels around the origin, reaching `half` to every side.
    pub fn of(half: f64, side: f64) -> Self {
        Self { middle: (0.0, 0.0), reach: half.max(1e-6), side }
    }

    /// The place of a point; the plane's second coordinate points upwards.
    pub fn at(&self, (x, y): (f32, f32)) -> (f64, f64) {
        let half = self.side / 2.0;
        let dx = (f64::from(x) - self.middle.0) / self.reach;
        let dy = (f64::from(y) - self.middle.1) / self.reach;
        (half + dx * half, half - dy * half)
    }
}

/// Path of a class's mark around a place: a disc, a triangle, a square, a diamond, so that colour is not the only cue.
pub fn mark(class: usize, (x, y): (f64, f64), r: f64) -> String {
    match class % 4 {
        0 => format!("M{:.1} {y:.1}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z", x - r, d = 2.0 * r),
        1 => format!("M{x:.1} {:.1}l{:.1} {:.1}h{:.1}z", y - 1.2 * r, 1.15 * r, 2.1 * r, -2.3 * r),
        2 => format!("M{:.1} {:.1}h{s:.1}v{s:.1}h-{s:.1}z", x - 0.9 * r, y - 0.9 * r, s = 1.8 * r),
        _ => format!("M{x:.1} {:.1}l{d:.1} {d:.1}l-{d:.1} {d:.1}l-{d:.1} -{d:.1}z", y - 1.2 * r, d = 1.2 * r),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_inside_and_up_is_up() {
        let points = [(-1.0, 0.0), (2.0, 0.5), (0.5, -0.5)];
        let square = Square::around(points.into_iter(), 200.0);
        for p in points {
            let (x, y) = square.at(p);
            assert!((5.0..=195.0).contains(&x) && (5.0..=195.0).contains(&y), "{x} {y}");
        }
        assert!(square.at((0.0, 1.0)).1 < square.at((0.0, 0.0)).1);
    }

    #[test]
    fn no_points_and_one_point_can_be_drawn() {
        assert_eq!(Square::around(std::iter::empty(), 100.0).at((0.0, 0.0)), (50.0, 50.0));
        assert_eq!(Square::around([(3.0, 4.0)].into_iter(), 100.0).at((3.0, 4.0)), (50.0, 50.0));
    }

    #[test]
    fn classes_have_marks_of_different_shape() {
        let marks: Vec<String> = (0..3).map(|c| mark(c, (10.0, 10.0), 3.0)).collect();
        assert!(marks[0] != marks[1] && marks[1] != marks[2] && marks[0] != marks[2]);
    }
}
