// The tables of the opened shop: rows alive, what the process did to them, their columns with types.
//
// Owns this section (`#tables`). Knows nothing of requests, and of single rows.

import { element, setText } from "./dom.js";
import { count } from "./format.js";
import { SIGNS } from "./values.js";

const SINCE = "counts since the process started";
const NUMBERS = ["alive", "inserted", "updated", "deleted"];

/** A part of a heading that a narrow screen leaves to screen readers. */
const word = (text) => element("span", { class: "word" }, text);

/** The section; `update` is called with the tables of the details. */
export class Tables {
  #rows = new Map();
  #isKnown = false;

  constructor() {
    this.body = element("tbody", {});
    this.hint = element("p", { class: "hint" }, "not known yet");
    this.note = element("span", { class: "note" }, SINCE);
    this.sums = new Map(NUMBERS.map((field) => [field, element("td", {})]));
    const heads = ["insert", "update", "delete"].map((op, index) =>
      element("th", { scope: "col", class: `op-${op}` }, SIGNS[op], word(` ${NUMBERS[index + 1]}`)));
    this.node = element("section", { id: "tables", "aria-labelledby": "tables-title" },
      element("div", { class: "section-line" },
        element("h3", { id: "tables-title" }, "Tables"),
        this.note),
      this.hint,
      element("div", { class: "scroll-x" },
        element("table", { class: "numbers" },
          element("thead", {}, element("tr", {},
            element("th", { scope: "col" }, "table"),
            element("th", { scope: "col" }, word("rows "), "alive"),
            ...heads)),
          this.body,
          element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "all"), ...this.sums.values())))));
  }

  /** Shows the tables, as of this tick. */
  update(tables, tick) {
    this.#isKnown = true;
    this.hint.hidden = true;
    setText(this.note, tick === null || tick === undefined ? SINCE : `${SINCE}, as of tick ${count(tick)}`);
    const names = new Set(tables.map(({ name }) => name));
    [...this.#rows].filter(([name]) => !names.has(name)).forEach(([name, row]) => {
      row.node.remove();
      this.#rows.delete(name);
    });
    for (const table of tables) {
      const row = this.#rows.get(table.name) ?? this.#add(table);
      NUMBERS.forEach((field) => setText(row.cells.get(field), count(table[field])));
    }
    for (const [field, cell] of this.sums) {
      const known = tables.every((table) => table[field] !== null && table[field] !== undefined);
      setText(cell, count(known ? tables.reduce((sum, table) => sum + table[field], 0) : null));
    }
  }

  /** Says why there are no tables, if there are none. */
  tell(text) {
    this.hint.hidden = this.#isKnown;
    setText(this.hint, text);
  }

  #add({ name, key, columns = [] }) {
    const cells = new Map(NUMBERS.map((field) => [field, element("td", { "data-field": field })]));
    const types = columns.map((column) =>
      element("li", {}, element("code", {}, column.name), " ", element("span", { class: "type" }, column.type),
        column.name === key ? element("span", { class: "type" }, " key") : null));
    const head = element("th", { scope: "row" },
      element("details", {}, element("summary", {}, name), element("ul", { class: "types" }, ...types)));
    const node = element("tr", { "data-table": name }, head, ...cells.values());
    this.body.append(node);
    const row = { node, cells };
    this.#rows.set(name, row);
    return row;
  }
}
