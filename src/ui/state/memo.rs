//! Memos whose program is shared: each closure given to `Memo::new` is compiled into half a kilobyte of its own, and the
//! page has more than a hundred of them.

use leptos::prelude::*;

/// A value derived from signals, worked out anew when they change, passed on only when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(derive: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    of(Box::new(derive))
}

fn of<T: PartialEq + Send + Sync + 'static>(derive: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| derive())
}
