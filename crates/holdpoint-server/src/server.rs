//! What every handler has at hand: the use cases, the limits, and the way onto a blocking thread.

use std::sync::Arc;

use holdpoint_app::people::limit::SignInLimits;
use holdpoint_app::store::{Reader, StoreError};
use holdpoint_app::{App, AppError};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::{DemoData, MAX_SIGN_INS, MAX_UPLOADS, MAX_USE_CASES, Transport};
use crate::problem::{Problem, ProblemCode};

/// The server's hold on the use cases. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    transport: Transport,
    demo: DemoData,
    limits: SignInLimits,
    use_cases: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    sign_ins: Semaphore,
}

impl Server {
    /// A server over these use cases.
    #[must_use]
    pub fn new(app: App, transport: Transport, demo: DemoData) -> Self {
        Self {
            inner: Arc::new(Inner {
                app,
                transport,
                demo,
                limits: SignInLimits::default(),
                use_cases: Arc::new(Semaphore::new(MAX_USE_CASES)),
                uploads: Arc::new(Semaphore::new(MAX_UPLOADS)),
                sign_ins: Semaphore::new(MAX_SIGN_INS),
            }),
        }
    }

    /// The use cases. Call them through [`Server::ask`]: they block.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.inner.app
    }

    /// How bytes travel.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.inner.transport
    }

    /// Whether the company is invented.
    #[must_use]
    pub fn demo(&self) -> DemoData {
        self.inner.demo
    }

    /// The limits on tries to sign in.
    #[must_use]
    pub fn limits(&self) -> &SignInLimits {
        &self.inner.limits
    }

    /// The places for uploads that are held in memory.
    #[must_use]
    pub fn uploads(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.uploads)
    }

    /// The places for checks of passwords, each of which needs 19 MiB and a core for some time.
    pub async fn sign_in_place(&self) -> SemaphorePermit<'_> {
        self.inner.sign_ins.acquire().await.expect("the semaphore is never closed")
    }

    /// Runs one use case on a blocking thread.
    ///
    /// # Errors
    /// What the use case says, as a [`Problem`]; a panic in it is a fault of ours.
    pub async fn ask<T, E>(
        &self,
        use_case: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let permit = Arc::clone(&self.inner.use_cases).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let app = self.inner.app.clone();
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also when the request that wanted it has gone away.
            let _permit = permit;
            use_case(&app)
        });
        match work.await {
            Ok(done) => done.map_err(Into::into),
            Err(broken) => {
                tracing::error!(error = %broken, "a use case broke off");
                Err(Problem::plain(ProblemCode::Ours))
            }
        }
    }

    /// The same for a use case that cannot be told apart from others by its error type.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub async fn run<T: Send + 'static>(
        &self,
        use_case: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.ask(use_case).await
    }

    /// Reads from the store on a blocking thread, in one consistent view.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.run(move |app| app.store().read(look).map_err(AppError::from)).await
    }
}
