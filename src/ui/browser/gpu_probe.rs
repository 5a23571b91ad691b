//! Which of the two engines to load: asks the browser for a usable GPU without ever hanging or throwing.
//!
//! The CPU engine is small and there at once; the WebGPU engine is fetched only where it will be of use, or where
//! the user insists.

use crate::config::DeviceChoice;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Longest wait for the browser to name an adapter, in milliseconds.
const ADAPTER_MS: u32 = 2_000;

/// Names of software adapters, in lower case: fifty times slower than the CPU engine.
const SOFTWARE: &[&str] = &["swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render", "warp"];

/// An engine to load.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceDecision {
    /// True for the WebGPU engine.
    pub gpu: bool,
    /// Why this one, a clause; `None` where the engine itself knows best.
    pub reason: Option<String>,
}

/// Chooses an engine for what the user asked for.
pub async fn choose(asked: DeviceChoice) -> DeviceDecision {
    match asked {
        DeviceChoice::Cpu => DeviceDecision { gpu: false, reason: Some("as you chose".into()) },
        DeviceChoice::WebGpu => DeviceDecision { gpu: true, reason: None },
        DeviceChoice::Auto => match usable_adapter().await {
            Ok(()) => DeviceDecision { gpu: true, reason: None },
            Err(reason) => DeviceDecision { gpu: false, reason: Some(reason) },
        },
    }
}

/// Whether there is a GPU that this page would choose by itself; else the reason, a clause.
async fn usable_adapter() -> Result<(), String> {
    let none = || "no WebGPU in this browser".to_string();
    let navigator = web_sys::window().ok_or_else(none)?.navigator();
    let gpu = property(&navigator, "gpu").ok_or_else(none)?;
    let request: Function = property(&gpu, "requestAdapter").and_then(|f| f.dyn_into().ok()).ok_or_else(none)?;
    let refused = || "WebGPU finds no graphics card here".to_string();
    let answer: Promise = request.call0(&gpu).ok().and_then(|p| p.dyn_into().ok()).ok_or_else(refused)?;
    let late = JsValue::from_str("late");
    let adapter = JsFuture::from(Promise::race(&Array::of2(&answer, &after(ADAPTER_MS, late.clone()))))
        .await
        .map_err(|_| refused())?;
    if adapter == late {
        return Err(format!("WebGPU did not answer within {} seconds", ADAPTER_MS / 1000));
    }
    if adapter.is_null() || adapter.is_undefined() {
        return Err(refused());
    }
    if is_software(&adapter) {
        return Err("WebGPU is only simulated in software here, which is slower".into());
    }
    Ok(())
}

fn is_software(adapter: &JsValue) -> bool {
    let info = property(adapter, "info");
    let flagged = |of: &JsValue| property(of, "isFallbackAdapter").is_some_and(|v| v.is_truthy());
    let named = |of: &JsValue| {
        ["vendor", "architecture", "device", "description"].iter().any(|field| {
            let name = property(of, field).and_then(|v| v.as_string()).unwrap_or_default().to_lowercase();
            SOFTWARE.iter().any(|software| name.contains(software))
        })
    };
    flagged(adapter) || info.is_some_and(|info| flagged(&info) || named(&info))
}

/// A property that is there; whatever throws is not.
fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

/// A promise of `value` after a while.
fn after(ms: u32, value: JsValue) -> Promise {
    Promise::new(&mut |resolve, _| {
        let value = value.clone();
        Timeout::new(ms, move || {
            let _ = resolve.call1(&JsValue::NULL, &value);
        })
        .forget();
    })
}

/// True where the user asked the browser to save data: then nothing is fetched or computed unasked.
pub fn saves_data() -> bool {
    let connection = web_sys::window().and_then(|window| property(&window.navigator(), "connection"));
    connection.and_then(|c| property(&c, "saveData")).is_some_and(|v| v.is_truthy())
}
