// When each shop's last error was: the state of a shop has only its words.
//
// Owns one moment for each shop, from the server's record of faults and the events since. Must not know what is drawn.

import { get } from "./request.js";
import { store } from "./store.js";

const RECORD = "/api/v1/timeline?kind=faults";
/** The phases that begin with an error; a message of any other one may still tell the last error. */
const FAULTS = new Set(["waiting", "backing off", "refused", "given up"]);

/** Name → the last error and its moment, in epoch milliseconds. */
const last = new Map();

function note({ shop, phase, error }, moment) {
  if (!FAULTS.has(phase) || !error) return;
  const at = Date.parse(moment);
  if (!(last.get(shop)?.at > at)) last.set(shop, { error, at });
}

async function ask() {
  try {
    const { run, spans } = await get(RECORD);
    if (run === store.meta?.run) spans.forEach((span) => note(span, span.from));
  } catch {
    // The next "connection" asks again; until then errors stand without their time.
  }
}

/** Begins to note errors. */
export function startErrors() {
  store.subscribe("events", (events) => events.forEach((event) => note(event, event.at)));
  // What came while nobody listened.
  store.subscribe("connection", () => {
    if (store.connection === "live") ask();
  });
  store.subscribe("run", () => {
    last.clear();
    ask();
  });
}

/**
 * The moment of a shop's last error in epoch milliseconds; `null` if it is unknown.
 * @param {Object} shop
 * @returns {number|null}
 */
export function errorAt({ name, last_error: error }) {
  const known = last.get(name);
  return known !== undefined && known.error === error ? known.at : null;
}
