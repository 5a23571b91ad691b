//! Parts of the open lesson's progress as memos.

use crate::ui::app::context::Page;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// A memo of a part of the open lesson's progress; `None` while no lesson is open.
pub(super) fn progress_part<T: PartialEq + Send + Sync + 'static>(
    page: Page,
    part: impl Fn(&LessonProgress) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    memo(move || page.lesson.with(|p| p.as_ref().map(&part)))
}
