// Values of rows, as text: what a column held, and what it holds.
//
// Owns how NULL, an empty text and a change are written. Knows nothing of tables and of where rows come from.

import { element } from "./dom.js";

/** The signs of operations; the words stand beside them. */
export const SIGNS = { insert: "+", update: "~", delete: "−" };

/** Longer values are cut where many rows are shown; the whole value is in the title and in the row's history. */
const SHORT = 100;

/** A value: NULL and the empty text are told apart from texts that look like them by a box of their own. */
export function valueNode(text, kind = "") {
  if (text === null || text === undefined) {
    return element("span", { class: `value null ${kind}` }, "NULL");
  }
  if (text === "") {
    return element("span", { class: `value null ${kind}` }, "empty");
  }
  return element("span", { class: `value ${kind}` }, text);
}

function nameNode(column) {
  return element("span", { class: "column" }, column);
}

function shortNode(text, kind) {
  if (text === null || text === undefined || text.length <= SHORT) {
    return valueNode(text, kind);
  }
  const node = valueNode(`${[...text.slice(0, SHORT)].slice(0, -1).join("")}…`, kind);
  node.title = text;
  return node;
}

/** A column with its whole value. */
export function pair(column, text, kind = "") {
  return element("span", { class: `pair ${kind}` }, nameNode(column), " ", valueNode(text));
}

/** A column with its value, cut if it is long. */
export function shortPair(column, text) {
  return element("span", { class: "pair" }, nameNode(column), " ", shortNode(text, ""));
}

/** A column with its old and its new value. */
export function change(column, old, fresh) {
  if (old === fresh) {
    // The update drew the value that the row had.
    return element("span", { class: "pair" },
      nameNode(column), " ", shortNode(fresh, ""), " ", element("span", { class: "note" }, "(same)"));
  }
  const arrow = element("span", { class: "arrow", role: "img", "aria-label": "became" }, "→");
  return element("span", { class: "pair" },
    nameNode(column), " ", shortNode(old, "old"), " ", arrow, " ", shortNode(fresh, "new"));
}
