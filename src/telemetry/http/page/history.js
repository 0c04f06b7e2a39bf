// The history of one row of the opened shop: its versions, from the first tick to the last.
//
// Owns this section (`#history`): the form, its request and the versions. Knows nothing of who asks for a row.

import { element, setText } from "./dom.js";
import { count, moment, time } from "./format.js";
import { RUN_ENDED } from "./poll.js";
import { preferences } from "./preferences.js";
import { get } from "./request.js";
import { scrollBox } from "./scroll.js";
import { pair } from "./values.js";

export class RowHistory {
  #names = "";
  #asked = 0;
  #redraw = () => {};

  constructor(path) {
    this.path = path;
    this.table = element("select", { name: "table", required: true });
    this.key = element("input", { name: "key", required: true, autocomplete: "off" });
    this.form = element("form", { class: "history-form", onsubmit: (event) => this.#submit(event) },
      element("label", {}, "table ", this.table),
      element("label", {}, "key ", this.key),
      element("button", { type: "submit" }, "show"));
    this.ended = element("p", { class: "hint", hidden: true }, RUN_ENDED);
    this.result = element("div", { class: "history-result" });
    this.node = element("section", { id: "history", "aria-labelledby": "history-title" },
      element("div", { class: "section-line" },
        element("h3", { id: "history-title" }, "History of a row"), this.form),
      this.ended, this.result);
    this.unsubscribe = preferences.subscribe("zone", () => this.#redraw());
    const prompt = "choose a key above, or enter one: all versions of that row, from the plan";
    this.prompt = element("p", { class: "hint" }, prompt);
    this.result.append(this.prompt);
  }

  destroy() {
    this.#asked = -1;
    this.unsubscribe();
  }

  /** Whether the run has ended: then no row can be asked for. */
  over(isOver) {
    this.ended.hidden = !isOver;
    this.prompt.hidden = isOver;
    [...this.form.elements].forEach((control) => (control.disabled = isOver));
  }

  /** The tables to choose from. */
  tables(tables) {
    const names = tables.map(({ name }) => name);
    if (this.#names !== names.join("\n")) {
      this.#names = names.join("\n");
      const before = this.table.value;
      this.table.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
      this.table.value = names.includes(before) ? before : names[0] ?? "";
    }
  }

  /** Shows the history of a row, and brings it into view. */
  show(table, key) {
    if (!this.ended.hidden) {
      return;
    }
    this.table.value = table;
    this.key.value = String(key);
    this.#ask();
    this.node.scrollIntoView({ block: "nearest" });
  }

  #submit(event) {
    event.preventDefault();
    this.#ask();
  }

  async #ask() {
    const asked = (this.#asked += 1);
    const query = new URLSearchParams({ table: this.table.value, key: this.key.value.trim() });
    this.result.setAttribute("aria-busy", "true");
    let draw = null;
    try {
      const answer = await get(`${this.path}/history?${query}`);
      draw = () => this.#draw(answer);
    } catch (problem) {
      draw = () => this.#tell(problem.detail, true);
    }
    if (asked === this.#asked) {
      this.result.removeAttribute("aria-busy");
      this.#redraw = draw;
      draw();
    }
  }

  #tell(text, isProblem = false) {
    this.result.replaceChildren(element("p", { class: isProblem ? "hint bad" : "hint" }, text));
  }

  #draw({ table, key, id, as_of_tick: tick, columns, versions, cut }) {
    const number = `${count(versions.length)} ${versions.length === 1 ? "version" : "versions"}`;
    const title = element("p", { class: "history-title" },
      element("strong", { class: "name" }, `${table}, ${key} ${id}`),
      element("span", { class: "note" }, `${number}, newest first, as of tick ${count(tick)}`));
    const list = element("ol", { class: "versions", reversed: true });
    const isDeleted = versions.at(-1)?.ended_by === "delete";
    if (isDeleted) {
      list.append(this.#end(versions.at(-1)));
    }
    [...versions].reverse().forEach((version, place) =>
      list.append(this.#version(columns, version, place === versions.length - 1)));
    const box = scrollBox("versions, newest first", {}, list);
    this.result.replaceChildren(title, ...(cut ? [element("p", { class: "hint" }, cut)] : []), box);
  }

  #end({ to_tick: tick, to }) {
    return element("li", { "data-op": "delete" },
      element("p", { class: "version-line" },
        element("strong", {}, `− deleted by tick ${count(tick)}`), this.#moment(to)));
  }

  #version(columns, version, isFirst) {
    const { from_tick: first, from, to_tick: end, to, cause, values, changed = [] } = version;
    const op = isFirst ? "insert" : "update";
    const until = end === null ? "until now" : `until tick ${count(end)}`;
    const line = element("p", { class: "version-line" },
      element("strong", {}, isFirst ? `+ inserted by tick ${count(first)}` : `~ updated by tick ${count(first)}`),
      this.#moment(from), element("span", { class: "note" }, until), end === null ? null : this.#moment(to),
      cause ? element("span", { class: "note" }, `by ${cause}`) : null);
    const marked = new Set(isFirst ? [] : changed);
    const pairs = columns.map((column, index) => pair(column, values[index], marked.has(column) ? "changed" : ""));
    return element("li", { "data-op": op }, line, element("div", { class: "pairs" }, ...pairs));
  }

  #moment(at) {
    return element("time", { datetime: at ?? null, title: moment(at) }, time(at));
  }
}
