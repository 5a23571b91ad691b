//! Rows that follow each other and nearly repeat, as several of one patient or of one second do: where some of them are learned
//! from and others tested on, a network is right by having seen its neighbours.

use super::inputs::Column;

/// Columns by which rows are compared.
const MOST_COLUMNS: usize = 64;
/// Distance of neighbours, as a share of that of rows drawn anywhere in the same class, below which they nearly repeat.
const NEAR: f64 = 0.25;
/// Share of the distance of any two rows at which a run ends.
const ENDS: f64 = 0.5;
/// Fewest runs that are worth keeping together.
const FEWEST: usize = 8;

/// Standardised distances between rows.
struct Rows {
    columns: Vec<Vec<f32>>,
}

impl Rows {
    fn new(columns: &[Column]) -> Self {
        let numbers = columns.iter().filter_map(|column| match column {
            Column::Numbers { values, missing: false, .. } => Some(values),
            _ => None,
        });
        let standard = |values: &Vec<f64>| -> Vec<f32> {
            let n = values.len().max(1) as f64;
            let mean = values.iter().sum::<f64>() / n;
            let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
            values.iter().map(|v| if deviation > 0.0 { ((v - mean) / deviation) as f32 } else { 0.0 }).collect()
        };
        Self { columns: numbers.take(MOST_COLUMNS).map(standard).collect() }
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        self.columns.iter().map(|column| f64::from(column[a] - column[b]).powi(2)).sum::<f64>().sqrt()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The run of each row, `[N]`, and how many there are; `None` where rows that follow each other do not nearly repeat.
pub fn find(columns: &[Column], labels: &[Option<u8>]) -> Option<(Vec<u32>, usize)> {
    let rows = Rows::new(columns);
    let n = labels.len();
    // In one column or two everything is near something.
    if rows.columns.len() < 2 || n < 2 * FEWEST {
        return None;
    }
    let neighbours: Vec<f64> = (1..n).map(|i| rows.distance(i - 1, i)).collect();
    // Pairs of the same class far apart in the file, so that a sorted table is none of runs.
    let mut by_class: std::collections::BTreeMap<Option<u8>, Vec<usize>> = std::collections::BTreeMap::new();
    labels.iter().enumerate().for_each(|(i, label)| by_class.entry(*label).or_default().push(i));
    let anywhere: Vec<f64> = by_class
        .values()
        .flat_map(|members| {
            let half = members.len() / 2;
            (0..half).map(|i| (members[i], members[(i + half).min(members.len() - 1)])).collect::<Vec<_>>()
        })
        .map(|(a, b)| rows.distance(a, b))
        .collect();
    let typical = median(anywhere);
    if typical <= 0.0 || median(neighbours.clone()) > NEAR * typical {
        return None;
    }
    let mut run = 0;
    let runs: Vec<u32> = std::iter::once(0)
        .chain(neighbours.iter().map(|&distance| {
            run += u32::from(distance > ENDS * typical);
            run
        }))
        .collect();
    let count = run as usize + 1;
    (FEWEST..=n / 2).contains(&count).then_some((runs, count))
}
