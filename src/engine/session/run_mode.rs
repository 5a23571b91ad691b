//! Whether and how far a session goes on by itself.

/// What a session does when it is given time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunMode {
    /// Nothing, until it is asked.
    #[default]
    Paused,
    /// Trains the teacher for one epoch, unasked.
    WarmUp,
    /// Takes one step of whatever is due, evaluates and pauses.
    Step,
    /// Goes on to that step of the students and pauses there.
    Until(usize),
    /// Goes on to the outcome.
    ToEnd,
}

impl RunMode {
    /// True unless paused.
    pub fn is_running(self) -> bool {
        self != Self::Paused
    }

    /// True for a run that the user asked for.
    pub fn is_asked_for(self) -> bool {
        !matches!(self, Self::Paused | Self::WarmUp)
    }

    /// The students' step at which it pauses.
    pub fn target_step(self) -> Option<usize> {
        match self {
            Self::Until(step) => Some(step),
            Self::Paused | Self::WarmUp | Self::Step | Self::ToEnd => None,
        }
    }

    /// The mode in which students that have to start again are brought back to `reached`: a run that goes on, goes on; one
    /// that is paused, or was about to pause after a step, stops there.
    pub fn catching_up(self, reached: usize) -> Self {
        match self {
            Self::ToEnd | Self::Until(_) => self,
            Self::Paused | Self::WarmUp | Self::Step => Self::Until(reached),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_lost_students_goes_on_or_stops_where_it_was() {
        for (mode, then) in [
            (RunMode::Paused, RunMode::Until(7)),
            (RunMode::Step, RunMode::Until(7)),
            (RunMode::Until(20), RunMode::Until(20)),
            (RunMode::ToEnd, RunMode::ToEnd),
        ] {
            assert_eq!(mode.catching_up(7), then);
        }
    }
}
