//! Rows that are drawn anew for a reader: from which ticks, how much, and on which thread.
//!
//! Owns the bounds of this work, which the shop and its database never notice. Must not know what is made of the rows.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::timeout;

use super::super::background::Background;
use super::query::{Found, Refusal};
use crate::clock::Timeline;
use crate::plan::ShopPlan;
use crate::value::Value;

/// About the values that are drawn for one request besides those of the rows that it lists.
pub const MOST_DRAWS: u64 = 500_000;
/// Bytes of text in one answer, about.
pub const MOST_BYTES: usize = 4 << 20;
/// Characters of a value; the rest is cut.
const MOST_CHARACTERS: usize = 1_000;
/// How long a request may wait for those before it and for its own rows.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ticks of a shop that are committed.
#[derive(Clone)]
pub struct Ticks {
    /// What they hold.
    pub plan: Arc<ShopPlan>,
    /// Their times.
    pub timeline: Arc<Timeline>,
    /// The last one.
    pub last: u64,
}

impl Ticks {
    /// The ticks of a shop by now; it must have opened its database once and committed one.
    pub fn of(shop: &Found<'_>) -> Result<Self, Refusal> {
        let plan = shop.facts.plan.clone();
        let board = shop.shared.boards[shop.index].lock();
        match (board.last_tick, &board.timeline) {
            (Some(last), Some(timeline)) => Ok(Self { timeline: timeline.clone(), plan, last }),
            (_, None) => Err(Refusal::NotFound(format!("`{}` has not opened its database yet", plan.name))),
            _ => Err(Refusal::NotFound(format!("`{}` has not committed a tick yet", plan.name))),
        }
    }

    /// The first tick before which pauses may have been merged, as far as windows do not reach them: earlier ticks have
    /// lost their times. 0: none has.
    fn exact_from(&self) -> u64 {
        let next = self.last.saturating_add(1);
        match next.checked_sub(self.plan.ticks_remembered()) {
            Some(tick) => self.timeline.exact_from(tick),
            None => 0,
        }
    }

    /// Why the rows of a tick cannot be drawn, because the times of ticks in reach of its windows are lost.
    pub fn forgotten(&self, tick: u64) -> Option<String> {
        let exact = self.exact_from();
        (exact > 0 && tick.saturating_sub(self.plan.reach()) < exact)
            .then(|| format!("the exact times of ticks before {exact} are no longer in memory"))
    }
}

/// The reader of rows that are being drawn: who draws stops when it has gone.
pub struct Reader(Weak<()>);

impl Reader {
    /// Whether nobody reads any more.
    pub fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }
}

/// The one thread that draws.
pub struct Drawing(Background);

impl Default for Drawing {
    fn default() -> Self {
        Self(Background::new("drawing"))
    }
}

impl Drawing {
    /// Draws rows, one request after the other.
    pub async fn draw<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let reading = Arc::new(());
        let reader = Reader(Arc::downgrade(&reading));
        let drawn = timeout(PATIENCE, self.0.run(move || work(&reader))).await;
        // Held until now: it goes with the request, too.
        drop(reading);
        match drawn {
            Ok(Some(drawn)) => Ok(drawn),
            Ok(None) => Err(Refusal::Unavailable("the rows could not be drawn".to_owned())),
            Err(_) => Err(Refusal::Busy("others are having rows drawn".to_owned())),
        }
    }
}

/// A value as PostgreSQL prints it, cut where it is long; `None` for NULL.
pub fn text(value: Value<'_>) -> Option<String> {
    if matches!(value, Value::Null) {
        return None;
    }
    let mut text = value.to_string();
    if let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::clock::Pause;
    use crate::config::{self, Source, Surroundings};
    use crate::value::Timestamp;

    #[test]
    fn a_long_value_is_cut_between_two_characters() {
        let long = "🍐".repeat(MOST_CHARACTERS + 1);
        let cut = text(Value::Text(&long)).unwrap();
        assert_eq!((cut.chars().count(), cut.ends_with("🍐…")), (MOST_CHARACTERS + 1, true));
        let fits = "🍐".repeat(MOST_CHARACTERS);
        assert_eq!(text(Value::Text(&fits)), Some(fits.clone()));
        assert_eq!((text(Value::Null), text(Value::Text(""))), (None, Some(String::new())));
    }

    #[test]
    fn rows_whose_times_may_have_been_lost_are_not_drawn() {
        let text = "[[shop]]\nname = \"a\"\ntick_interval = \"1s\"\ndelete_older_than = \"8s\"\n[tables.t]\n\
                    insert_rows_per_tick = 1\nupdate_rows_per_tick = 0\n[tables.t.columns]\n\
                    x = { type = \"int\", faker = \"random_int\" }\n";
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, _) = config::read(&Source::new("shops.toml", text), &surroundings);
        let plan = crate::plan::compile(&config).0.remove(0);
        let (reach, kept) = (plan.reach(), plan.ticks_remembered());
        let pause = Pause { before_tick: 100, micros: 5_000_000 };
        let timeline = Arc::new(Timeline::new(Timestamp(0), plan.interval, &[pause]));
        let ticks = |last| Ticks { plan: plan.clone(), timeline: timeline.clone(), last };
        // As long as no pause is merged, each tick has its time.
        assert_eq!(ticks(50 + kept).forgotten(3), None);
        let told = "the exact times of ticks before 100 are no longer in memory";
        let later = ticks(100 + kept);
        assert_eq!(later.forgotten(99 + reach).as_deref(), Some(told));
        assert_eq!(later.forgotten(100 + reach), None);
    }

    #[test]
    fn a_slow_lookup_of_a_name_keeps_nobody_from_having_rows_drawn() {
        let one_blocking_thread = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().max_blocking_threads(1).build().unwrap()
        };
        actix::System::with_tokio_rt(one_blocking_thread).block_on(async {
            let (answer, answered) = std::sync::mpsc::channel::<()>();
            let lookup = tokio::task::spawn_blocking(move || answered.recv());
            assert_eq!(Drawing::default().draw(|_| 7).await, Ok(7));
            assert!(!lookup.is_finished());
            drop(answer);
        });
    }

    #[test]
    fn who_draws_for_a_reader_that_has_gone_can_tell() {
        actix::System::new().block_on(async {
            let (begun, begins) = oneshot::channel();
            let (go_on, goes_on) = std::sync::mpsc::channel();
            let (say, said) = oneshot::channel();
            let drawing = actix::spawn(async move {
                let look = move |reader: &Reader| {
                    let _ = begun.send(reader.is_gone());
                    let _ = goes_on.recv();
                    let _ = say.send(reader.is_gone());
                };
                Drawing::default().draw(look).await
            });
            assert!(!begins.await.unwrap());
            drawing.abort();
            assert!(drawing.await.unwrap_err().is_cancelled());
            go_on.send(()).unwrap();
            assert!(said.await.unwrap());
        });
    }
}
