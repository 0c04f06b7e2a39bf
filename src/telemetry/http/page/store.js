// What the page knows of the chain: the last state of every shop, and who wants to hear of changes.
//
// Owns the merging of messages, the topics, holding, and which shop is opened. Must not know where messages come
// from, nor what is drawn.

import { samples } from "./samples.js";

/** Most timeline events that are kept while the page is held; the timeline asks for older ones itself. */
const HELD_EVENTS = 10_000;
/** Most shops whose last two minutes are asked for at once; the sparklines of more begin with the page. */
const SHOPS_WITH_PAST = 2_000;

const TOPICS = ["shops", "sample", "events", "connection", "run", "opened"];
const topics = new Map(TOPICS.map((topic) => [topic, new Set()]));

let link = "connecting";
/** While held: what came since. */
let pending = null;

function publish(topic, value) {
  for (const callback of [...topics.get(topic)]) {
    try {
      callback(value);
    } catch (error) {
      // One part of the page that fails must not keep the others from what is new.
      console.error(error);
    }
  }
}

/** The state of the chain. Read it anywhere; only the stream writes. */
export const store = {
  /** The last message without its shops: version, run, stage, totals …; `null` before the first one. */
  meta: null,
  /** Name → shop, in the chain's order. */
  shops: new Map(),
  /** The name of the opened shop, or `null`. */
  opened: null,
  /** The name in the address that no shop of the chain has, or `null`. */
  unknown: null,
  /** `performance.now()` of the last message; `null` before the first one. */
  heardAt: null,
  /** The wall time at which the page was held, in epoch milliseconds; `null` if it is not. */
  heldAt: null,

  /**
   * What is wrong with a shop, or `null`: once the run has ended, a shop that was stopped with it is as it should be.
   * @param {Object} shop
   * @returns {string|null}
   */
  troubleOf({ phase, trouble }) {
    return phase === "stopped" && this.meta?.stage === "ended" ? null : trouble;
  },

  /** "connecting", "live", "lost", "ended" or "held". */
  get connection() {
    return this.heldAt !== null && link !== "lost" ? "held" : link;
  },

  /**
   * Calls back at each change: "shops" with the Set of changed names, "sample", "events" with the new TimelineEvents,
   * "connection", "run" (another process: everything is new), "opened".
   * @param {string} topic
   * @param {function(*): void} callback
   * @returns {function(): void} ends it
   */
  subscribe(topic, callback) {
    topics.get(topic).add(callback);
    return () => topics.get(topic).delete(callback);
  },

  /**
   * Takes a message of the stream, or a response of `/api/v1/shops`.
   * @param {Object} message
   */
  take(message) {
    this.heardAt = performance.now();
    if (this.meta !== null && this.meta.run !== message.run) {
      this.restart(message);
      return;
    }
    const isNew = this.record(message, pending?.shops ?? this.shops);
    if (pending !== null) {
      pending.take(message);
      return;
    }
    const { changed, events } = merge(this.shops, message);
    this.meta = without(message);
    if (changed.size > 0) publish("shops", changed);
    if (isNew) publish("sample");
    if (events.length > 0) publish("events", events);
  },

  /** Records the sample of a message, and asks for those that are missing before it; whether it is a new one. */
  record(message, shops) {
    const { isNew, missing } = samples.append(message, shops);
    if (missing !== null && shops.size + message.shops.length <= SHOPS_WITH_PAST) {
      samples.catchUp(missing, message.period_seconds).then(
        () => publish("sample"),
        // The plots have a gap, no more; the stream tells that the server does not respond.
        () => {},
      );
    }
    return isNew;
  },

  /** Another process has taken the place of the one that was watched. */
  restart(message) {
    const wasHeld = pending !== null;
    pending = null;
    this.heldAt = null;
    samples.reset();
    this.shops = new Map();
    const { changed } = merge(this.shops, message);
    this.record(message, this.shops);
    this.meta = without(message);
    publish("run");
    publish("shops", changed);
    if (wasHeld) publish("connection");
  },

  /**
   * Notes the state of the connection: "connecting", "live", "lost" or "ended".
   * @param {string} state
   */
  connect(state) {
    if (link === state) return;
    const before = this.connection;
    link = state;
    if (this.connection !== before) publish("connection");
  },

  /**
   * Holds what is drawn, or goes on with all that came since.
   * @param {boolean} isHeld
   */
  hold(isHeld) {
    if (isHeld === (this.heldAt !== null) || (isHeld && this.meta === null)) return;
    this.heldAt = isHeld ? Date.now() : null;
    samples.hold(isHeld);
    if (isHeld) {
      pending = new Pending(this.shops);
      publish("connection");
      return;
    }
    const { shops, meta, changed, events } = pending;
    pending = null;
    this.shops = shops;
    this.meta = meta ?? this.meta;
    publish("connection");
    if (changed.size > 0) publish("shops", changed);
    publish("sample");
    if (events.length > 0) publish("events", events);
  },

  /**
   * Opens a shop, or none.
   * @param {string|null} name
   * @param {string|null} [unknown] what the address names instead of a shop
   */
  open(name, unknown = null) {
    if (this.opened === name && this.unknown === unknown) return;
    this.opened = name;
    this.unknown = unknown;
    samples.keepHistoryOf(name);
    publish("opened");
  },
};

/** What comes while the page is held: the same state beside the one that is drawn. */
class Pending {
  constructor(shops) {
    this.shops = new Map(shops);
    this.meta = null;
    this.changed = new Set();
    this.events = [];
  }

  take(message) {
    const { changed, events } = merge(this.shops, message);
    for (const name of changed) this.changed.add(name);
    this.events.push(...events);
    if (this.events.length > HELD_EVENTS) this.events.splice(0, this.events.length - HELD_EVENTS);
    this.meta = without(message);
  }
}

/** The message without what is kept elsewhere. */
function without(message) {
  const { shops, samples, events, ...meta } = message;
  return meta;
}

/** Merges the shops of a message; which have changed, and the events that it tells or implies. */
function merge(shops, message) {
  const changed = new Set();
  const implied = [];
  for (const shop of message.shops) {
    const before = shops.get(shop.name);
    if (before !== undefined && before.phase !== shop.phase) implied.push(phaseEvent(shop));
    shops.set(shop.name, shop);
    changed.add(shop.name);
  }
  return { changed, events: message.events ?? implied };
}

/** The change of a phase as an event, where the message has none since it was polled. */
function phaseEvent(shop) {
  const { name, phase, since, last_error: error, retry_at } = shop;
  return { number: null, at: since, shop: name, kind: "phase", phase, error, cause: null, retry_at };
}
