//! The flat form of [`LossParams`] in which kernels read it: one row of float32 per student.

use super::{Kind, LossParams};

/// Columns of a row, by name.
pub mod column {
    /// The soft term's [`Kind`](super::Kind).
    pub const KIND: usize = 0;
    /// Temperature T.
    pub const TEMPERATURE: usize = 1;
    /// Soft weight α.
    pub const SOFT_WEIGHT: usize = 2;
    /// Weight of the hard term.
    pub const HARD_WEIGHT: usize = 3;
    /// Label smoothing ε.
    pub const LABEL_SMOOTHING: usize = 4;
    /// T² or 1, see [`LossParams::tempered_scale`](super::LossParams::tempered_scale).
    pub const SCALE: usize = 5;
    /// First parameter of the soft term: β, the weight of DKD's label-against-rest part, or k.
    pub const FIRST: usize = 6;
    /// Second parameter of the soft term: the weight of DKD's part without the label.
    pub const SECOND: usize = 7;
    /// Target variant.
    pub const VARIANT: usize = 8;
}

/// Number of columns.
pub const COLUMNS: usize = 9;

impl LossParams {
    /// The parameters as a row.
    pub fn encode(&self) -> [f32; COLUMNS] {
        let (kind, first, second) = self.soft.encode();
        let mut row = [0.0; COLUMNS];
        row[column::KIND] = kind as u32 as f32;
        row[column::TEMPERATURE] = self.temperature;
        row[column::SOFT_WEIGHT] = self.soft_weight;
        row[column::HARD_WEIGHT] = self.hard_weight;
        row[column::LABEL_SMOOTHING] = self.label_smoothing;
        row[column::SCALE] = self.tempered_scale();
        row[column::FIRST] = first;
        row[column::SECOND] = second;
        row[column::VARIANT] = self.variant as f32;
        row
    }

    /// The parameters of a row; `None` when it is of another length or its kind is not known.
    pub fn decode(row: &[f32]) -> Option<Self> {
        let row: &[f32; COLUMNS] = row.try_into().ok()?;
        let (first, second) = (row[column::FIRST], row[column::SECOND]);
        let kind = Kind::ALL.into_iter().find(|&kind| row[column::KIND] == kind as u32 as f32)?;
        let soft = kind.decode(first, second);
        let temperature = row[column::TEMPERATURE];
        Some(Self {
            soft,
            temperature,
            soft_weight: row[column::SOFT_WEIGHT],
            hard_weight: row[column::HARD_WEIGHT],
            label_smoothing: row[column::LABEL_SMOOTHING],
            // Where T² is 1, both give the same loss.
            t_squared: row[column::SCALE] == temperature * temperature,
            variant: row[column::VARIANT] as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses::tests::all;

    #[test]
    fn decoding_inverts_encoding() {
        for params in all() {
            for t_squared in [true, false] {
                let params = LossParams { t_squared, variant: 2, ..params };
                assert_eq!(LossParams::decode(&params.encode()), Some(params));
            }
        }
    }

    #[test]
    fn an_unknown_kind_is_not_decoded() {
        let mut row = LossParams::HARD.encode();
        row[column::KIND] = 99.0;
        assert_eq!(LossParams::decode(&row), None);
        assert_eq!(LossParams::decode(&row[1..]), None);
    }
}
