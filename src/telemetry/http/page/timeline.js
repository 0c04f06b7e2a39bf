// The timeline: a row per shop with its phases as bars and its pauses as marks, over a time axis that stays in view.
//
// Owns the section `#timeline`: which part of the time is shown, following and pinning, and which rows. What happened
// is kept in timeline-data.js; a row draws itself (timeline-row.js).

import { timeLabel, timeSteps } from "./axis.js";
import { serverNow } from "./clock.js";
import { element, setText } from "./dom.js";
import { count } from "./format.js";
import { preferences } from "./preferences.js";
import { get } from "./request.js";
import { scrollBox } from "./scroll.js";
import { store } from "./store.js";
import { TimelineData } from "./timeline-data.js";
import { moveFocus } from "./timeline-focus.js";
import { TimelineRow } from "./timeline-row.js";
import { MOST_FAULTS, faultTable } from "./timeline-text.js";

/** The height of a row, as timeline.css has it: it grows with the reader's font. */
const ROW_REM = 2;
/** With more shops than this only those with faults or pauses have a row. */
const MANY = 30;
const ZOOMS = [
  ["300", "5 min", "last 5 minutes"],
  ["900", "15 min", "last 15 minutes"],
  ["3600", "1 h", "last hour"],
  ["run", "all", "all that is kept"],
];
/** The whole run is shown until it is longer than this zoom, unless the reader chooses. */
const LATER = "900";
const FAULTS_EVERY = 5000;

/** Draws the timeline into `section`. */
export function mountTimeline(section) {
  new Timeline(section);
}

class Timeline {
  #rows = new Map();
  #end = null;
  #zoom = "run";
  #isChosen = false;
  #faultsOnly = false;
  #frame = 0;
  #stale = true;
  #seen = false;
  #waiting = [];
  #loaded = false;
  #asked = 0;
  #listed = -Infinity;

  constructor(section) {
    this.data = new TimelineData();
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.rowPixels = ROW_REM * this.rem;
    this.#build(section);
    new IntersectionObserver((entries) => {
      this.#seen = entries.at(-1).isIntersecting;
      this.#draw();
    }).observe(section);
    new ResizeObserver(() => this.#draw()).observe(this.chart);
    store.subscribe("events", (events) => this.#take(events));
    store.subscribe("run", () => {
      if (!this.#isChosen) {
        this.#zoomTo("run");
      }
      this.#load();
    });
    store.subscribe("connection", () => store.connection === "live" && this.#load());
    store.subscribe("sample", () => this.#draw());
    store.subscribe("shops", () => this.#rows.size === 0 && this.#draw());
    preferences.subscribe("zone", () => {
      this.#listed = -Infinity;
      this.#draw();
    });
  }

  #build(section) {
    const button = (attributes, text, pressed, onclick) =>
      element("button", { type: "button", onclick, "aria-pressed": String(pressed), ...attributes }, text);
    this.zooms = ZOOMS.map(([zoom, text, label]) =>
      button({ "data-zoom": zoom, "aria-label": label }, text, zoom === this.#zoom, () => this.#chooseZoom(zoom)));
    const toggle = () => this.#pin(this.#end === null ? serverNow() : null);
    this.follow = button({ "data-action": "follow" }, "follow", true, toggle);
    this.only = button({ "data-action": "faults" }, "faults only", false, () => this.#chooseFaults());
    this.axis = element("div", { class: "timeline-axis", "aria-hidden": "true" });
    this.body = element("div", { class: "timeline-body" });
    this.hint = element("p", { class: "hint", hidden: true });
    this.tip = element("div", { class: "timeline-tip", "aria-hidden": "true", hidden: true });
    this.faults = scrollBox("faults", { hidden: true });
    this.chart = element("div", {
      class: "timeline-chart", tabindex: "0", role: "group", "aria-label": "timeline of phases: arrow keys scroll it",
      onscroll: () => this.#draw({ scrolled: true }), onkeydown: (event) => this.#key(event),
    }, this.axis, this.body);
    section.append(
      element("div", { class: "section-line" },
        element("h2", {}, "Timeline"), this.follow, this.only,
        element("div", { class: "segments", role: "group", "aria-label": "time shown" }, ...this.zooms)),
      this.hint, this.chart, this.tip, this.faults);
    this.#dragging();
  }

  /** Asks for the whole record; events that come meanwhile wait. */
  async #load() {
    const asked = (this.#asked += 1);
    this.#loaded = false;
    this.#waiting = [];
    let answer = null;
    try {
      answer = await get("/api/v1/timeline");
    } catch {
      // The next "connection" asks again; until then there are the events.
    }
    if (asked !== this.#asked) {
      return;
    }
    if (answer !== null) {
      this.data.load(answer);
    }
    this.#loaded = true;
    this.#take(this.#waiting);
  }

  #take(events) {
    if (!this.#loaded) {
      this.#waiting.push(...events);
      return;
    }
    this.data.append(events);
    this.#listed = -Infinity;
    this.#draw();
  }

  #chooseZoom(zoom) {
    this.#isChosen = true;
    this.#zoomTo(zoom);
  }

  #zoomTo(zoom) {
    this.#zoom = zoom;
    this.zooms.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.zoom === zoom)));
    this.#draw();
  }

  #zoomLater() {
    const { began } = this.data;
    const isLong = began !== null && serverNow() - began > Number(LATER) * 1000;
    if (!this.#isChosen && this.#zoom !== LATER && this.#end === null && isLong) {
      this.#zoomTo(LATER);
    }
  }

  /** Stays at a moment, or follows what is new; whoever scrolls up to now follows. */
  #pin(end) {
    const now = serverNow();
    const first = (this.data.began ?? now) + this.#span(now) / 4;
    this.#end = end === null ? null : Math.min(now, Math.max(end, Math.min(first, now)));
    this.follow.setAttribute("aria-pressed", String(this.#end === null));
    this.#draw();
  }

  #chooseFaults() {
    this.#faultsOnly = !this.#faultsOnly;
    this.only.setAttribute("aria-pressed", String(this.#faultsOnly));
    this.chart.classList.toggle("faults-only", this.#faultsOnly);
    this.#listed = -Infinity;
    this.#draw();
  }

  #span(now) {
    return this.#zoom === "run" ? Math.max(60_000, now - (this.data.began ?? now)) : Number(this.#zoom) * 1000;
  }

  #window() {
    const now = serverNow();
    const to = this.#end ?? now;
    return { from: to - this.#span(now), to, now };
  }

  #scrollBy(milliseconds) {
    const { to, now } = this.#window();
    this.#pin(to + milliseconds >= now ? null : to + milliseconds);
  }

  #key(event) {
    const { from, to } = this.#window();
    const actions = {
      ArrowLeft: () => this.#scrollBy((from - to) / 10),
      ArrowRight: () => this.#scrollBy((to - from) / 10),
      Home: () => this.#pin(-Infinity),
      End: () => this.#pin(null),
    };
    // Arrows belong to the axis when the chart itself is focused, and to the bars when one of them is.
    const isAtMark = event.target !== this.chart && event.key.startsWith("Arrow");
    if (isAtMark ? moveFocus(this.body, event) : Object.hasOwn(actions, event.key)) {
      if (!isAtMark) {
        actions[event.key]();
      }
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Dragging and wheels across scroll the time. */
  #dragging() {
    let start = null;
    this.body.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.target.closest(".timeline-lane")) {
        start = { x: event.clientX, to: this.#window().to, moved: false };
      }
    });
    this.body.addEventListener("pointermove", (event) => {
      if (start === null || (!start.moved && Math.abs(event.clientX - start.x) < 4)) {
        return;
      }
      start.moved = true;
      this.body.setPointerCapture(event.pointerId);
      const { from, to, now } = this.#window();
      const end = start.to - ((event.clientX - start.x) / this.#laneWidth()) * (to - from);
      this.#pin(end >= now ? null : end);
    });
    const stop = () => (start = null);
    this.body.addEventListener("pointerup", stop);
    this.body.addEventListener("pointercancel", stop);
    this.chart.addEventListener("wheel", (event) => {
      const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        const { from, to } = this.#window();
        this.#scrollBy((across / this.#laneWidth()) * (to - from));
        event.preventDefault();
      }
    }, { passive: false });
  }

  #laneWidth() {
    return Math.max(1, this.axis.clientWidth);
  }

  /** The shops that have a row. */
  #names() {
    const all = [...store.shops.keys()];
    if (this.#faultsOnly) {
      return all.filter((name) => this.data.hasFaults(name));
    }
    return all.length > MANY ? all.filter((name) => this.data.isEventful(name)) : all;
  }

  /** Draws in the next frame: all rows, or, where only rows were scrolled, those that came into view. */
  #draw({ scrolled = false } = {}) {
    this.#stale ||= !scrolled;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#seen && this.axis.clientWidth > 60) {
        this.#drawNow();
      }
    });
  }

  #drawNow() {
    const all = this.#stale;
    this.#stale = false;
    if (all) {
      this.#zoomLater();
      this.view = { ...this.#window(), width: this.#laneWidth(), rem: this.rem, show: (mark) => this.#showTip(mark) };
      this.names = this.#names();
      this.body.style.height = `${this.names.length * this.rowPixels}px`;
      this.#drawAxis(this.view);
      this.#drawHint(this.names.length);
      this.#drawFaults();
    }
    this.#drawRows(all);
  }

  /** Draws the rows in view. */
  #drawRows(all) {
    const top = Math.max(0, Math.floor(this.chart.scrollTop / this.rowPixels) - 2);
    const bottom = Math.ceil((this.chart.scrollTop + this.chart.clientHeight) / this.rowPixels) + 2;
    const visible = this.names.slice(top, bottom);
    const kept = new Set(visible);
    for (const [name, row] of this.#rows) {
      if (!kept.has(name)) {
        row.node.remove();
        this.#rows.delete(name);
      }
    }
    visible.forEach((name, place) => {
      const known = this.#rows.get(name);
      const row = known ?? new TimelineRow(name);
      row.place((top + place) * this.rowPixels);
      if (all || known === undefined) {
        row.draw(this.data.of(name), this.view);
      }
      if (known === undefined) {
        this.#rows.set(name, row);
        this.body.append(row.node);
      }
    });
  }

  #drawAxis({ from, to, width }) {
    const zone = preferences.get("zone");
    const { step, ticks } = timeSteps(from, to, Math.max(2, Math.floor(width / (6 * this.rem))), zone);
    while (this.axis.children.length > ticks.length) {
      this.axis.lastChild.remove();
    }
    ticks.forEach((tick, index) => {
      const node = this.axis.children[index] ?? this.axis.appendChild(element("span", { class: "timeline-tick" }));
      node.style.left = `${((tick - from) / (to - from)) * width}px`;
      setText(node, timeLabel(tick, step, zone));
    });
  }

  #drawHint(rows) {
    const { size } = store.shops;
    const many = size > MANY ? `with ${count(size)} shops, only those with faults or pauses have a row` : "";
    let text = rows === 0 && many !== "" ? `${many}: there are none so far` : many;
    if (this.#faultsOnly) {
      text = rows === 0 ? "no faults so far" : "";
    }
    setText(this.hint, text);
    this.hint.hidden = text === "";
  }

  #drawFaults() {
    this.faults.hidden = !this.#faultsOnly;
    const isFresh = performance.now() - this.#listed < FAULTS_EVERY;
    if (!this.#faultsOnly || isFresh || this.faults.contains(document.activeElement)) {
      return;
    }
    this.#listed = performance.now();
    const faults = this.data.faults(MOST_FAULTS);
    this.faults.replaceChildren(...(faults.length > 0 ? [faultTable(faults)] : []));
  }

  /** Shows the words of a mark beside it, or hides them. */
  #showTip(mark) {
    this.tip.hidden = mark === null;
    if (mark === null) {
      return;
    }
    setText(this.tip, mark.getAttribute("aria-label"));
    const [frame, own] = [this.tip.offsetParent.getBoundingClientRect(), mark.getBoundingClientRect()];
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const left = Math.min(Math.max(0, own.left - frame.left), Math.max(0, frame.width - width));
    const below = own.bottom + 6 + height <= innerHeight || own.top < height;
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${below ? own.bottom - frame.top + 6 : own.top - frame.top - height - 6}px`;
  }
}
