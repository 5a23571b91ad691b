//! Where own runs are stored: one IndexedDB store, a record a run, keyed by the time it was over.
//!
//! The database is opened for each errand and closed after it, so that no tab ever keeps another from upgrading it.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::JsValue;

/// Name of the database.
const DATABASE: &str = "softlabel";
/// Raised when the stores change.
const VERSION: u32 = 1;
/// Name of the store.
const RUNS: &str = "runs";

/// What is to be done with the stored runs.
pub enum Errand {
    /// Store a record under its time, and let others go.
    Keep {
        /// Times and records.
        records: Vec<(f64, Vec<u8>)>,
        /// Times of those that go.
        gone: Vec<f64>,
    },
    /// Let every one go, those that this version cannot read too.
    Clear,
}

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        // Where this fails, the first errand does, and the page says that nothing is stored.
        if let Ok(database) = event.database() {
            let _ = database.create_object_store(RUNS, ObjectStoreParams::new());
        }
    });
    request.await
}

/// Every stored record.
pub async fn load() -> Result<Vec<Vec<u8>>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[RUNS], TransactionMode::ReadOnly)?;
    let values = transaction.object_store(RUNS)?.get_all(None, None)?.await?;
    database.close();
    Ok(values.iter().map(|value| js_sys::Uint8Array::new(value).to_vec()).collect())
}

/// Runs an errand.
pub async fn run(errand: Errand) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[RUNS], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(RUNS)?;
    match errand {
        Errand::Keep { records, gone } => {
            for (at, record) in records {
                let value: JsValue = js_sys::Uint8Array::from(record.as_slice()).into();
                store.put(&value, Some(&JsValue::from(at)))?.await?;
            }
            for at in gone {
                store.delete(JsValue::from(at))?.await?;
            }
        }
        Errand::Clear => {
            store.clear()?.await?;
        }
    }
    transaction.await?;
    database.close();
    Ok(())
}
