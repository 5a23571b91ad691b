//! WebGPU without the optional feature `timestamp-query`, as some browsers and phones have it.
//!
//! cubecl 0.11 panics in a browser as soon as it makes a queue for an adapter that lacks that feature, because it could
//! not measure a kernel there. It measures only to tune kernels and to log, and this build does neither (burn's
//! `autotune` is off). So where the feature is missing the adapter is said to have it, and the device is asked for
//! without it.

use js_sys::{Array, Function, Object, Proxy, Reflect, Set};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// The feature, in WebGPU's own word.
const TIMESTAMPS: &str = "timestamp-query";

/// Makes every adapter of this worker fit for cubecl; nothing changes where `adapter` has the feature.
///
/// # Errors
/// Whatever the browser throws.
pub fn tolerate_their_absence(adapter: &JsValue) -> Result<(), JsValue> {
    let features = Reflect::get(adapter, &"features".into())?;
    let has: Function = Reflect::get(&features, &"has".into())?.dyn_into()?;
    if has.call1(&features, &TIMESTAMPS.into())?.is_truthy() {
        return Ok(());
    }
    let adapters = Reflect::get_prototype_of(adapter)?;
    let name = JsValue::from("features");
    let described = Object::get_own_property_descriptor(&adapters, &name);
    let getter: Function = Reflect::get(&described, &"get".into())?.dyn_into()?;
    let with_timestamps = |answer: JsValue| {
        let features = Set::new(&answer);
        features.add(&TIMESTAMPS.into());
        Ok(features.into())
    };
    let claiming = wrapped(&getter, |_| Ok(()), with_timestamps)?;
    Reflect::set(&described, &"get".into(), &claiming)?;
    Object::define_property(&adapters, &name, described.unchecked_ref::<Object>());

    let request: Function = Reflect::get(adapter, &"requestDevice".into())?.dyn_into()?;
    let asking = wrapped(&request, without_timestamps, Ok)?;
    Reflect::set(&adapters, &"requestDevice".into(), &asking)?;
    Ok(())
}

/// Takes the feature out of what a device is required to have.
fn without_timestamps(arguments: &Array) -> Result<(), JsValue> {
    let descriptor = arguments.get(0);
    if descriptor.is_object() {
        let key = JsValue::from("requiredFeatures");
        let required = Reflect::get(&descriptor, &key)?;
        if required.is_object() {
            let kept = Array::from(&required).filter(&mut |name, _, _| name != TIMESTAMPS);
            Reflect::set(&descriptor, &key, &kept)?;
        }
    }
    Ok(())
}

/// A function that changes its arguments, calls `function` on the same object, and changes what comes of it. It lives as
/// long as the worker. (A proxy, and no function made from text, which a strict content security policy refuses.)
fn wrapped(
    function: &Function,
    before: fn(&Array) -> Result<(), JsValue>,
    after: fn(JsValue) -> Result<JsValue, JsValue>,
) -> Result<JsValue, JsValue> {
    let apply = Closure::<dyn Fn(Function, JsValue, Array) -> Result<JsValue, JsValue>>::new(
        move |function: Function, this: JsValue, arguments: Array| {
            before(&arguments)?;
            after(Reflect::apply(&function, &this, &arguments)?)
        },
    );
    let handler = Object::new();
    Reflect::set(&handler, &"apply".into(), apply.as_ref())?;
    apply.forget();
    Ok(Proxy::new(function, &handler).into())
}
