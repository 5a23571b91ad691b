//! Whether WebGPU can be used here at all. Asked of the browser directly, with a time limit, because cubecl must not
//! be started where it would panic.

use super::{scope, timestamps};
use js_sys::{Array, Function, Object, Promise, Proxy, Reflect};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Longest wait for the browser to name an adapter, in milliseconds.
const PATIENCE_MS: i32 = 5_000;

/// Nothing, or why not, as a clause.
pub async fn usable() -> Result<(), String> {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let gpu = get(&get(&scope(), "navigator"), "gpu");
    if gpu.is_undefined() || gpu.is_null() {
        return Err("this browser has no WebGPU".into());
    }
    let failed = |_| String::from("the browser refused to look for an adapter");
    let request: Function = get(&gpu, "requestAdapter").dyn_into().map_err(failed)?;
    let asked: Promise = request.call0(&gpu).map_err(failed)?.dyn_into().map_err(failed)?;
    let timeout = Promise::new(&mut |resolve, _| {
        // If even a timer cannot be set, the adapter is awaited without one.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_1(&resolve, PATIENCE_MS, &"late".into());
    });
    let answer = JsFuture::from(Promise::race(&Array::of2(&asked, &timeout))).await.map_err(failed)?;
    if answer.as_string().is_some() {
        return Err("the browser did not name an adapter within 5 seconds".into());
    }
    if answer.is_null() || answer.is_undefined() {
        return Err("the browser found no graphics adapter".into());
    }
    timestamps::tolerate_their_absence(&answer).map_err(failed)?;
    Ok(())
}

thread_local!(static LAUNCHES: Cell<Option<f64>> = const { Cell::new(None) });

/// Counts kernel launches from now on, and gives the way to ask how many there were; `None` where there is nothing to
/// count. (It wraps the browser's own `dispatchWorkgroups`, so what is counted is what reaches the GPU. A proxy, and no
/// function made from text, which a strict content security policy refuses.)
pub fn count_launches() -> Option<fn() -> f64> {
    if LAUNCHES.get().is_none() {
        let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
        let passes = get(&get(&js_sys::global(), "GPUComputePassEncoder")?, "prototype")?;
        let counting = Closure::<dyn FnMut(Function, JsValue, Array) -> JsValue>::new(
            |launch: Function, pass: JsValue, arguments: Array| {
                LAUNCHES.set(LAUNCHES.get().map(|n| n + 1.0));
                Reflect::apply(&launch, &pass, &arguments).unwrap_or(JsValue::UNDEFINED)
            },
        );
        let handler = Object::new();
        Reflect::set(&handler, &"apply".into(), counting.as_ref()).ok()?;
        // It stays for the life of the worker, as the wrapped functions do.
        counting.forget();
        for name in ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"] {
            let launch: Function = get(&passes, name)?.dyn_into().ok()?;
            Reflect::set(&passes, &name.into(), &Proxy::new(&launch, &handler)).ok()?;
        }
        LAUNCHES.set(Some(0.0));
    }
    Some(|| LAUNCHES.get().unwrap_or(0.0))
}
