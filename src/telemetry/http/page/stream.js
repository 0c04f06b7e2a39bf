// Where the page's data comes from: one event stream, and polling where there is none.
//
// Owns the connection: when it is opened, closed while nobody looks, taken for lost and tried again. Must not know
// what the messages say of the shops.

import { get } from "./request.js";
import { store } from "./store.js";

const EVENTS = "/api/v1/events";
const SHOPS = "/api/v1/shops";

/** Failures of the stream, one after another, until the page polls instead. */
const FAILURES = 2;
const RETRY_MILLISECONDS = 1_000;
/** How often the stream is tried again while polling works. */
const STREAM_AGAIN_MILLISECONDS = 10_000;
/** How often an ended run is asked whether a new process has taken its place. */
const AFTER_END_MILLISECONDS = 3_000;
/** A server that is silent for longer than this, and than two and a half samples, does not answer. */
const SILENCE_MILLISECONDS = 3_000;
/** A stream that is silent for this long is opened again: its connection may be dead. */
const DEAD_MILLISECONDS = 15_000;

/** The open stream, the id of its last message, and how often it failed in a row. */
let source = null;
let lastId = null;
let failures = 0;
/** When this stream was opened, by `performance.now()`. */
let openedAt = 0;
/** While polling: the timer, when it began, and whether the last request failed. */
let timer = null;
let pollingSince = 0;
let hasFailed = false;
/** Whether the run has ended. */
let isOver = false;
/** Counts up whenever the source of data changes, so that a response that comes late is not taken. */
let generation = 0;

/** How long the data may be silent, in milliseconds. */
export function patience() {
  return Math.max(SILENCE_MILLISECONDS, 2_500 * (store.meta?.period_seconds ?? 1));
}

/** Begins, and follows whether somebody looks. */
export function startStream() {
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  setInterval(watch, 500);
  if (!document.hidden) start();
}

function start() {
  if (isOver) {
    poll();
  } else {
    store.connect("connecting");
    open();
  }
}

function stop() {
  generation += 1;
  source?.close();
  source = null;
  clearTimeout(timer);
}

function open() {
  stop();
  openedAt = performance.now();
  // EventSource sends Last-Event-ID only when it reconnects by itself.
  source = new EventSource(lastId === null ? EVENTS : `${EVENTS}?last=${encodeURIComponent(lastId)}`);
  source.addEventListener("shops", (event) => {
    failures = 0;
    hear(event);
    store.connect("live");
  });
  source.addEventListener("end", (event) => {
    hear(event);
    finish();
  });
  source.addEventListener("error", fail);
}

function hear(event) {
  if (event.lastEventId !== "") lastId = event.lastEventId;
  if (event.data !== "") store.take(JSON.parse(event.data));
}

/** The stream broke, was refused or is dead. The browser's own reconnecting would not tell how often it has tried. */
function fail() {
  const wasRefused = source?.readyState === EventSource.CLOSED;
  failures += 1;
  stop();
  if (wasRefused || failures >= FAILURES) {
    pollingSince = performance.now();
    hasFailed = false;
    poll();
  } else {
    timer = setTimeout(open, RETRY_MILLISECONDS);
  }
}

/** The run has ended. Another process may take its place. */
function finish() {
  stop();
  lastId = null;
  isOver = true;
  store.connect("ended");
  timer = setTimeout(poll, AFTER_END_MILLISECONDS);
}

async function poll() {
  const mine = ++generation;
  clearTimeout(timer);
  try {
    const message = await get(SHOPS);
    if (mine === generation) take(message);
  } catch {
    if (mine !== generation) return;
    hasFailed = true;
    if (!isOver) store.connect("lost");
    timer = setTimeout(poll, isOver ? AFTER_END_MILLISECONDS : RETRY_MILLISECONDS);
  }
}

/** Takes a response, and decides how to go on. */
function take(message) {
  const isOther = message.run !== store.meta?.run;
  if (isOver && !isOther) {
    timer = setTimeout(poll, AFTER_END_MILLISECONDS);
    return;
  }
  store.take(message);
  if (message.stage === "ended") {
    finish();
    return;
  }
  isOver = false;
  store.connect("live");
  const isBack = isOther || hasFailed;
  hasFailed = false;
  if (isBack || performance.now() - pollingSince > STREAM_AGAIN_MILLISECONDS) {
    failures = FAILURES - 1;
    if (isOther) lastId = null;
    open();
  } else {
    timer = setTimeout(poll, Math.max(RETRY_MILLISECONDS, 1_000 * message.period_seconds));
  }
}

/** Tells when the server is silent. */
function watch() {
  if (document.hidden || isOver) return;
  const silent = performance.now() - Math.max(openedAt, store.heardAt ?? 0);
  if (silent > patience()) store.connect("lost");
  if (source !== null && silent > Math.max(DEAD_MILLISECONDS, patience())) fail();
}
