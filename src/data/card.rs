//! The data card of a table: what was recognised in it, what each column is used for, and what to look out for. And the user's
//! own choices, which go with the table's file wherever it is sent.

use serde::{Deserialize, Serialize};

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// An input that is a number.
    Number,
    /// An input for each of its values: 1 where it is that one, else 0.
    Category,
    /// An input that is 1 for yes and 0 for no.
    YesNo,
    /// Inputs for the day, its month and its weekday.
    Date,
    /// The true class.
    Label,
    /// The teacher's probability of a class.
    Probability,
    /// The teacher's logit of a class.
    Logit,
    /// The teacher's log-probability of a class.
    LogProbability,
    /// The class that the teacher answers.
    Answer,
    /// Rows of one group stay together: all in the training set or all in the test set.
    Group,
    /// Nothing.
    Ignored,
}

impl Role {
    /// All roles, in the order of the page's lists.
    pub const ALL: [Self; 11] = [
        Self::Number,
        Self::Category,
        Self::YesNo,
        Self::Date,
        Self::Label,
        Self::Probability,
        Self::Logit,
        Self::LogProbability,
        Self::Answer,
        Self::Group,
        Self::Ignored,
    ];

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "Number",
            Self::Category => "Category",
            Self::YesNo => "Yes or no",
            Self::Date => "Date",
            Self::Label => "Label",
            Self::Probability => "Teacher’s probability",
            Self::Logit => "Teacher’s logit",
            Self::LogProbability => "Teacher’s log-probability",
            Self::Answer => "Teacher’s answer",
            Self::Group => "Group",
            Self::Ignored => "Left out",
        }
    }

    /// Whether it is what a teacher said, and so never an input.
    pub fn of_teacher(self) -> bool {
        matches!(self, Self::Probability | Self::Logit | Self::LogProbability | Self::Answer)
    }
}

/// What the user chose otherwise than it was recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    /// Roles of columns by their names, the latest last.
    pub roles: Vec<(String, Role)>,
    /// Whether labels that are alike but for case are different classes.
    pub case_matters: bool,
    /// Whether rows that follow each other and nearly repeat are a group.
    pub runs_together: bool,
}

impl Choices {
    /// With that role for a column.
    pub fn with_role(&self, column: &str, role: Role) -> Self {
        let mut choices = self.clone();
        choices.roles.retain(|(name, other)| name != column && !(role == Role::Label && *other == Role::Label));
        choices.roles.push((column.to_string(), role));
        choices
    }

    /// The role chosen for a column.
    pub fn role(&self, column: &str) -> Option<Role> {
        self.roles.iter().rev().find(|(name, _)| name == column).map(|(_, role)| *role)
    }
}

/// A column of the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnCard {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Inputs that it becomes.
    pub inputs: usize,
    /// What is to be said of it, a clause; empty where nothing is.
    pub note: String,
}

/// Something to look out for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What, as sentences.
    pub text: String,
    /// What can be done about it: its name, and the choices with which the table is read again.
    pub remedy: Option<(String, Choices)>,
}

/// What was recognised in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCard {
    /// The format, a clause: `CSV separated by semicolons, UTF-8`.
    pub format: String,
    /// Whether the first row names the columns; `None` where a format has names of its own.
    pub header: Option<bool>,
    /// Rows of examples.
    pub rows: usize,
    /// Classes with their labelled rows.
    pub classes: Vec<(String, usize)>,
    /// Rows without a label.
    pub unlabelled: usize,
    /// Columns, in their order.
    pub columns: Vec<ColumnCard>,
    /// The first rows, as far as they are shown: at most [`DataCard::SHOWN_ROWS`] of at most [`DataCard::SHOWN_COLUMNS`] cells.
    pub first_rows: Vec<Vec<String>>,
    /// Sentences on what was recognised.
    pub notes: Vec<String>,
    /// What to look out for.
    pub warnings: Vec<Warning>,
    /// Sentences on the teacher that the table brings.
    pub teacher: Option<String>,
    /// The choices with which it was read.
    pub choices: Choices,
}

impl DataCard {
    /// Most rows that are shown.
    pub const SHOWN_ROWS: usize = 5;
    /// Most columns that are shown.
    pub const SHOWN_COLUMNS: usize = 40;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_choice_holds_and_one_column_alone_is_the_label() {
        let choices =
            Choices::default().with_role("a", Role::Label).with_role("a", Role::Number).with_role("b", Role::Label);
        assert_eq!(
            (choices.role("a"), choices.role("b"), choices.role("c")),
            (Some(Role::Number), Some(Role::Label), None)
        );
        let other = choices.with_role("c", Role::Label);
        assert_eq!((other.role("b"), other.role("c")), (None, Some(Role::Label)));
    }
}
