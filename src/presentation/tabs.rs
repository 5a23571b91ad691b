//! Where the panels are: in the stage, or in one of the tabs below it.

/// One of the analyses below the stage, of which one is shown at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its word, for identifiers.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Words of the panels in it.
    pub panels: &'static [&'static str],
}

const fn tab(key: &'static str, name: &'static str, panels: &'static [&'static str]) -> Tab {
    Tab { key, name, panels }
}

/// Every tab in its order; the first is open at first.
pub const TABS: &[Tab] = &[
    tab("results", "Results", &["verdict", "results"]),
    tab("similar", "Similar classes", &["dark"]),
    tab("confusion", "Confusion matrix", &["confusion", "bias"]),
    tab("loss", "Loss", &["loss"]),
    tab("sweep", "Sweep", &["sweep"]),
    tab("efficiency", "Efficiency", &["saves", "bench"]),
    tab("try", "Try them", &["draw", "regions", "texts"]),
    tab("transfer", "Transfer set", &["transfer"]),
    tab("runs", "Runs", &["runs"]),
    tab("settings", "All settings", &["more"]),
];

/// Panels of the stage, in the order of the process; a narrow window shows one at a time.
pub const STAGE: [&str; 4] = ["data", "teacher", "soft", "students"];

/// The tab that a panel is in; `None` for those of the stage, which are always there.
pub fn tab_of(panel: &str) -> Option<&'static Tab> {
    TABS.iter().find(|tab| tab.panels.contains(&panel))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presentation::{PANELS, panel_of};

    #[test]
    fn every_panel_below_the_stage_is_in_one_tab() {
        for panel in PANELS {
            let tabs = TABS.iter().filter(|tab| tab.panels.contains(&panel.key)).count();
            let elsewhere = panel.key == "train" || STAGE.contains(&panel.key);
            assert_eq!(tabs, usize::from(!elsewhere), "{}", panel.key);
        }
        assert!(TABS.iter().flat_map(|tab| tab.panels).all(|key| panel_of(key).is_some()));
    }
}
