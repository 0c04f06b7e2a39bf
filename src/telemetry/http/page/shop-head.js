// The head of the opened shop: its phase, how far it is, what went wrong, and what identifies its plan.
//
// Owns these facts as text. Knows nothing of requests, and of the sections below.

import { since, until } from "./clock.js";
import { element, setAttribute, setText } from "./dom.js";
import { count, moment, seconds, time, unknown } from "./format.js";
import { sign, tone } from "./phases.js";
import { SIGNS } from "./values.js";

const FACTS = [
  ["tick", "tick"],
  ["at", "simulated time"],
  ["due", "next tick"],
  ["lag", "lag"],
  ["rows", "rows since the start"],
  ["restarts", "restarts"],
  ["seed", "seed"],
  ["plan", "plan"],
];

/** The phases in which a shop makes no more ticks. */
const ENDED = ["finished", "stopped", "refused", "given up"];

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
    this.node = element("header", { class: "shop-head" },
      element("div", { class: "shop-line" },
        this.heading, this.city, this.phase, this.spell,
        element("button", { type: "button", class: "shop-close", "data-action": "close", onclick: close }, "close")),
      this.progress,
      this.error,
      element("dl", { class: "facts" },
        ...FACTS.map(([key, label]) => element("div", {}, element("dt", {}, label), this.facts.get(key)))));
  }

  /** Shows the state of the shop; `details` may be null while they are unknown. */
  update(shop, details) {
    setText(this.city, shop.city ?? "");
    setText(this.phase, `${sign(shop.phase)} ${shop.phase}`);
    setAttribute(this.phase, "data-phase", shop.phase);
    setAttribute(this.phase, "data-tone", tone(shop.phase));
    this.#progress(shop);
    this.#error(shop);
    const { inserted, updated, deleted } = shop.rows ?? {};
    const of = shop.ticks === null || shop.ticks === undefined ? "" : ` of ${count(shop.ticks)}`;
    this.#write("tick", `${count(shop.last_tick)}${of}`, this.#ticks(shop));
    this.#write("at", time(shop.at), moment(shop.at));
    this.#write("lag", seconds(shop.lag_seconds));
    const rows = [SIGNS.insert + count(inserted), SIGNS.update + count(updated), SIGNS.delete + count(deleted)];
    this.#write("rows", rows.join(" "));
    const { panic, transient, waiting } = shop.restarts ?? {};
    this.#write("restarts", `panic ${count(panic)} · transient ${count(transient)} · waiting ${count(waiting)}`);
    this.#write("seed", details ? String(details.seed ?? unknown) : unknown);
    const print = details?.fingerprint ?? null;
    this.#write("plan", print === null ? unknown : `${print.slice(0, 12)} · schema ${details.schema}`, print ?? "");
    this.countdown(shop);
  }

  /** Spans that pass by themselves. */
  countdown(shop) {
    const again = shop.retry_at ? `, again ${until(shop.retry_at)}` : "";
    setText(this.spell, shop.since ? `for ${since(shop.since)}${again}` : "");
    const interval = shop.tick_seconds_interval > 0 ? `, every ${seconds(shop.tick_seconds_interval)}` : "";
    // A shop that has ended keeps the time that was due next.
    const isPlayed = !ENDED.includes(shop.phase) && shop.next_due;
    this.#write("due", isPlayed ? `${until(shop.next_due)}${interval}` : unknown);
  }

  /** There is no such shop. */
  missing(detail) {
    this.error.hidden = false;
    setText(this.error, detail);
  }

  #write(key, text, title = "") {
    const node = this.facts.get(key);
    setText(node, text);
    setAttribute(node, "title", title && title !== text ? title : null);
  }

  #ticks({ ticks_committed: committed, ticks_failed: failed, log_lines_dropped: dropped }) {
    const lines = dropped ? `, ${count(dropped)} log lines dropped` : "";
    return `${count(committed)} committed and ${count(failed)} failed since the process started${lines}`;
  }

  #progress({ last_tick: last, ticks }) {
    this.progress.hidden = !(ticks > 0);
    if (ticks > 0) {
      this.progress.value = Math.min(1, (last ?? 0) / ticks);
      this.progress.textContent = `${count(last)} of ${count(ticks)}`;
    }
  }

  #error({ trouble, last_error: error }) {
    const text = trouble && error && trouble.includes(error) ? trouble : [trouble, error].filter(Boolean).join("\n");
    this.error.hidden = !text;
    setAttribute(this.error, "class", trouble ? "shop-error" : "shop-error past");
    setText(this.error, trouble || !text ? text : `last error: ${text}`);
  }
}
