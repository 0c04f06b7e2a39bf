// The opened shop: its head, its plots, and the sections below them.
//
// Owns which shop is drawn, and when its details are asked. Knows nothing of how a section shows its part.

import { Changes } from "./changes.js";
import { roundSpan } from "./clock.js";
import { Connect } from "./connect.js";
import { CursorGroup, zoomButtons } from "./cursor.js";
import { element } from "./dom.js";
import { perSecond, seconds } from "./format.js";
import { RowHistory } from "./history.js";
import { Plot } from "./plot.js";
import { RUN_ENDED, poll } from "./poll.js";
import { get } from "./request.js";
import { samples } from "./samples.js";
import { ShopHead, hasNeverBegun } from "./shop-head.js";
import { Slots } from "./slots.js";
import { store } from "./store.js";
import { Tables } from "./tables.js";
import { unknownShop } from "./unknown-shop.js";
import { SIGNS } from "./values.js";

const DETAILS_EVERY = 2000;
const COUNTDOWN_EVERY = 250;

/** A rate on an axis: "500", "0.5", "2" rather than "2.0". */
const axisRate = (rate) => perSecond(rate).replace(/\.0$/, "");

const PLOTS = [
  {
    plot: "rows", title: "Rows", unit: "per second", format: perSecond, formatAxis: axisRate, least: 1,
    series: Object.entries(SIGNS).map(([name, sign]) => ({ name, sign, colour: `--${name}`, stacked: true })),
    columns: ({ inserted, updated, deleted }) => [inserted, updated, deleted],
  },
  {
    plot: "lag", title: "Lag", unit: "behind the schedule", least: 0.1,
    kind: "seconds", format: seconds, formatAxis: roundSpan,
    series: [{ name: "lag", colour: "--accent" }],
    columns: ({ lag }) => [lag],
  },
  {
    plot: "tick", title: "Tick time", unit: "per transaction",
    kind: "seconds", format: seconds, formatAxis: roundSpan,
    series: [{ name: "mean", colour: "--accent" }, { name: "95 %", colour: "--update", thin: true }],
    columns: ({ tick_mean: mean, tick_p95: high }) => [mean, high],
  },
];

/** Draws the opened shop into `section` whenever there is one; `close` is called by its button. */
export function mountShop(section, close) {
  let opened = null;
  const show = () => {
    opened?.destroy();
    opened = null;
    section.replaceChildren();
    const name = store.opened;
    const { unknown } = store;
    section.hidden = name === null && unknown === null;
    if (name === null) {
      section.removeAttribute("data-shop");
      if (unknown !== null) {
        section.append(unknownShop(unknown, store.shops.keys(), close));
      }
      return;
    }
    section.dataset.shop = name;
    opened = new OpenedShop(section, name, close);
  };
  store.subscribe("opened", show);
  store.subscribe("run", show);
  show();
}

class OpenedShop {
  #details = null;
  #phase = null;
  #destroyed = false;

  constructor(section, name, close) {
    this.name = name;
    this.path = `/api/v1/shops/${encodeURIComponent(name)}`;
    this.head = new ShopHead(name, close);
    this.group = new CursorGroup();
    this.history = new RowHistory(this.path);
    this.changes = new Changes(name, this.path, (table, key) => this.history.show(table, key));
    this.tables = new Tables();
    this.connect = new Connect();
    this.slots = new Slots(this.path);
    // Verbs will stand between the head and the plots: a region #actions, each with "takes effect before tick N".
    section.append(
      this.head.node,
      this.#plots(),
      element("div", { class: "shop-columns" }, this.tables.node, this.connect.node),
      this.changes.node,
      this.history.node,
      this.slots.node,
    );
    this.polling = poll(section, DETAILS_EVERY, () => this.#askDetails(), (isOver) => this.#over(isOver));
    this.timer = setInterval(() => this.#countdown(), COUNTDOWN_EVERY);
    this.endings = [
      store.subscribe("shops", (changed) => changed.has(name) && this.#update()),
      store.subscribe("sample", () => this.#draw()),
    ];
    this.#update();
    this.#askHistory();
  }

  destroy() {
    this.#destroyed = true;
    clearInterval(this.timer);
    this.polling.stop();
    this.endings.forEach((end) => end());
    [this.group, this.changes, this.history, this.slots].forEach((part) => part.destroy());
  }

  #plots() {
    this.plots = PLOTS.map(({ plot, columns, ...options }) => {
      const figure = element("figure", { "data-plot": plot });
      return { columns, plot: new Plot(figure, { ...options, group: this.group }) };
    });
    this.plotSection = element("section", { class: "plots", "aria-label": "plots" },
      element("div", { class: "section-line" }, element("h3", {}, "Over time"), zoomButtons(this.group)),
      element("div", { class: "plot-grid" }, ...this.plots.map(({ plot }) => plot.figure)));
    return this.plotSection;
  }

  async #askHistory() {
    if (store.connection === "ended") {
      this.#redraw();
      return;
    }
    try {
      this.data = await samples.history(this.name);
    } catch {
      // The short record is better than nothing; the next sample asks again.
      this.data = null;
    }
    if (!this.#destroyed) {
      this.#redraw();
    }
  }

  #draw() {
    if (this.data) {
      this.#redraw();
    } else {
      this.#askHistory();
    }
  }

  #redraw() {
    const data = this.data ?? samples.of(this.name);
    this.plots.forEach(({ plot, columns }) => plot.setData(data.times, columns(data)));
  }

  async #askDetails() {
    try {
      this.#details = await get(this.path);
    } catch (problem) {
      if (this.#details === null && !this.#destroyed) {
        this.#tell(problem.detail);
      }
      return;
    }
    if (!this.#destroyed) {
      this.tables.update(this.#details.tables ?? [], this.#details.last_tick);
      this.connect.update(this.#details.connect ?? []);
      this.history.tables(this.#details.tables ?? []);
      this.#update();
    }
  }

  /** Says why there are no details. */
  #tell(text) {
    this.tables.tell(text);
    this.connect.tell(text);
  }

  #over(isOver) {
    if (isOver && this.#details === null) {
      this.#tell(RUN_ENDED);
    }
    this.history.over(isOver);
    this.#update();
  }

  /** What is known of the shop: the stream is newer than the details. */
  #shop() {
    return store.shops.get(this.name) ?? this.#details;
  }

  #update() {
    const shop = this.#shop();
    if (!shop) {
      return;
    }
    // Ticks and rows are those of the tables below, until nobody can be asked for these.
    this.head.update(shop, this.#details, store.connection === "ended" ? shop : this.#details ?? shop);
    this.changes.tickCommitted(shop.last_tick);
    const isFolded = hasNeverBegun(shop);
    [this.plotSection, this.changes.node, this.history.node].forEach((node) => (node.hidden = isFolded));
    if (this.#phase !== null && this.#phase !== shop.phase) {
      this.polling.soon();
    }
    this.#phase = shop.phase;
  }

  #countdown() {
    const shop = this.#shop();
    if (shop && !document.hidden && store.connection === "live") {
      this.head.countdown(shop);
    }
  }
}
