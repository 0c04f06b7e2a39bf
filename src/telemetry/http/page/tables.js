// The tables of the opened shop: rows alive, what the process did to them, their columns with types.
//
// Owns this section (`#tables`). Knows nothing of requests, and of single rows.

import { element, setText } from "./dom.js";
import { count } from "./format.js";
import { SIGNS } from "./values.js";

const NUMBERS = ["alive", "inserted", "updated", "deleted"];

/** The section; `update` is called with the tables of the details. */
export class Tables {
  #rows = new Map();

  constructor() {
    this.body = element("tbody", {});
    this.sums = new Map(NUMBERS.map((field) => [field, element("td", {})]));
    const heads = ["insert", "update", "delete"].map((op, index) =>
      element("th", { scope: "col", class: `op-${op}` }, SIGNS[op], element("span", { class: "word" }, ` ${NUMBERS[index + 1]}`)));
    this.node = element("section", { id: "tables", "aria-labelledby": "tables-title" },
      element("div", { class: "section-line" },
        element("h3", { id: "tables-title" }, "Tables"),
        element("span", { class: "note" }, "counts since the process started")),
      element("div", { class: "scroll-x" },
        element("table", { class: "numbers" },
          element("thead", {}, element("tr", {}, 
            element("th", { scope: "col" }, "table"), element("th", { scope: "col" }, element("span", { class: "word" }, "rows "), "alive"), ...heads)),
          this.body,
          element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "all"), ...this.sums.values())))));
  }

  update(tables) {
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
