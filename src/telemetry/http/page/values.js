// Values of rows, as text: what a column held, and what it holds.
//
// Owns how NULL, an empty text and a change are written. Knows nothing of tables and of where rows come from.

import { element } from "./dom.js";

/** The signs of operations; the words stand beside them. */
export const SIGNS = { insert: "+", update: "~", delete: "−" };

/** A value: NULL and the empty text are told apart from texts that look like them. */
export function valueNode(text, kind = "") {
  if (text === null || text === undefined) {
    return element("span", { class: `value null ${kind}` }, "NULL");
  }
  if (text === "") {
    return element("span", { class: `value null ${kind}` }, "''");
  }
  return element("span", { class: `value ${kind}` }, text);
}

/** A column with its value. */
export function pair(column, text, kind = "") {
  return element("span", { class: `pair ${kind}` }, element("span", { class: "column" }, column), " ", valueNode(text));
}

/** A column with its old and its new value. */
export function change(column, old, fresh) {
  const arrow = element("span", { class: "arrow", role: "img", "aria-label": "became" }, "→");
  return element("span", { class: "pair" },
    element("span", { class: "column" }, column), " ", valueNode(old, "old"), " ", arrow, " ", valueNode(fresh, "new"));
}
