//! Files out and in, as far as they need the engine: what the page writes them of, and networks that it has read from one.

use super::{Inbox, Worker, post};
use crate::config::{Config, Task};
use crate::engine::session::Session;
use crate::export::{ImportPayload, pack, unpack};
use crate::protocol::{Event, Export, Packed};

impl Worker {
    /// Sends the payload of a file, or the reason why there is none.
    pub(super) async fn export(&self, export: Export) {
        let payload = match &self.session {
            None => Err("No run is set up yet: wait until the task’s data are there.".into()),
            Some(session) => session.payload(export).await.map(|payload| Packed(pack(&payload))),
        };
        post(&Event::Exported(payload));
    }

    /// Sets up the run of those networks, with them in it. What cannot be used changes nothing.
    pub(super) async fn import(&mut self, packed: &Packed, inbox: &mut Inbox) {
        match self.session_of(packed, inbox).await {
            Ok(session) => {
                post(&Event::Imported(Ok(Box::new(session.config().clone()))));
                post(&Event::Opened(session.setup()));
                post(&Event::Report(session.report()));
                self.session = Some(session);
            }
            Err(why) => {
                // Where data were fetched for it, the page has to learn that the run before is still there.
                if let Some(session) = &self.session {
                    post(&Event::Opened(session.setup()));
                    post(&Event::Report(session.report()));
                }
                post(&Event::Imported(Err(why)));
            }
        }
    }

    async fn session_of(&mut self, packed: &Packed, inbox: &mut Inbox) -> Result<Session, String> {
        let Some(imported) = unpack::<ImportPayload>(&packed.0) else {
            return Err("What the page read from the file did not arrive whole. Reload the page, and try again.".into());
        };
        let device = self.session.as_ref().map(|session| session.config().device);
        let config = Config { device: device.unwrap_or(imported.config.device), ..imported.config.clone() };
        if config.task == Task::Own && self.own.is_none() {
            return Err("These weights are of somebody’s own data, which are not here. Choose “Your own data” as the \
                        task, open the same file there, and import the weights again."
                .into());
        }
        let Some((device, gpu)) = self.device() else {
            return Err("The engine has no device to compute on yet. Try again when it is there.".into());
        };
        let missing = || "The data that these weights belong to could not be had, so they were not opened.".to_string();
        let other = self.other(&config, inbox).await.ok_or_else(missing)?;
        let data = self.data(&config, inbox).await.ok_or_else(missing)?;
        let own = config.task == Task::Own;
        let mut session = Session::new(device, gpu, data, config);
        if let Some(other) = other {
            session.lend(other);
        }
        session.import(imported).map_err(|error| {
            if own {
                "These weights are of other data than your own here. Open the file that they were trained on, and \
                 import them again."
                    .into()
            } else {
                error.to_string()
            }
        })?;
        Ok(session)
    }
}
