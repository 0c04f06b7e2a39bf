// Spans and pauses of the timeline in words: for its tooltips, its readers, and its list of faults.
//
// Owns these sentences and the table of faults. Knows nothing of bars and of where they lie.

import { serverNow } from "./clock.js";
import { element } from "./dom.js";
import { count, moment, seconds, time, unknown, wholeSeconds } from "./format.js";
import { sign, tone } from "./phases.js";

/** Most faults in the list. */
export const MOST_FAULTS = 200;

const MOST_LINES = 4;

function duration({ from, to }) {
  const span = ((to ?? serverNow()) - from) / 1000;
  return span < 10 ? seconds(Math.max(0, span)) : wholeSeconds(span);
}

/** What made a shop wait or back off; a shop that is refused or given up has its error as the reason. */
function causeOf({ phase, cause }) {
  return ["refused", "given up"].includes(phase) ? null : cause;
}

function spanLine(span) {
  const end = span.to === null ? "now" : time(span.to);
  const why = { panic: " after a panic", transient: " after a transient failure" }[causeOf(span)] ?? "";
  const line = `${sign(span.phase)} ${span.phase}${why}, ${time(span.from)} – ${end}, ${duration(span)}`;
  return span.error ? `${line}\n${span.error}` : line;
}

/** A bar: one span, or several that are too short to be told apart. */
export function barText(shop, spans) {
  const lines = spans.slice(0, MOST_LINES).map(spanLine);
  const more = spans.length > MOST_LINES ? [`and ${count(spans.length - MOST_LINES)} more: zoom in`] : [];
  return [shop, ...lines, ...more].join("\n");
}

/** A pause. */
export function pauseText(shop, { at, tick, seconds: span }) {
  return `${shop}\n❚❚ resumed at ${time(at)}: a pause of ${seconds(span)} before tick ${count(tick)}`;
}

/** The list of faults, newest first. */
export function faultTable(faults) {
  const heads = ["time", "shop", "phase", "cause", "error", "duration"];
  const which = faults.length < MOST_FAULTS ? "Faults" : `The latest ${MOST_FAULTS} faults`;
  const rows = faults.map((fault) =>
    element("tr", {},
      element("td", { title: moment(fault.from) }, time(fault.from)),
      element("th", { scope: "row" }, element("a", { href: `#${encodeURIComponent(fault.shop)}` }, fault.shop)),
      element("td", { class: `tone-${tone(fault.phase)}` }, `${sign(fault.phase)} ${fault.phase}`),
      element("td", {}, causeOf(fault) ?? unknown),
      element("td", { class: "fault-error" }, fault.error ?? unknown),
      element("td", { class: "number" }, `${duration(fault)}${fault.to === null ? " so far" : ""}`)));
  return element("table", { class: "faults" },
    element("caption", {}, `${which}, newest first`),
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows));
}
