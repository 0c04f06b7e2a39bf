//! One reader of the stream of events: what it has been told, and what is told next.
//!
//! Owns the messages and their order. A slow reader misses looks at the shops, and then gets all shops: there is never
//! more than one message waiting for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use bytes::Bytes;
use serde_json::{Value as Json, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::super::record::{Frame, Recorder, shown};
use super::super::{Pages, Stage};
use super::samples::{Texts, Wanted};
use super::shops::{ENDED, PREPARING, Run, run_id};
use super::timeline;
use crate::supervise::{LoggedEvent, ShopStatus};

/// How often a silent stream says that it is still there, so that nothing in between closes it.
pub const SILENCE: Duration = Duration::from_secs(15);
/// What it says then.
const COMMENT: &[u8] = b":\n\n";
/// How long a reader may take for one message, which is kept for it meanwhile.
const MESSAGE: Duration = Duration::from_secs(60);
/// The bytes of a part, which is copied for each reader.
const PART: usize = 16 << 10;

/// What there is to tell.
enum News {
    /// A look at the shops.
    Look(Arc<Frame>),
    /// Nothing, for some time.
    Silence,
    /// The run has ended, with these shops; `None`: the process is about to exit.
    Ended(Option<Vec<ShopStatus>>),
}

/// What one reader has been told.
pub struct Reader {
    pages: Data<Pages>,
    recorder: Data<Recorder>,
    texts: Data<Texts>,
    stage: watch::Receiver<Stage>,
    frames: watch::Receiver<Option<Arc<Frame>>>,
    /// The last sample that the page had when it connected again, until it has been told the ones since.
    after: Option<u64>,
    /// The number of the last frame and of the last event that it has been told.
    frame: Option<u64>,
    event: u64,
    /// The rest of the message that is being told, and since when it is.
    parts: VecDeque<Bytes>,
    since: Instant,
    ended: bool,
}

impl Reader {
    /// A reader of these looks; with the number of the last sample that it has, if it connects again.
    pub fn new(
        pages: Data<Pages>,
        recorder: Data<Recorder>,
        texts: Data<Texts>,
        frames: watch::Receiver<Option<Arc<Frame>>>,
        after: Option<u64>,
    ) -> Self {
        let stage = pages.stage.clone();
        let is_preparing = matches!(&*stage.borrow(), Stage::Preparing);
        let (parts, since) = (VecDeque::new(), Instant::now());
        let (frame, event, ended) = (None, 0, false);
        let mut reader =
            Self { pages, recorder, texts, stage, frames, after, frame, event, parts, since, ended };
        if is_preparing {
            reader.tell_that_shops_are_prepared();
        } else {
            // The first look may take a moment: the reader learns at once that it is connected.
            reader.say(Bytes::from_static(COMMENT));
        }
        reader
    }

    /// The next part of the stream; `None` at its end.
    pub async fn part(&mut self) -> Option<Bytes> {
        loop {
            if let Some(part) = self.parts.pop_front() {
                // It is cut off in the middle of the message, which browsers then drop.
                return (self.since.elapsed() < MESSAGE).then_some(part);
            }
            if self.ended {
                return None;
            }
            match self.news().await {
                News::Look(frame) => self.tell(&frame).await,
                News::Silence => self.say(Bytes::from_static(COMMENT)),
                News::Ended(shops) => self.tell_the_end(shops.as_deref()),
            }
            self.since = Instant::now();
        }
    }

    /// Waits until there is something to tell.
    async fn news(&mut self) -> News {
        let told = self.frame;
        let is_new =
            |frame: &Option<Arc<Frame>>| frame.as_ref().is_some_and(|frame| Some(frame.number) != told);
        let has_ended = |stage: &Stage| matches!(stage, Stage::Ended(_));
        tokio::select! {
            biased;
            stage = self.stage.wait_for(has_ended) => match stage.as_deref() {
                Ok(Stage::Ended(shops)) => News::Ended(Some(shops.clone())),
                _ => News::Ended(None),
            },
            frame = self.frames.wait_for(is_new) => match frame.ok().and_then(|frame| frame.clone()) {
                Some(frame) => News::Look(frame),
                None => News::Ended(None),
            },
            () = sleep(SILENCE) => News::Silence,
        }
    }

    fn tell_the_end(&mut self, shops: Option<&[ShopStatus]>) {
        self.ended = true;
        let Some(shops) = shops else { return };
        let now = (self.pages.wall)();
        let run = Run::new(&self.pages, &self.recorder, ENDED, now);
        let text = run.text(&shown(shops, None, now), None);
        self.message("end", self.recorder.last().0, text.into(), &[]);
    }

    fn tell_that_shops_are_prepared(&mut self) {
        let text = Run::new(&self.pages, &self.recorder, PREPARING, (self.pages.wall)()).text(&[], None);
        self.message("shops", 0, text.into(), &[Bytes::from_static(b",\"partial\":false,\"events\":[]}")]);
    }

    /// Tells a look at the shops: those that have changed, or all if the reader was not told of the one before.
    async fn tell(&mut self, frame: &Frame) {
        let run = Run::at(&self.pages, &self.recorder, frame);
        let is_next = self.frame.is_some_and(|told| told + 1 == frame.number);
        let changed = frame.changed.as_ref().filter(|_| is_next);
        let text = match changed {
            Some(changed) => frame.partial.get_or_init(|| run.text(&frame.shops, Some(changed)).into()),
            None => frame.whole.get_or_init(|| run.text(&frame.shops, None).into()),
        };
        let events = json!(self.events(frame));
        let mut rest = vec![format!(",\"partial\":{},\"events\":{events}", changed.is_some()).into()];
        if let Some(after) = self.after.take() {
            let wanted = Wanted { after, shop: None, points: usize::MAX };
            // If others are in the way, it asks for them by itself.
            if let Ok(samples) = self.texts.get(&self.pages, &self.recorder, wanted).await {
                rest.extend([Bytes::from_static(b",\"samples\":"), samples]);
            }
        }
        rest.push(Bytes::from_static(b"}"));
        self.message("shops", frame.sample, text.clone(), &rest);
        (self.frame, self.event) = (Some(frame.number), frame.events);
    }

    /// The events that the reader has not been told of: since the last message, or since the sample that it had when it
    /// connected again, as far as that is kept.
    fn events(&self, frame: &Frame) -> Vec<Json> {
        let since = match (self.frame, self.after) {
            (Some(_), _) => None,
            (None, Some(after)) => self.recorder.history().and_then(|history| history.time_of(after)),
            (None, None) => return Vec::new(),
        };
        let Some(watched) = self.recorder.watched() else { return Vec::new() };
        let is_new =
            |event: &LoggedEvent| event.number <= frame.events && since.is_none_or(|since| event.at >= since);
        let events = watched.shared.events.after(self.event).into_iter().filter(is_new);
        events
            .map(|event| timeline::event(&event, frame.shops.get(event.shop).map_or("", |shop| &shop.name)))
            .collect()
    }

    /// Puts a message into the queue: an object, the rest of which replaces its last brace.
    fn message(&mut self, event: &str, sample: u64, object: Bytes, rest: &[Bytes]) {
        let run = run_id(&self.pages);
        self.say(format!("id: {run}-{sample}\nevent: {event}\ndata: ").into());
        let end = if rest.is_empty() { object.len() } else { object.len().saturating_sub(1) };
        self.say(object.slice(..end));
        rest.iter().for_each(|part| self.say(part.clone()));
        self.say(Bytes::from_static(b"\n\n"));
    }

    fn say(&mut self, mut text: Bytes) {
        while text.len() > PART {
            self.parts.push_back(text.split_to(PART));
        }
        self.parts.push_back(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::{pages, shop};
    use super::super::super::record::History;
    use super::*;
    use crate::clock::Pause;
    use crate::supervise::{Cause, EventKind, Phase};
    use crate::value::{SECOND, Timestamp};

    /// A stream of a run whose shops are prepared, its recorder, and what ends the run.
    fn open(recorder: Recorder, after: Option<u64>) -> (Reader, Data<Recorder>, watch::Sender<Stage>) {
        let stage = watch::Sender::new(Stage::Preparing);
        let pages = Pages { stage: stage.subscribe(), ..pages(Stage::Preparing) };
        let recorder = Data::new(recorder);
        let (_, frames) = recorder.clone().into_inner().enter().unwrap();
        (
            Reader::new(Data::new(pages), recorder.clone(), Data::new(Texts::default()), frames, after),
            recorder,
            stage,
        )
    }

    /// A look at shops with so many ticks.
    fn look(number: u64, ticks: &[u64], changed: Option<Vec<usize>>) -> Frame {
        let status = |(place, ticks): (usize, &u64)| ShopStatus {
            ticks_here: *ticks,
            ..shop(&format!("shop-{place}"), Phase::Live)
        };
        let shops: Vec<ShopStatus> = ticks.iter().enumerate().map(status).collect();
        let at = Timestamp(20 * SECOND);
        Frame { number, changed, ..Frame::new(shown(&shops, None, at), at, number, 0) }
    }

    /// The next message: its id, its event and its data.
    async fn message(reader: &mut Reader) -> (String, String, Json) {
        let mut text = String::new();
        while !text.ends_with("\n\n") || text.starts_with(':') {
            let part = reader.part().await.unwrap();
            assert!(part.len() <= PART);
            text += std::str::from_utf8(&part).unwrap();
            if text == ":\n\n" {
                text.clear();
            }
        }
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let [id, event, data] = lines[..] else { panic!("{text}") };
        let [id, event, data] = [(id, "id: "), (event, "event: "), (data, "data: ")]
            .map(|(line, field)| line.strip_prefix(field).unwrap());
        (id.to_owned(), event.to_owned(), serde_json::from_str(data).unwrap())
    }

    fn names(message: &Json) -> Vec<&str> {
        message["shops"].as_array().unwrap().iter().map(|shop| shop["name"].as_str().unwrap()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn all_shops_are_told_first_then_those_that_have_changed_and_all_after_a_look_that_was_missed() {
        let (mut reader, recorder, _stage) = open(Recorder::default(), None);
        let (id, event, prepared) = message(&mut reader).await;
        assert_eq!((&*id, &*event, &prepared["stage"]), ("f4240-0", "shops", &json!("preparing")));
        recorder.show(look(1, &[5, 5], None));
        let (id, _, first) = message(&mut reader).await;
        assert_eq!((&*id, &first["partial"], &first["events"]), ("f4240-1", &json!(false), &json!([])));
        assert_eq!((names(&first), &first["samples"]), (vec!["shop-0", "shop-1"], &json!(null)));
        recorder.show(look(2, &[5, 6], Some(vec![1])));
        let (_, _, next) = message(&mut reader).await;
        assert_eq!((names(&next), &next["partial"]), (vec!["shop-1"], &json!(true)));
        assert_eq!((&next["totals"]["shops"], &next["shops"][0]["ticks_committed"]), (&json!(2), &json!(6)));
        recorder.show(look(3, &[6, 6], Some(vec![0])));
        recorder.show(look(4, &[6, 7], Some(vec![1])));
        let (id, _, whole) = message(&mut reader).await;
        assert_eq!((&*id, &whole["partial"]), ("f4240-4", &json!(false)));
        assert_eq!(names(&whole), ["shop-0", "shop-1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_connects_again_gets_the_samples_since() {
        let shops = [shop("a", Phase::Live)];
        let (mut history, mut sampler) = History::begin(&shops).unwrap();
        (1..=5).for_each(|second| history.add(sampler.read(&shops, Timestamp(second * SECOND))));
        let (mut reader, recorder, _stage) = open(Recorder::of(history), Some(3));
        message(&mut reader).await;
        recorder.show(look(1, &[5], None));
        let (_, _, first) = message(&mut reader).await;
        assert_eq!(first["samples"]["times"], json!([4_000, 5_000]));
        assert_eq!(first["samples"]["shops"]["a"]["phase"], json!(["live", "live"]));
        recorder.show(look(2, &[6], None));
        assert_eq!(message(&mut reader).await.2["samples"], json!(null), "once");
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_run_is_told_and_ends_the_stream() {
        let (mut reader, _recorder, stage) = open(Recorder::default(), None);
        message(&mut reader).await;
        stage.send_replace(Stage::Ended(vec![shop("a", Phase::Finished)]));
        let (_, event, ended) = message(&mut reader).await;
        assert_eq!((&*event, &ended["stage"], names(&ended)), ("end", &json!("ended"), vec!["a"]));
        assert_eq!(reader.part().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_exits_ends_its_streams() {
        let (mut reader, _recorder, stage) = open(Recorder::default(), None);
        message(&mut reader).await;
        drop(stage);
        assert_eq!(reader.part().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_says_that_it_is_there() {
        let (mut reader, _recorder, _stage) = open(Recorder::default(), None);
        message(&mut reader).await;
        let begin = Instant::now();
        assert_eq!(reader.part().await, Some(Bytes::from_static(COMMENT)));
        assert_eq!(begin.elapsed(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_too_long_for_a_message_is_cut_off_whatever_it_reads() {
        let (mut reader, recorder, _stage) = open(Recorder::default(), None);
        message(&mut reader).await;
        recorder.show(look(1, &[5; 200], None));
        assert!(reader.part().await.is_some());
        assert!(reader.parts.len() > 3, "a large message has many parts");
        sleep(MESSAGE / 2).await;
        assert!(reader.part().await.is_some());
        sleep(MESSAGE / 2).await;
        assert_eq!(reader.part().await, None);
    }

    #[test]
    fn an_event_is_told_with_its_reason() {
        let event =
            |kind| timeline::event(&LoggedEvent { number: 57, at: Timestamp(SECOND), shop: 0, kind }, "a");
        let (error, cause, retry_at) = (Some("no".into()), Some(Cause::Waiting), Some(Timestamp(2 * SECOND)));
        let expected = json!({
            "number": 57, "at": "1970-01-01T00:00:01.000Z", "shop": "a", "kind": "phase", "phase": "backing off",
            "error": "no", "cause": "waiting", "retry_at": "1970-01-01T00:00:02.000Z",
        });
        assert_eq!(event(EventKind::Phase { phase: Phase::BackingOff, error, cause, retry_at }), expected);
        let expected = json!({
            "number": 57, "at": "1970-01-01T00:00:01.000Z", "shop": "a", "kind": "pause", "before_tick": 88,
            "seconds": 130.5,
        });
        assert_eq!(event(EventKind::Pause(Pause { before_tick: 88, micros: 130_500_000 })), expected);
    }
}
