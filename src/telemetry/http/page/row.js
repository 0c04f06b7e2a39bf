// One row of the list: a shop.
//
// Owns its cells and how they are filled in place: nothing is made anew while the shop stays the same. Must not know
// which rows are in view, nor in which order.

import { element, setAttribute, setText } from "./dom.js";
import { errorAt } from "./errors.js";
import { clock, count, day, moment, perSecond, seconds, time, unknown, until, wholeSeconds } from "./format.js";
import { sign, tone } from "./phases.js";
import { samples } from "./samples.js";
import { Spark } from "./spark.js";
import { store } from "./store.js";

const OPERATIONS = [
  ["inserted", "+"],
  ["updated", "~"],
  ["deleted", "−"],
];
const CAUSES = ["panic", "transient", "waiting"];

/**
 * The address at which a shop is opened.
 * @param {string} name
 * @returns {string}
 */
export function addressOf(name) {
  return `#${encodeURIComponent(name)}`;
}

/** A row, which may be given to another shop when it is out of view. */
export class Row {
  constructor() {
    this.name = null;
    this.spark = new Spark();
    this.link = element("a");
    this.city = element("small");
    this.sign = element("span", { class: "sign", "aria-hidden": "true" });
    this.phase = element("span");
    this.since = element("small");
    this.tick = element("span");
    this.ticks = element("small");
    this.clock = element("span");
    this.day = element("small");
    this.lag = element("span");
    this.rates = OPERATIONS.map(([operation]) => element("span", { class: operation }));
    this.restarts = element("span");
    this.error = element("span");
    this.copy = element("button", { type: "button", "data-action": "copy" }, "copy");
    this.node = element(
      "tr",
      {},
      element("th", { scope: "row", class: "shop" }, this.link, this.city),
      cell("phase", "", element("span", { class: "word" }, this.sign, this.phase), this.since),
      cell("tick", "number", this.tick, this.ticks),
      cell("at", "number", this.clock, this.day),
      cell("lag", "number", this.lag),
      cell("rates", "", this.spark.node, element("span", { class: "now" }, ...this.rates)),
      cell("restarts", "number", this.restarts),
      cell("error", "", this.error),
      // Later: the shop's actions stand before this button.
      cell("connect", "", this.copy),
    );
  }

  /** Gives the row to a shop. */
  give(name) {
    if (this.name === name) return;
    this.name = name;
    this.node.dataset.shop = name;
    setText(this.link, name);
    this.link.title = name;
    // Not "#…" alone: the first links of a page that begin so count as links that skip its head.
    this.link.href = `./${addressOf(name)}`;
    setText(this.copy, "copy");
    this.copy.setAttribute("aria-label", `copy the URL of ${name}`);
  }

  /**
   * Writes the state of the shop.
   * @param {Object} shop
   * @param {number} now the server's time, in epoch milliseconds
   */
  fill(shop, now) {
    setAttribute(this.node, "data-phase", shop.phase);
    setAttribute(this.node, "data-tone", tone(shop.phase));
    const trouble = store.troubleOf(shop);
    setAttribute(this.node, "data-trouble", trouble === null ? null : "");
    setText(this.city, shop.city ?? "");
    setText(this.sign, sign(shop.phase));
    setText(this.phase, shop.phase);
    setText(this.since, sinceText(shop, now));
    this.fillTicks(shop);
    setText(this.clock, clock(shop.at));
    setText(this.day, shop.at === null ? "" : day(shop.at));
    setAttribute(this.clock.parentNode, "title", shop.at === null ? null : moment(shop.at));
    setText(this.lag, seconds(shop.lag_seconds));
    OPERATIONS.forEach(([operation, mark], index) => {
      const rate = shop.rates?.[operation] ?? null;
      // A shop without rates has one sign for all three.
      const text = rate !== null ? `${mark}${perSecond(rate)}` : index === 2 ? unknown : "";
      setText(this.rates[index], text);
      this.rates[index].classList.toggle("none", !(rate > 0));
    });
    setText(this.restarts, restartsOf(shop.restarts));
    setAttribute(this.node, "data-restarted", this.restarts.textContent === "0" ? null : "");
    const error = errorOf(trouble, shop);
    setText(this.error, error);
    setAttribute(this.error, "title", error === unknown ? null : error);
    this.url = shop.url;
  }

  /** Ticks are counted from 0: after tick 7 there are eight. */
  fillTicks({ last_tick: last, ticks }) {
    const made = last === null ? unknown : count(last + 1);
    const all = ticks === null ? "" : `of ${count(ticks)}`;
    setText(this.tick, made);
    setText(this.ticks, all);
    const title = last === null ? null : `${`${made} ${all}`.trim()} ticks; the last one is tick ${count(last)}`;
    setAttribute(this.tick.parentNode, "title", title);
  }

  /** Marks the row of the opened shop. */
  mark(isOpened) {
    this.node.toggleAttribute("data-opened", isOpened);
    setAttribute(this.link, "aria-current", isOpened ? "true" : null);
  }

  /** Draws the last two minutes. */
  draw() {
    this.spark.draw(samples.view(this.name));
  }
}

function cell(field, classes, ...children) {
  return element("td", { "data-field": field, class: `${field} ${classes}`.trim() }, ...children);
}

/** How long the shop is in its phase, or when it is tried again. */
function sinceText(shop, now) {
  if (shop.retry_at !== null) return `again ${until(shop.retry_at, now)}`;
  return wholeSeconds(Math.max(0, (now - Date.parse(shop.since)) / 1000));
}

/** "1 transient, 2 waiting"; a line ends after a cause. */
function restartsOf(restarts) {
  const causes = CAUSES.filter((cause) => restarts[cause] > 0);
  return causes.map((cause) => `${count(restarts[cause])}\u00a0${cause}`).join(", ") || "0";
}

/** What is wrong now, and else what was wrong last, and when. */
function errorOf(trouble, shop) {
  const { last_error: error } = shop;
  if (trouble === null) {
    const at = errorAt(shop);
    return error === null || at === null ? (error ?? unknown) : `${time(at)}: ${error}`;
  }
  return error === null || trouble.includes(error) ? trouble : `${trouble}; last error: ${error}`;
}
