// The rows that a tick of the opened shop changed, with old and new values, drawn anew by the server from the plan.
//
// Owns this section (`#changes`): which tick and which table is shown, and its request, made only while somebody
// looks. A click on a key is handed on. Knows nothing of a row's history.

import { element, setText } from "./dom.js";
import { compact, count, moment, time } from "./format.js";
import { RUN_ENDED, poll } from "./poll.js";
import { preferences } from "./preferences.js";
import { get } from "./request.js";
import { store } from "./store.js";
import { Tabs } from "./tabs.js";
import { SIGNS, change, shortPair } from "./values.js";

const LEAST_DISTANCE = 1000;
const COUNTS = { insert: "inserted", update: "updated", delete: "deleted" };
const OPERATIONS = Object.keys(COUNTS);
/** Rows of each operation: a few, so that all three are seen at a glance, or as many as the server gives. */
const FEW = 3;
const MANY = 100;

const changesOf = ({ inserted, updated, deleted }) => inserted + updated + deleted;
const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Changes {
  #last = null;
  #pinned = null;
  #answer = null;
  #asked = 0;
  #limit = FEW;
  #isWaiting = false;
  #destroyed = false;

  /** `openHistory(table, key)` is called by a click on a row's key. */
  constructor(name, path, openHistory) {
    Object.assign(this, { path, openHistory });
    this.rows = element("tbody", {});
    this.text = element("span", {});
    this.more = element("button", { type: "button", class: "key", onclick: () => this.#showMore() });
    this.hint = element("p", { class: "hint", hidden: true }, this.text, " ", this.more);
    this.tick = element("span", { class: "tick" }, "no tick yet");
    this.at = element("span", { class: "note changes-at" });
    this.note = element("span", { class: "note" });
    this.buttons = this.#controls();
    const table = element("table", { class: "changes" },
      element("caption", { class: "unseen" }, `rows that a tick of ${name} changed`),
      element("thead", { class: "unseen" }, element("tr", {},
        ...["operation", "key", "values"].map((head) => element("th", { scope: "col" }, head)))),
      this.rows);
    this.panel = element("div", { class: "changes-panel", tabindex: "0" }, this.hint, table);
    this.tabs = new Tabs({ label: "table", panel: this.panel, choose: () => this.#drawRows() });
    this.node = element("section", { id: "changes", "aria-labelledby": "changes-title" },
      element("div", { class: "section-line" },
        element("h3", { id: "changes-title" }, "Latest changed rows"), this.at, this.note,
        element("div", { class: "pager", role: "group", "aria-label": "tick" },
          this.buttons.previous, this.tick, this.buttons.next, this.buttons.pin, this.buttons.latest)),
      this.tabs.node, this.panel);
    this.unsubscribe = preferences.subscribe("zone", () => this.#answer && this.#draw());
    this.polling = poll(this.node, null, () => this.#ask(), () => this.#state());
    this.#state();
  }

  /** The shop has committed up to this tick. */
  tickCommitted(tick) {
    if (tick !== null && tick !== undefined && tick !== this.#last) {
      this.#last = tick;
      this.#state();
      if (this.#pinned === null) {
        this.polling.soon();
      }
    }
  }

  destroy() {
    this.#destroyed = true;
    this.polling.stop();
    this.unsubscribe();
  }

  #controls() {
    const button = (text, label, onclick, attributes = {}) =>
      element("button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, text);
    return {
      previous: button("‹", "previous tick", () => this.#go(this.#shown() - 1)),
      next: button("›", "next tick", () => this.#go(this.#shown() + 1)),
      pin: button("pin", "stay at this tick", () => this.#go(this.#pinned === null ? this.#shown() : null)),
      latest: button("latest", "follow the latest tick", () => this.#go(null)),
    };
  }

  /** The tick on show, or the one that is wanted. */
  #shown() {
    return this.#pinned ?? this.#answer?.tick ?? this.#last ?? 0;
  }

  /** Stays at a tick, or follows the latest one. */
  #go(tick) {
    this.#pinned = tick === null ? null : Math.max(0, Math.min(tick, this.#last ?? tick));
    this.#isWaiting = false;
    this.#state();
    this.#load();
  }

  #state() {
    const { previous, next, pin, latest } = this.buttons;
    const isOver = store.connection === "ended";
    const isNone = this.#last === null || isOver;
    previous.disabled = isNone || this.#shown() <= 0;
    next.disabled = isNone || this.#pinned === null || this.#shown() >= this.#last;
    pin.disabled = isNone;
    latest.disabled = isOver;
    this.more.disabled = isOver;
    pin.setAttribute("aria-pressed", String(this.#pinned !== null));
    latest.setAttribute("aria-pressed", String(this.#pinned === null && !this.#isWaiting));
    const newer = this.#last - this.#shown();
    const waiting = `waiting while you read · ${count(newer)} ${newer === 1 ? "tick" : "ticks"} newer`;
    setText(this.note, isOver ? RUN_ENDED : this.#isWaiting && newer > 0 ? waiting : "");
    setText(this.tick, this.#last === null ? "no tick yet" : `tick ${count(this.#shown())}`);
  }

  /** The next tick is asked for no earlier than a second after this one, however fast the shop is. */
  async #ask() {
    this.#isWaiting = this.#answer !== null && this.#pinned === null && this.#isBeingRead();
    this.#state();
    if (this.#last !== null && !this.#isWaiting) {
      await Promise.all([this.#load(), delay(LEAST_DISTANCE)]);
    }
  }

  /** Rows are not taken from below somebody's fingers or selection. */
  #isBeingRead() {
    const selection = document.getSelection();
    return this.rows.contains(document.activeElement)
      || (selection !== null && !selection.isCollapsed && this.rows.contains(selection.anchorNode));
  }

  async #load() {
    const asked = (this.#asked += 1);
    const tick = this.#pinned;
    let answer = null;
    let problem = null;
    try {
      answer = await get(`${this.path}/rows?limit=${this.#limit}${tick === null ? "" : `&tick=${tick}`}`);
    } catch (error) {
      problem = error;
    }
    if (this.#destroyed || asked !== this.#asked || (problem && store.connection === "ended")) {
      return;
    }
    if (problem) {
      this.#tell(problem.detail, { isProblem: true });
      return;
    }
    this.#answer = answer;
    this.#state();
    this.#draw();
  }

  #draw() {
    const answer = this.#answer;
    setText(this.at, answer.at ? `simulated ${time(answer.at)}` : "");
    this.at.title = moment(answer.at);
    const order = answer.tables.map((table) => ({ name: table.table, ...this.#tabText(table) }));
    const isFirst = this.tabs.chosen === null;
    this.tabs.set(order);
    if (isFirst && order.length > 0) {
      const busiest = answer.tables.reduce((one, other) => (changesOf(other) > changesOf(one) ? other : one));
      this.tabs.select(busiest.table);
    }
    this.#drawRows();
  }

  #tabText({ table, ...counts }) {
    const parts = OPERATIONS.map((op) => [SIGNS[op], counts[COUNTS[op]]])
      .filter(([, number]) => number > 0)
      .map(([sign, number]) => `${sign}${compact(number)}`);
    return { text: table, note: parts.join(" ") };
  }

  #showMore() {
    this.#limit = this.#limit === FEW ? MANY : FEW;
    this.#load();
  }

  #tell(text, { isProblem = false, isCut = false } = {}) {
    const many = this.#limit === MANY;
    this.hint.hidden = text === "" && !many;
    this.hint.className = isProblem ? "hint bad" : "hint";
    setText(this.text, text);
    this.more.hidden = isProblem || !(isCut || many);
    setText(this.more, many ? "show fewer" : "show more");
  }

  #drawRows() {
    const shown = this.#answer?.tables.find(({ table }) => table === this.tabs.chosen);
    if (!shown) {
      this.rows.replaceChildren();
      this.#tell("this tick changed no rows");
      return;
    }
    const cut = this.#cut(shown);
    this.#tell(shown.rows.length === 0 ? `this tick changed no rows of ${shown.table}` : cut, { isCut: cut !== "" });
    this.rows.replaceChildren(...shown.rows.map((row) => this.#row(shown, row)));
  }

  /** Says which operations are not shown whole. */
  #cut({ rows, ...counts }) {
    const parts = OPERATIONS.flatMap((op) => {
      const all = counts[COUNTS[op]] ?? 0;
      const here = rows.filter((row) => row.op === op).length;
      return all > here ? [`${count(here)} of ${count(all)} ${op}s`] : [];
    });
    return parts.length > 0 ? `shown: ${parts.join(", ")}` : "";
  }

  #row({ table, key: column }, { op, key, cause, created_at: created, values }) {
    const pairs = values.map(({ column: name, old, new: fresh }) =>
      op === "update" ? change(name, old, fresh) : shortPair(name, op === "delete" ? old : fresh));
    const age = op !== "insert" && created ? `created ${time(created)}` : null;
    const notes = [cause ? `by ${cause}` : null, age].filter(Boolean);
    const open = element("button", {
      type: "button", class: "key", title: `history of ${table}, ${column} ${key}`,
      onclick: () => this.openHistory(table, key),
    }, String(key));
    return element("tr", { "data-op": op },
      element("td", { class: "operation" }, `${SIGNS[op]} ${op}`),
      element("th", { scope: "row" }, open),
      element("td", { class: "pairs" }, ...pairs,
        notes.length > 0 ? element("span", { class: "note" }, notes.join(", ")) : null));
  }
}
