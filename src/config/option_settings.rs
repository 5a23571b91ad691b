//! The table of closed lists in a config, from which comboboxes, links and validation come.

use super::options::*;
use super::{Config, Group, Invalidates, Method};

/// One closed list as it stands in a config.
pub struct OptionSetting {
    /// Key in the link.
    pub key: &'static str,
    /// Accessible name.
    pub name: &'static str,
    /// Which part of the run it belongs to.
    pub group: Group,
    /// What a change makes necessary; `None` for what no run depends on.
    pub effect: Option<Invalidates>,
    /// Words of all options.
    pub options: fn() -> Vec<&'static str>,
    /// The word of the option chosen.
    pub get: fn(&Config) -> &'static str,
    /// The name of the option chosen.
    pub label: fn(&Config) -> &'static str,
    /// Chooses by word; false, and nothing done, when there is no such option.
    pub set: fn(&mut Config, &str) -> bool,
}

macro_rules! slots {
    ($($type:ident $($field:ident).+ $group:ident $effect:expr;)+) => {
        /// Every closed list of a config but the task, which other defaults depend on. Order is that of the link.
        pub const OPTIONS: &[OptionSetting] = &[$(OptionSetting {
            key: $type::KEY,
            name: $type::NAME,
            group: Group::$group,
            effect: $effect,
            options: || $type::ALL.iter().map(|option| option.key()).collect(),
            get: |config| config.$($field).+.key(),
            label: |config| config.$($field).+.label(),
            set: |config, word| $type::from_key(word).map(|option| config.$($field).+ = option).is_some(),
        },)+];
    };
}
slots! {
    DeviceChoice device Run None;
    Optimizer optimizer Run Some(Invalidates::Everything);
    SecondTeacher second_teacher Teacher Some(Invalidates::Everything);
    Method distilled.method Supervision Some(Invalidates::Live);
    TemperatureSchedule distilled.temperature_schedule Supervision Some(Invalidates::Live);
    WeightSchedule distilled.weight_schedule Supervision Some(Invalidates::Live);
    TSquared distilled.t_squared Supervision Some(Invalidates::Live);
    Sampling sampling Transfer Some(Invalidates::Students);
    NoiseKind noise_kind Transfer Some(Invalidates::Everything);
    Shift shift Transfer Some(Invalidates::Students);
    ProductionShift production Transfer Some(Invalidates::Everything);
    ProductionClasses production_classes Transfer Some(Invalidates::Everything);
}
