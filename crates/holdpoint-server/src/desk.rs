//! Reports of many devices in one change: who comes while one is written waits for the next, and is answered when it is on the
//! disk. The surprise: what cannot be kept together is tried one by one, so that one bad report fails nobody else's.

use crate::problem::{Problem, ProblemCode};
use std::fmt::Display;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// So many events are written in one change at most: below a tenth of a second on a small machine.
const MOST_EVENTS: usize = 4_000;
/// So many reports may wait. More, and the devices are asked to come later.
const MOST_WAITING: usize = 8_192;

type Waiting<T, R> = (T, oneshot::Sender<Result<R, ()>>);

/// Takes reports and writes them together.
#[derive(Debug)]
pub(crate) struct Desk<T, R> {
    sender: mpsc::Sender<Waiting<T, R>>,
}

impl<T: Send + Sync + 'static, R: Send + 'static> Desk<T, R> {
    /// Opens it in the running runtime; it ends when nobody holds it any more. `events`: how many a report holds; `keep` gives
    /// an answer for each report.
    pub(crate) fn open<E: Display + 'static>(
        events: fn(&T) -> usize,
        keep: impl Fn(&[T]) -> Result<Vec<R>, E> + Send + Sync + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        tokio::spawn(write_together(events, Arc::new(keep), receiver));
        Self { sender }
    }

    /// Keeps a report; gives its answer.
    pub(crate) async fn keep(&self, told: T) -> Result<R, Problem> {
        let (answer, answered) = oneshot::channel();
        if self.sender.try_send((told, answer)).is_err() {
            let mut problem = Problem::plain(ProblemCode::Busy);
            problem.retry_after_s = Some(10);
            return Err(problem);
        }
        match answered.await {
            Ok(Ok(kept)) => Ok(kept),
            Ok(Err(())) | Err(_) => Err(Problem::plain(ProblemCode::Ours)),
        }
    }
}

async fn write_together<T: Send + Sync + 'static, R: Send + 'static, E: Display + 'static>(
    events: fn(&T) -> usize,
    keep: Arc<impl Fn(&[T]) -> Result<Vec<R>, E> + Send + Sync + 'static>,
    mut receiver: mpsc::Receiver<Waiting<T, R>>,
) {
    while let Some(first) = receiver.recv().await {
        let mut n_events = events(&first.0);
        let mut waiting = vec![first];
        while n_events < MOST_EVENTS
            && let Ok(next) = receiver.try_recv()
        {
            n_events += events(&next.0);
            waiting.push(next);
        }
        let (batch, answers): (Vec<T>, Vec<_>) = waiting.into_iter().unzip();
        let keep = Arc::clone(&keep);
        match tokio::task::spawn_blocking(move || keep_each(&*keep, &batch)).await {
            Ok(kept) => {
                for (answer, kept) in answers.into_iter().zip(kept) {
                    // Who went away meanwhile comes again, and it is a no-op then.
                    let _gone = answer.send(kept);
                }
            }
            Err(error) => tracing::error!(%error, "keeping reports of devices broke off"),
        }
    }
}

/// Keeps all together; when that fails, each report by itself, so that a bad one takes no other with it.
fn keep_each<T, R, E: Display>(keep: impl Fn(&[T]) -> Result<Vec<R>, E>, batch: &[T]) -> Vec<Result<R, ()>> {
    match keep(batch) {
        Ok(kept) => return kept.into_iter().map(Ok).collect(),
        Err(error) => tracing::warn!(%error, "reports of devices could not be kept together"),
    }
    let alone = |told: &T| {
        let kept = keep(std::slice::from_ref(told));
        let kept = kept.map_err(|error| tracing::error!(%error, "a report of a device could not be kept"))?;
        kept.into_iter().next().ok_or(())
    };
    batch.iter().map(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::keep_each;

    #[test]
    fn a_report_that_cannot_be_kept_takes_no_other_with_it() {
        let keep = |batch: &[u64]| {
            if batch.contains(&13) { Err("the database does not take it") } else { Ok(batch.to_vec()) }
        };
        assert_eq!(keep_each(keep, &[1, 2]), [Ok(1), Ok(2)]);
        assert_eq!(keep_each(keep, &[1, 13, 2]), [Ok(1), Err(()), Ok(2)]);
    }
}
