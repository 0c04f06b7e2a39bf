// The head of the opened shop: its phase, how far it is, what went wrong, and what identifies its plan.
//
// Owns these facts as text. Knows nothing of requests, and of the sections below.

import { retry, roundSpan, since, until } from "./clock.js";
import { element, setAttribute, setText } from "./dom.js";
import { count, moment, seconds, time, unknown } from "./format.js";
import { sign, tone } from "./phases.js";
import { store } from "./store.js";
import { SIGNS } from "./values.js";

const FACTS = [
  ["tick", "ticks"],
  ["at", "simulated time"],
  ["due", "next tick"],
  ["lag", "lag"],
  ["rows", "rows since start"],
  ["restarts", "restarts"],
  ["seed", "seed"],
  ["plan", "fingerprint"],
];

/** The phases in which a shop makes no more ticks. */
const ENDED = ["finished", "stopped", "refused", "given up"];

/** A tick that comes at least this often, in seconds, is due "now" all the time. */
const OFTEN = 1;

/** Whether a shop has ended by its trouble before its first tick: it has no rows, and there will be none. */
export function hasNeverBegun({ phase, last_tick: last }) {
  return ["refused", "given up"].includes(phase) && last === null;
}

/** How many ticks are committed: they are counted from 0. */
function committed({ last_tick: last }) {
  return last === null || last === undefined ? 0 : last + 1;
}

/** "8 of 8 ticks". */
function ticksText(shop) {
  const { ticks } = shop;
  if (ticks === null || ticks === undefined) {
    return `${count(committed(shop))} ticks`;
  }
  return `${count(committed(shop))} of ${count(ticks)} ticks`;
}

/** When the next tick begins, and how often there is one. */
function dueText({ phase, next_due: due, tick_seconds_interval: interval }) {
  // A shop that has ended keeps the time that was due next.
  if (ENDED.includes(phase) || store.connection === "ended") {
    return unknown;
  }
  if (phase === "waiting") {
    return "when its server is back";
  }
  if (phase === "backing off") {
    return "after its restart";
  }
  if (interval === 0 || phase === "history") {
    return "as fast as possible";
  }
  const every = `every ${roundSpan(interval)}`;
  return interval < OFTEN || !due ? every : `${until(due)}, ${every}`;
}

/** The head; `close` is called by its button. */
export class ShopHead {
  constructor(name, close) {
    this.heading = element("h2", { tabindex: "-1" }, name);
    this.city = element("span", { class: "shop-city" });
    this.phase = element("span", { class: "phase" });
    this.spell = element("span", { class: "shop-spell" });
    this.progress = element("progress", { max: "1", "aria-label": "ticks committed of all", hidden: true });
    this.facts = new Map(FACTS.map(([key]) => [key, element("dd", { "data-field": key })]));
    this.error = element("p", { class: "shop-error", hidden: true });
    const never = "never began: see the reason above";
    this.neverBegan = element("p", { class: "hint", hidden: true }, never);
    this.node = element("header", { class: "shop-head" },
      element("div", { class: "shop-line" },
        this.heading, this.city, this.phase, this.spell,
        element("button", { type: "button", class: "shop-close", "data-action": "close", onclick: close }, "close")),
      this.progress,
      this.error,
      this.neverBegan,
      element("dl", { class: "facts" },
        ...FACTS.map(([key, label]) => element("div", {}, element("dt", {}, label), this.facts.get(key)))));
  }

  /**
   * Shows the state of the shop; `details` may be null while they are unknown. `counted` is where its ticks and rows
   * come from: the same answer as those of the tables.
   */
  update(shop, details, counted) {
    setText(this.city, shop.city ?? "");
    setText(this.phase, `${sign(shop.phase)} ${shop.phase}`);
    setAttribute(this.phase, "data-phase", shop.phase);
    setAttribute(this.phase, "data-tone", tone(shop.phase));
    this.#progress(counted);
    this.#error(shop);
    const { inserted, updated, deleted } = counted.rows ?? {};
    this.#write("tick", ticksText(counted), this.#ticks(counted));
    this.#write("at", time(counted.at), moment(counted.at));
    this.#write("lag", seconds(shop.lag_seconds));
    const rows = [SIGNS.insert + count(inserted), SIGNS.update + count(updated), SIGNS.delete + count(deleted)];
    this.#write("rows", rows.join(" "));
    const { panic, transient, waiting } = shop.restarts ?? {};
    this.#write("restarts", `panic ${count(panic)} · transient ${count(transient)} · waiting ${count(waiting)}`);
    this.#write("seed", details ? String(details.seed ?? unknown) : unknown);
    const print = details?.fingerprint ?? null;
    this.#write("plan", print === null ? unknown : `${print.slice(0, 12)} · schema ${details.schema}`, print ?? "");
    this.neverBegan.hidden = !hasNeverBegun(shop);
    this.countdown(shop);
  }

  /** Spans that pass by themselves. */
  countdown(shop) {
    const again = retry(shop);
    setText(this.spell, shop.since ? `for ${since(shop.since)}${again === null ? "" : `, again ${again}`}` : "");
    this.#write("due", dueText(shop));
  }

  #write(key, text, title = "") {
    const node = this.facts.get(key);
    setText(node, text);
    setAttribute(node, "title", title && title !== text ? title : null);
  }

  #ticks({ last_tick: last, ticks_committed: number, ticks_failed: failed, log_lines_dropped: dropped }) {
    const lines = dropped ? `, ${count(dropped)} log lines dropped` : "";
    const which = last === null ? "" : `the last one is tick ${count(last)}, as they are counted from 0; `;
    return `${which}${count(number)} committed and ${count(failed)} failed since the process started${lines}`;
  }

  #progress(shop) {
    this.progress.hidden = !(shop.ticks > 0);
    if (shop.ticks > 0) {
      this.progress.value = Math.min(1, committed(shop) / shop.ticks);
      this.progress.textContent = ticksText(shop);
    }
  }

  #error(shop) {
    const { last_error: error } = shop;
    const trouble = store.troubleOf(shop);
    const text = trouble && error && trouble.includes(error) ? trouble : [trouble, error].filter(Boolean).join("\n");
    this.error.hidden = !text;
    setAttribute(this.error, "class", trouble ? "shop-error" : "shop-error past");
    setText(this.error, trouble || !text ? text : `last error: ${text}`);
  }
}
