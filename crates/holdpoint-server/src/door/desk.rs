//! Reports of many agents in one change: who comes while one is written waits for the next, and is answered when it is on the
//! disk. The surprise: what cannot be kept together is tried one by one, so that one bad report fails nobody else's.

use crate::problem::{Problem, ProblemCode};
use holdpoint_app::App;
use holdpoint_app::agents::{ToldBy, keep_events};
use std::fmt::Display;
use tokio::sync::{mpsc, oneshot};

/// So many events are written in one change at most: below a tenth of a second on a small machine.
const MOST_EVENTS: usize = 4_000;
/// So many reports may wait. More, and the agents are asked to come later.
const MOST_WAITING: usize = 8_192;

type Waiting = (ToldBy, oneshot::Sender<Result<u64, ()>>);

/// Takes reports and writes them together.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    sender: mpsc::Sender<Waiting>,
}

impl Desk {
    /// Opens it in the running runtime; it ends when nobody holds it any more.
    pub(super) fn open(app: App) -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        tokio::spawn(write_together(app, receiver));
        Self { sender }
    }

    /// Keeps a report; gives up to which number.
    pub(super) async fn keep(&self, told: ToldBy) -> Result<u64, Problem> {
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

async fn write_together(app: App, mut receiver: mpsc::Receiver<Waiting>) {
    while let Some(first) = receiver.recv().await {
        let mut n_events = first.0.progress_len();
        let mut waiting = vec![first];
        while n_events < MOST_EVENTS
            && let Ok(next) = receiver.try_recv()
        {
            n_events += next.0.progress_len();
            waiting.push(next);
        }
        let (batch, answers): (Vec<ToldBy>, Vec<_>) = waiting.into_iter().unzip();
        let app = app.clone();
        let keep = move |told: &[ToldBy]| keep_events(&app, told);
        match tokio::task::spawn_blocking(move || keep_each(keep, &batch)).await {
            Ok(kept) => {
                for (answer, through) in answers.into_iter().zip(kept) {
                    // Who went away meanwhile comes again, and it is a no-op then.
                    let _gone = answer.send(through);
                }
            }
            Err(error) => tracing::error!(%error, "keeping reports of agents broke off"),
        }
    }
}

/// Keeps all together; when that fails, each report by itself, so that a bad one takes no other with it.
fn keep_each<T, E: Display>(keep: impl Fn(&[T]) -> Result<Vec<u64>, E>, batch: &[T]) -> Vec<Result<u64, ()>> {
    match keep(batch) {
        Ok(kept) => return kept.into_iter().map(Ok).collect(),
        Err(error) => tracing::warn!(%error, "reports of agents could not be kept together"),
    }
    let alone = |told: &T| {
        let kept = keep(std::slice::from_ref(told));
        let through = kept.map(|kept| kept.first().copied().unwrap_or_default());
        through.map_err(|error| tracing::error!(%error, "a report of an agent could not be kept"))
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
