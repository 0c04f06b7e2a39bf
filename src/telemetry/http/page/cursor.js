// What the plots of a group share: the cursor, and how much of the time they show.
//
// Owns both, and the buttons for the latter. Knows nothing of canvases and of where the samples come from.

import { element } from "./dom.js";

const SPANS = [
  { seconds: 120, text: "2 min", label: "last 2 minutes" },
  { seconds: 600, text: "10 min", label: "last 10 minutes" },
  { seconds: 3600, text: "1 h", label: "last hour" },
  { seconds: null, text: "all", label: "all that is kept" },
];

/** Plots with one cursor and one window of time. */
export class CursorGroup {
  #members = new Set();

  /** The moment below the cursor in epoch milliseconds, or null. */
  at = null;

  /** How many seconds are shown, or null for all that is kept. */
  span = 600;

  constructor() {
    // A finger leaves the cursor where it was; a touch elsewhere removes it.
    this.outside = (event) => {
      if (this.at !== null && event.pointerType !== "mouse" && ![...this.#members].some((plot) => plot.owns(event.target))) {
        this.moveTo(null);
      }
    };
    document.addEventListener("pointerdown", this.outside);
  }

  add(plot) {
    this.#members.add(plot);
  }

  remove(plot) {
    this.#members.delete(plot);
  }

  /** Moves the cursor of all plots, or removes it. */
  moveTo(milliseconds) {
    if (this.at !== milliseconds) {
      this.at = milliseconds;
      this.#members.forEach((plot) => plot.redraw());
    }
  }

  /** Shows the last `seconds`, or all. */
  show(seconds) {
    this.span = seconds;
    this.#members.forEach((plot) => plot.windowChanged());
  }

  /** From when to when samples with these `times` are shown. */
  window(times) {
    const last = times.at(-1) ?? 0;
    // A short record fills the plot, down to a minute.
    const first = Math.min(times[0] ?? 0, last - 60_000);
    return { from: this.span === null ? first : Math.max(first, last - this.span * 1000), to: last };
  }

  destroy() {
    document.removeEventListener("pointerdown", this.outside);
    [...this.#members].forEach((plot) => plot.destroy());
  }
}

/** Buttons that choose how much of the time a group shows. */
export function zoomButtons(group) {
  const buttons = SPANS.map(({ seconds, text, label }) =>
    element("button", {
      type: "button",
      "aria-label": label,
      "aria-pressed": String(group.span === seconds),
      onclick: (event) => {
        group.show(seconds);
        buttons.forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget)));
      },
    }, text),
  );
  return element("div", { class: "segments", role: "group", "aria-label": "time shown by the plots" }, ...buttons);
}
