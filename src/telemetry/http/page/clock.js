// The server's clock, and spans up to and since a moment of it in words.
//
// Owns the difference between the two clocks: a reader's may be minutes off. Knows nothing of zones.

import { seconds, unknown, wholeSeconds } from "./format.js";
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

/** How far ahead a moment is: "in 3.2 s", or "now". */
export function until(moment) {
  if (!moment) {
    return unknown;
  }
  const ahead = (Date.parse(moment) - serverNow()) / 1000;
  if (ahead <= 0) {
    return "now";
  }
  return `in ${ahead < 10 ? `${Math.max(0.1, ahead).toFixed(1)} s` : wholeSeconds(ahead)}`;
}

/** A whole span without what is zero of it: "10 min" rather than "10 min 0 s", "5 s" rather than "5.0 s". */
export function roundSpan(span) {
  return seconds(span).replace(/\.0(?= )| 0 (s|min|h)$/, "");
}
