// The server's clock, and spans up to and since a moment of it in words.
//
// Owns the difference between the two clocks: a reader's may be minutes off. Knows nothing of zones.

import { seconds, unknown, until as untilPresent, wholeSeconds } from "./format.js";
import { store } from "./store.js";

/** Now on the server's clock, in epoch milliseconds; after the run has ended, the time of its end. */
export function serverNow() {
  const told = Date.parse(store.meta?.now ?? "");
  if (Number.isNaN(told)) {
    return Date.now();
  }
  return store.connection === "ended" ? told : told + (performance.now() - store.heardAt);
}

/** How long ago a moment was: "2 min 10 s". */
export function since(moment) {
  return moment ? wholeSeconds(Math.max(0, (serverNow() - Date.parse(moment)) / 1000)) : unknown;
}

/** How far ahead a moment is: "in 3 s", or "now". */
export function until(moment) {
  return untilPresent(moment, serverNow());
}

/** When a shop is tried again: "in 3 s", "now"; null if it is not. One that was stopped keeps the time. */
export function retry({ phase, retry_at: at }) {
  return at && ["waiting", "backing off"].includes(phase) ? until(at) : null;
}

/** A whole span without what is zero of it: "10 min" rather than "10 min 0 s", "5 s" rather than "5.0 s". */
export function roundSpan(span) {
  return seconds(span).replace(/\.0(?= )| 0 (s|min|h)$/, "");
}
