//! Fetching a task's packed file: by bytes, checked against its length and checksum, gunzipped by the browser.

use super::scope;
use crate::config::{Options, Task};
use crate::data::files::{address, file_of};
use crate::data::manifest::DataFile;
use crate::worker_channel::describe;
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ReadableStream, ReadableStreamDefaultReader, ReadableWritablePair, RequestCache, RequestInit, Response,
};

#[wasm_bindgen]
extern "C" {
    /// The browser's own gunzip (web-sys counts it as unstable and does not bind it by default).
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// First bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What `read` makes of the unpacked file of a task; `progress` gets bytes received and bytes in all.
///
/// A file that is not what it should be is asked for once more past the cache, in case the cache holds a broken one.
///
/// # Errors
/// What went wrong, why, and what to do, as text.
pub async fn data<T>(
    task: Task,
    base: &str,
    progress: impl Fn(usize, usize),
    read: impl Fn(Vec<u8>) -> Result<T, String>,
) -> Result<T, String> {
    let file = file_of(task).ok_or("This task has no file to fetch.")?;
    let url = format!("{base}{}", address(file));
    let try_once = async |cache| {
        let bytes = attempt(file, &url, cache, &progress).await?;
        read(bytes).map_err(FetchError::Broken)
    };
    let mut result = try_once(RequestCache::Default).await;
    if matches!(result, Err(FetchError::Broken(_))) {
        result = try_once(RequestCache::Reload).await;
    }
    result.map_err(|error| {
        let (what, why) = match error {
            FetchError::Missing(why) => ("could not be fetched", why),
            FetchError::Broken(why) => ("arrived damaged", why),
        };
        format!(
            "The data of {} {what}: {why}. Try again, or choose a task of points, which needs no file.",
            task.label()
        )
    })
}

/// What can go wrong on the way, as a clause.
enum FetchError {
    /// No file.
    Missing(String),
    /// A file, but not the one that was packed.
    Broken(String),
}

async fn attempt(
    file: &DataFile,
    url: &str,
    cache: RequestCache,
    progress: &impl Fn(usize, usize),
) -> Result<Vec<u8>, FetchError> {
    let bytes = download(file, url, cache, progress).await?;
    // Some servers mark the file as gzip-encoded, and then the browser has unpacked it already; what came is checked
    // by whoever reads it.
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    if bytes.len() != file.bytes {
        return Err(FetchError::Broken(format!("{} bytes came instead of {}", bytes.len(), file.bytes)));
    }
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != file.sha256 {
        return Err(FetchError::Broken("its checksum is not the one it was packed with".into()));
    }
    gunzip(&bytes)
        .await
        .map_err(|error| FetchError::Broken(format!("the browser could not unpack it ({})", describe(&error))))
}

async fn download(
    file: &DataFile,
    url: &str,
    cache: RequestCache,
    progress: &impl Fn(usize, usize),
) -> Result<Vec<u8>, FetchError> {
    let missing = |error: JsValue| FetchError::Missing(format!("the server cannot be reached ({})", describe(&error)));
    let init = RequestInit::new();
    init.set_cache(cache);
    progress(0, file.bytes);
    let response: Response =
        JsFuture::from(scope().fetch_with_str_and_init(url, &init)).await.map_err(missing)?.unchecked_into();
    if !response.ok() {
        return Err(FetchError::Missing(format!("the server answered {} for {}", response.status(), file.path)));
    }
    let Some(body) = response.body() else {
        return Err(FetchError::Missing("the server’s answer was empty".into()));
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::with_capacity(file.bytes);
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(|error| {
            FetchError::Missing(format!(
                "the connection broke after {} of {} bytes ({})",
                bytes.len(),
                file.bytes,
                describe(&error)
            ))
        })?;
        let done = Reflect::get(&part, &"done".into()).ok().and_then(|done| done.as_bool()).unwrap_or(true);
        if done {
            return Ok(bytes);
        }
        if let Ok(chunk) = Reflect::get(&part, &"value".into()).and_then(JsValue::dyn_into::<Uint8Array>) {
            let at = bytes.len();
            bytes.resize(at + chunk.length() as usize, 0);
            chunk.copy_to(&mut bytes[at..]);
            progress(bytes.len().min(file.bytes), file.bytes);
        }
    }
}

async fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
    let stream = DecompressionStream::new("gzip")?;
    let unpacked: ReadableStream = blob.stream().pipe_through(stream.unchecked_ref::<ReadableWritablePair>());
    let whole = JsFuture::from(Response::new_with_opt_readable_stream(Some(&unpacked))?.array_buffer()?).await?;
    Ok(Uint8Array::new(whole.unchecked_ref::<ArrayBuffer>()).to_vec())
}
