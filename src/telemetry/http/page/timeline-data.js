// What happened to the shops: spans of phases and pauses, from the server's record and the events since.
//
// Owns this state and its bound, what counts as a fault, and which bars a width has room for. Knows nothing of elements.

import { tone } from "./phases.js";

/** Spans that are kept in all; the oldest are forgotten. */
const MOST_SPANS = 20_000;
/** Narrower bars are drawn as one with their neighbours. */
const LEAST_PIXELS = 3;

const SEVERITY = ["good", "idle", "warn", "bad"];

/** Whether a span is trouble: it has a cause or an error, or its phase says so. */
export function isFault({ phase, cause, error }) {
  return Boolean(cause) || Boolean(error) || SEVERITY.indexOf(tone(phase)) >= 2;
}

const milliseconds = (moment) => (moment === null || moment === undefined ? null : Date.parse(moment));

export class TimelineData {
  /** Shop → `{ spans, pauses, faults }`, spans ascending, `from` and `to` in epoch milliseconds. */
  shops = new Map();
  began = null;
  /** What people did; drawn when there are verbs. */
  interventions = [];
  #last = 0;
  #count = 0;

  /** Takes the whole record. */
  load({ spans, pauses, began, last, interventions }) {
    this.shops = new Map();
    this.#count = 0;
    this.began = milliseconds(began);
    this.interventions = interventions ?? [];
    for (const { shop, phase, from, to, error, cause } of spans) {
      this.#push(shop, { phase, error, cause, from: milliseconds(from), to: milliseconds(to) });
    }
    for (const { shop, at, before_tick: tick, seconds } of pauses) {
      this.of(shop).pauses.push({ at: milliseconds(at), tick, seconds });
    }
    for (const shop of this.shops.values()) {
      shop.spans.sort((one, other) => one.from - other.from);
    }
    this.#last = last ?? 0;
  }

  /** Takes new events; those that the record already had are left out. */
  append(events) {
    for (const event of events) {
      if (event.number !== null && event.number !== undefined && event.number <= this.#last) {
        continue;
      }
      this.#last = event.number ?? this.#last;
      const at = milliseconds(event.at);
      if (event.kind === "pause") {
        this.of(event.shop).pauses.push({ at, tick: event.before_tick, seconds: event.seconds });
      } else {
        this.#enter(event.shop, { phase: event.phase, error: event.error ?? null, cause: event.cause ?? null, from: at, to: null });
      }
    }
    if (this.#count > MOST_SPANS) {
      this.#forget();
    }
  }

  /** What is known of a shop. */
  of(name) {
    let shop = this.shops.get(name);
    if (shop === undefined) {
      shop = { spans: [], pauses: [], faults: 0 };
      this.shops.set(name, shop);
    }
    return shop;
  }

  /** Whether a shop had a fault or a pause. */
  isEventful(name) {
    const shop = this.shops.get(name);
    return shop !== undefined && (shop.faults > 0 || shop.pauses.length > 0);
  }

  /** The latest faults of all shops, newest first. */
  faults(most) {
    const found = [];
    for (const [shop, { spans, faults }] of this.shops) {
      if (faults > 0) {
        found.push(...spans.filter(isFault).slice(-most).map((span) => ({ shop, ...span })));
      }
    }
    return found.sort((one, other) => other.from - one.from).slice(0, most);
  }

  #enter(name, span) {
    const open = this.of(name).spans.at(-1);
    if (open !== undefined && open.to === null) {
      if (open.phase === span.phase && open.error === span.error && open.cause === span.cause) {
        return;
      }
      open.to = span.from;
    }
    this.#push(name, span);
  }

  #push(name, span) {
    const shop = this.of(name);
    shop.spans.push(span);
    shop.faults += isFault(span) ? 1 : 0;
    this.#count += 1;
  }

  /** Forgets the older half of each shop's spans. */
  #forget() {
    this.#count = 0;
    for (const shop of this.shops.values()) {
      shop.spans = shop.spans.slice(Math.floor(shop.spans.length / 2));
      shop.faults = shop.spans.filter(isFault).length;
      shop.pauses = shop.pauses.slice(-shop.spans.length);
      this.#count += shop.spans.length;
    }
  }
}

/**
 * The bars for spans between `from` and `to` on `width` pixels: `{ key, x, width, spans, worst }`. Spans too narrow to be
 * told apart share a bar, which looks like the worst of them.
 */
export function bars(spans, from, to, now, width) {
  const found = [];
  const scale = width / (to - from);
  for (const span of spans) {
    const end = Math.min(span.to ?? now, to);
    if (end < from || span.from > to) {
      continue;
    }
    const left = (Math.max(span.from, from) - from) * scale;
    const own = Math.max(0, (end - from) * scale - left);
    const before = found.at(-1);
    if (before !== undefined && own < LEAST_PIXELS && before.small && left - before.x < 2 * LEAST_PIXELS) {
      before.spans.push(span);
      before.width = Math.max(before.width, left + own - before.x);
      if (severity(span) > severity(before.worst)) {
        before.worst = span;
      }
    } else {
      const small = own < LEAST_PIXELS;
      found.push({ key: span.from, x: left, width: Math.max(own, LEAST_PIXELS), spans: [span], worst: span, small });
    }
  }
  return found;
}

function severity(span) {
  return SEVERITY.indexOf(tone(span.phase)) + (isFault(span) ? 0.5 : 0);
}

/** From when to when a pause lasted on the wall clock: since the shop was live for the last time. */
export function pauseSpan(pause, spans) {
  const live = spans.findLast(({ phase, from }) => phase === "live" && from < pause.at - 1);
  const from = live?.to ?? null;
  return { from: from !== null && from < pause.at ? from : pause.at, to: pause.at };
}
