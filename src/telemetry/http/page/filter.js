// Which shops are listed: by a chip (all, trouble, a phase) and by words.
//
// Owns the chips with their counts and the search field. Must not know how rows are drawn.

import { element, setText } from "./dom.js";
import { count } from "./format.js";
import { phases, sign, tone } from "./phases.js";
import { store } from "./store.js";

/** Chips that are always there; the other phases' appear with their first shop. */
const STEADY = new Set(["all", "trouble", "live", "waiting", "finished"]);

/** The filter of the list. */
export class Filter {
  /**
   * @param {HTMLElement} group where the chips stand
   * @param {HTMLInputElement} search
   * @param {function(): void} changed
   */
  constructor(group, search, changed) {
    this.chosen = "all";
    this.words = "";
    this.search = search;
    this.changed = changed;
    this.chips = new Map(["all", "trouble", ...phases].map((name) => [name, chip(name)]));
    group.append(...[...this.chips.values()].map(({ button }) => button));
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-filter]");
      if (button !== null) this.choose(button.dataset.filter);
    });
    search.addEventListener("input", () => {
      this.words = search.value.trim().toLowerCase();
      changed();
    });
    this.mark();
  }

  choose(name) {
    this.chosen = name;
    this.mark();
    this.changed();
  }

  /** Shows all again. */
  reset() {
    this.search.value = "";
    this.words = "";
    this.choose("all");
  }

  mark() {
    for (const [name, { button }] of this.chips) button.setAttribute("aria-pressed", name === this.chosen);
  }

  /**
   * Whether a shop is listed.
   * @param {Object} shop
   */
  matches(shop) {
    if (!belongs(shop, this.chosen)) return false;
    if (this.words === "") return true;
    const texts = [shop.name, shop.city, store.troubleOf(shop), shop.last_error];
    return texts.some((text) => text?.toLowerCase().includes(this.words));
  }

  /**
   * Counts the shops of each chip.
   * @param {Iterable<Object>} shops
   */
  count(shops) {
    const counts = new Map([...this.chips.keys()].map((name) => [name, 0]));
    const add = (name) => counts.set(name, counts.get(name) + 1);
    for (const shop of shops) {
      add("all");
      if (store.troubleOf(shop) !== null) add("trouble");
      if (counts.has(shop.phase)) add(shop.phase);
    }
    for (const [name, { button, number }] of this.chips) {
      setText(number, count(counts.get(name)));
      button.hidden = counts.get(name) === 0 && !STEADY.has(name) && name !== this.chosen;
      button.classList.toggle("none", counts.get(name) === 0);
    }
  }
}

function belongs(shop, chosen) {
  return chosen === "all" || (chosen === "trouble" ? store.troubleOf(shop) !== null : shop.phase === chosen);
}

function chip(name) {
  const number = element("b", {}, "0");
  const isPhase = phases.includes(name);
  const mark = name === "trouble" ? "▲" : isPhase ? sign(name) : null;
  const button = element(
    "button",
    { type: "button", "data-filter": name, "data-tone": name === "trouble" ? "bad" : isPhase ? tone(name) : null },
    mark && element("span", { class: "sign", "aria-hidden": "true" }, mark),
    name,
    number,
  );
  return { button, number };
}
