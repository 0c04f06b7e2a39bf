// The list of shops: those in trouble first, only the rows in view drawn.
//
// Owns the order, the window of rows and the focus in it. Must not know what stands in a row, nor where data comes
// from.

import { copy } from "./clipboard.js";
import { serverNow } from "./clock.js";
import { element, setAttribute, setText } from "./dom.js";
import { Filter } from "./filter.js";
import { preferences } from "./preferences.js";
import { Row, addressOf } from "./row.js";
import { store } from "./store.js";

/** Up to here all rows are drawn. */
const ALL = 60;
/** Rows that are drawn above and below those in view. */
const BESIDE = 12;
/** Rows of which the one that moves least keeps its place on the screen. */
const ANCHORS = 8;

/** The list; one on the page. */
class List {
  constructor(section) {
    this.section = section;
    this.viewport = section.querySelector(".viewport");
    this.table = section.querySelector("table");
    this.body = section.querySelector("tbody");
    this.state = section.querySelector('[data-field="state"]');
    this.above = spacer();
    this.below = spacer();
    this.body.before(this.above.node);
    this.body.after(this.below.node);
    const [chips, search] = [section.querySelector("#filter"), section.querySelector("#search")];
    this.filter = new Filter(chips, search, () => this.refilter());
    /** Names in the order of the list, and the rows that are drawn. */
    this.names = [];
    this.rows = new Map();
    this.spare = [];
    /** The shop that had the focus last. */
    this.cursor = null;
    this.rowHeight = 48;
    this.isScheduled = false;
    this.listen();
    this.refresh();
  }

  listen() {
    store.subscribe("shops", (changed) => this.refresh(changed));
    store.subscribe("sample", () => this.draw(this.rows.values()));
    store.subscribe("run", () => this.refresh());
    store.subscribe("connection", () => this.tellState());
    store.subscribe("opened", () => this.markOpened());
    preferences.subscribe("zone", () => this.fill(this.rows.values()));
    this.viewport.addEventListener("scroll", () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(this.viewport);
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("focusin", (event) => {
      this.cursor = event.target.closest("tr")?.dataset.shop ?? null;
    });
    this.state.addEventListener("click", (event) => {
      if (event.target.closest("button") !== null) this.filter.reset();
    });
  }

  /** A row's button copies its URL; elsewhere the row opens its shop, unless a text was selected. */
  click(event) {
    const row = this.rows.get(event.target.closest("tr")?.dataset.shop);
    if (row === undefined) return;
    if (event.target.closest('[data-action="copy"]') !== null) {
      copy(row.copy, row.url);
    } else if (event.target.closest("a") === null && getSelection().isCollapsed) {
      location.hash = addressOf(row.name);
    }
  }

  /** Takes new states: of these shops, or of all. */
  refresh(changed = null) {
    this.filter.count(store.shops.values());
    this.arrange();
    this.render();
    const rows = [...this.rows.values()];
    this.fill(changed === null ? rows : rows.filter(({ name }) => changed.has(name)));
    this.tellState();
  }

  refilter() {
    this.viewport.scrollTop = 0;
    this.refresh();
  }

  /** Those in trouble first, and else the chain's order: a row moves only when a trouble begins or ends. */
  arrange() {
    const troubled = [];
    const others = [];
    for (const shop of store.shops.values()) {
      if (this.filter.matches(shop)) (store.troubleOf(shop) === null ? others : troubled).push(shop.name);
    }
    const before = this.names;
    this.names = [...troubled, ...others];
    this.stay(before);
  }

  /** Whoever has scrolled keeps looking at the same rows, whatever begins or ends above them. */
  stay(before) {
    const { scrollTop } = this.viewport;
    if (scrollTop < this.rowHeight) return;
    const top = Math.floor(scrollTop / this.rowHeight);
    const moves = before
      .slice(top, top + ANCHORS)
      .map((name, index) => ({ at: this.names.indexOf(name), was: top + index }))
      .filter(({ at }) => at >= 0)
      .map(({ at, was }) => at - was)
      .sort((a, b) => Math.abs(a) - Math.abs(b));
    if (moves.length > 0 && moves[0] !== 0) this.viewport.scrollTop = scrollTop + moves[0] * this.rowHeight;
  }

  /** The places of the rows to draw. */
  window() {
    const { length } = this.names;
    if (length <= ALL) return { first: 0, end: length };
    const top = Math.floor(this.viewport.scrollTop / this.rowHeight);
    const inView = Math.ceil(this.viewport.clientHeight / this.rowHeight);
    const first = Math.max(0, Math.min(top - BESIDE, length - inView - 2 * BESIDE));
    return { first, end: Math.min(length, top + inView + BESIDE) };
  }

  /** Draws the rows in view; those that stay are left as they are. */
  render() {
    const { first, end } = this.window();
    const wanted = this.names.slice(first, end);
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    this.release(new Set(wanted));
    const fresh = wanted.filter((name) => !this.rows.has(name)).map((name) => this.take(name));
    place(this.body, wanted.map((name) => this.rows.get(name).node));
    wanted.forEach((name, index) => {
      setAttribute(this.rows.get(name).node, "aria-rowindex", first + index + 2);
    });
    setAttribute(this.table, "aria-rowcount", this.names.length + 1);
    this.above.set(first * this.rowHeight);
    this.below.set((this.names.length - end) * this.rowHeight);
    this.draw(fresh);
    if (focused !== null && focused.isConnected && document.activeElement !== focused) {
      focused.focus({ preventScroll: true });
    }
  }

  release(wanted) {
    for (const [name, row] of this.rows) {
      if (wanted.has(name)) continue;
      this.rows.delete(name);
      row.node.remove();
      this.spare.push(row);
    }
  }

  take(name) {
    const row = this.spare.pop() ?? new Row();
    row.give(name);
    row.mark(name === store.opened);
    this.rows.set(name, row);
    return row;
  }

  fill(rows) {
    const now = serverNow();
    for (const row of rows) row.fill(store.shops.get(row.name), now);
  }

  /** Writes and draws all that goes on with time. */
  draw(rows) {
    const all = [...rows];
    this.fill(all);
    for (const row of all) row.draw();
  }

  markOpened() {
    for (const [name, row] of this.rows) row.mark(name === store.opened);
  }

  /** Scrolling draws once a frame. */
  schedule() {
    if (this.isScheduled || this.names.length <= ALL) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.render();
    });
  }

  /** All rows are equally high; how high depends on the width. */
  measure() {
    const [row] = this.rows.values();
    if (row !== undefined) this.rowHeight = row.node.getBoundingClientRect().height || this.rowHeight;
    this.render();
  }

  /** Moves the focus by rows. */
  move(distance) {
    if (this.names.length === 0) return;
    const from = this.names.indexOf(this.cursor ?? store.opened);
    const at = from < 0 ? 0 : Math.min(Math.max(from + distance, 0), this.names.length - 1);
    this.cursor = this.names[at];
    const head = this.table.tHead.offsetHeight;
    const { scrollTop, clientHeight } = this.viewport;
    const top = at * this.rowHeight;
    if (top < scrollTop) this.viewport.scrollTop = top;
    const bottom = top + this.rowHeight + head;
    if (bottom > scrollTop + clientHeight) this.viewport.scrollTop = bottom - clientHeight;
    this.render();
    const row = this.rows.get(this.cursor);
    row.link.focus({ preventScroll: true });
    row.node.scrollIntoView({ block: "nearest" });
  }

  /** Gives the focus to a shop's row, if it is listed. */
  focus(name) {
    if (!this.names.includes(name)) return;
    this.cursor = name;
    this.move(0);
  }

  /** Says in a sentence why there are no rows. */
  tellState() {
    const sentence = this.sentence();
    this.state.hidden = sentence === null;
    this.viewport.hidden = store.shops.size === 0;
    if (sentence === null) return;
    const isFiltered = store.shops.size > 0;
    if (this.state.dataset.sentence === sentence) return;
    this.state.dataset.sentence = sentence;
    setText(this.state, sentence);
    if (isFiltered) this.state.append(" ", element("button", { type: "button" }, "Show all"));
  }

  sentence() {
    if (this.names.length > 0) return null;
    if (store.shops.size > 0) return "No shop matches.";
    if (store.meta === null) {
      return store.connection === "lost"
        ? "shopsim does not answer. The shops appear as soon as it does."
        : "Connecting to shopsim.";
    }
    if (store.meta.stage === "preparing") {
      return "shopsim is starting its private servers. The shops appear when these are up.";
    }
    return "This chain has no shops.";
  }
}

/** A row group without rows, as high as the rows that are not drawn. */
function spacer() {
  const row = element("tr");
  const node = element("tbody", { class: "spacer", "aria-hidden": "true", hidden: true }, row);
  const set = (height) => {
    node.hidden = height <= 0;
    row.style.height = `${Math.max(0, height)}px`;
  };
  return { node, set };
}

/** Puts nodes in this order, moving as few as may be: a row that keeps its place is not touched. */
function place(parent, nodes) {
  let here = parent.firstChild;
  for (const node of nodes) {
    // One that moves down stands before its neighbours, which stay.
    while (here !== null && here !== node && here.nextSibling === node) {
      const moved = here;
      here = node;
      moved.remove();
    }
    if (here === node) {
      here = node.nextSibling;
    } else {
      parent.insertBefore(node, here);
    }
  }
}

/**
 * Fills the section of the list.
 * @param {HTMLElement} section
 * @returns {List}
 */
export function mountList(section) {
  return new List(section);
}
