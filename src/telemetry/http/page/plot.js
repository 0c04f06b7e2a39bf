// A plot of time series: stacked areas and lines on a canvas, with a legend, a summary in words and a table behind.
//
// Owns how samples become pixels. Knows nothing of shops, of requests, and of what the values mean: it is handed columns
// and a function that writes a value.

import { timeLabel, timeSteps, valueSteps } from "./axis.js";
import { colour, onThemeChange } from "./colours.js";
import { CursorGroup } from "./cursor.js";
import { clear, element, setText } from "./dom.js";
import { time } from "./format.js";
import { summary, table } from "./plot-words.js";
import { preferences } from "./preferences.js";
import { breaks, extent, lowerBound, missingBefore, nearest, runs, thin, totals } from "./series.js";

const FONT_SIZE = 11;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 10;
/** Room for most labels, so that plots above each other have their times above each other. */
const LEAST_LEFT = 48;
const SUMMARY_EVERY = 5000;

/**
 * A plot inside `figure`, which keeps its width whatever is drawn.
 *
 * `series`: `{ name, colour: "--insert", stacked?: true, thin?: true, sign?: "+" }`, bottom first where stacked;
 * `format` writes a value, `formatAxis` a shorter one; `kind`: "number" or "seconds", for whole steps;
 * `least`: the axis reaches at least this value, so that noise around 0 is drawn as 0.
 */
export class Plot {
  #times = [];
  #columns = [];
  #lines = [];
  #frame = 0;
  #top = 0;
  #summarized = -Infinity;

  constructor(figure, { title, unit = "", series, format, formatAxis = format, kind = "number", least = 0, group = new CursorGroup() }) {
    Object.assign(this, { figure, title, unit, series, format, formatAxis, kind, least, group });
    this.canvas = element("canvas", { role: "img", tabindex: "0", "aria-label": `${title}: no samples yet` });
    this.context = this.canvas.getContext("2d");
    this.box = element("div", { class: "plot-box" }, this.canvas);
    this.moment = element("span", { class: "plot-moment" });
    this.values = series.map(() => element("span", { class: "plot-value" }));
    this.table = element("div", { class: "plot-table", tabindex: "0", role: "region", "aria-label": `${title} as a table` });
    this.details = element("details", { ontoggle: () => this.#fillTable() }, element("summary", {}, "as a table"), this.table);
    figure.classList.add("plot");
    figure.replaceChildren(this.#caption(), this.box, this.details);
    this.#listen();
    group.add(this);
    // The inner box is measured, and the canvas lies in it absolutely: what is drawn cannot make it grow.
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.box);
    this.endings = [onThemeChange(() => this.redraw()), preferences.subscribe("zone", () => this.windowChanged())];
  }

  /** Shows columns (in the order of the series, values or null) of samples at `times` (epoch milliseconds). */
  setData(times, columns) {
    this.#times = times;
    this.#columns = columns;
    const missing = missingBefore(times);
    const stacked = columns.filter((_, index) => this.series[index].stacked);
    this.total = totals(stacked, times.length);
    this.totalBreaks = breaks(this.total, missing);
    this.#lines = columns.map((values, index) => (this.series[index].stacked ? null : breaks(values, missing)));
    this.redraw();
  }

  /** Draws in the next frame; as often as it is called, once. */
  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Another window of time is shown, or another zone. */
  windowChanged() {
    this.#top = 0;
    this.#summarized = -Infinity;
    this.#fillTable();
    this.redraw();
  }

  /** Whether a node is part of this plot. */
  owns(node) {
    return this.figure.contains(node);
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.observer.disconnect();
    this.endings.forEach((end) => end?.());
    this.group.remove(this);
    this.figure.replaceChildren();
  }

  #caption() {
    const entries = this.series.map(({ name, colour: property, thin: isThin }, index) => {
      const swatch = element("span", { class: isThin ? "plot-swatch thin" : "plot-swatch", "aria-hidden": "true" });
      swatch.style.color = `var(${property})`;
      return element("li", {}, swatch, this.series[index].sign ? `${this.series[index].sign} ${name}` : name, this.values[index]);
    });
    const unit = this.unit ? [element("span", { class: "plot-unit" }, this.unit)] : [];
    const heading = element("div", { class: "plot-title" }, element("strong", {}, this.title), ...unit, this.moment);
    return element("figcaption", {}, heading, element("ul", { class: "plot-legend" }, ...entries));
  }

  #listen() {
    const point = (event) => {
      const x = event.clientX - this.canvas.getBoundingClientRect().left;
      const index = this.scale ? nearest(this.#times, this.scale.timeAt(x)) : -1;
      this.group.moveTo(index < 0 ? null : this.#times[index]);
    };
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.group.moveTo(null));
    this.canvas.addEventListener("blur", () => this.group.moveTo(null));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const { from, to } = this.group.window(this.#times);
    const [first, last] = [lowerBound(this.#times, from), this.#times.length - 1];
    const current = this.group.at === null ? last : nearest(this.#times, this.group.at);
    const far = event.shiftKey ? 10 : 1;
    const target = { ArrowLeft: current - far, ArrowRight: current + far, Home: first, End: last }[event.key];
    if (event.key === "Escape" && this.group.at !== null) {
      this.group.moveTo(null);
      event.stopPropagation();
    } else if (target !== undefined && last >= 0 && to > from) {
      this.group.moveTo(this.#times[Math.max(first, Math.min(last, target))]);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Fits the canvas to its box, in device pixels. False where there is nothing to draw on. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (width < 60 || height < 40) {
      return false;
    }
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== across || this.canvas.height !== down) {
      this.canvas.width = across;
      this.canvas.height = down;
    }
    this.context.setTransform(across / width, 0, 0, down / height, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.size = { width, height, ratio };
    return true;
  }

  #measure() {
    const { from, to } = this.group.window(this.#times);
    const first = Math.max(0, lowerBound(this.#times, from) - 1);
    const end = this.#times.length;
    const stacks = this.series.some(({ stacked }) => stacked) ? [this.total] : [];
    const lines = this.#columns.filter((_, index) => !this.series[index].stacked);
    const most = Math.max(this.least, ...[...stacks, ...lines].map((values) => extent(values, first, end).most ?? 0));
    // The axis follows a growing value at once, a shrinking one only when it has become small: else it flickers.
    if (most > this.#top || most < this.#top / 2.5) {
      this.#top = most;
    }
    const { width, height, ratio } = this.size;
    const steps = valueSteps(this.#top, Math.max(2, Math.floor((height - TOP - BOTTOM) / 36)), this.kind);
    const labels = steps.ticks.map((value) => this.formatAxis(value));
    const widest = Math.max(...labels.map((label) => this.context.measureText(label).width));
    const left = Math.max(LEAST_LEFT, Math.ceil((widest + 10) / 8) * 8);
    const [plotWidth, plotHeight] = [width - left - RIGHT, height - TOP - BOTTOM];
    const pixel = (value) => (Math.round(value * ratio) + (Math.max(1, Math.floor(ratio)) % 2) / 2) / ratio;
    this.scale = {
      from, to, first, end, steps, labels, left, plotWidth, pixel,
      x: (at) => left + ((at - from) / (to - from)) * plotWidth,
      y: (value) => TOP + plotHeight - (value / steps.top) * plotHeight,
      timeAt: (x) => from + ((x - left) / plotWidth) * (to - from),
      perPixel: (to - from) / (plotWidth * ratio),
    };
  }

  #draw() {
    if (!this.#fit()) {
      return;
    }
    this.context.font = `${FONT_SIZE}px ${getComputedStyle(this.figure).fontFamily}`;
    if (this.#times.length === 0) {
      this.scale = null;
      this.#write("no samples yet", this.size.width / 2, this.size.height / 2, "center");
      return;
    }
    this.#measure();
    this.#drawAxes();
    const { left, plotWidth } = this.scale;
    this.context.save();
    this.context.beginPath();
    this.context.rect(left, 0, plotWidth + 3, this.size.height - BOTTOM + 2);
    this.context.clip();
    this.#drawAreas();
    this.series.forEach((series, index) => !series.stacked && this.#drawLine(series, this.#columns[index], this.#lines[index]));
    this.context.restore();
    this.#drawCursor();
    this.#summarize();
  }

  #write(text, x, y, align) {
    this.context.fillStyle = colour("--muted");
    this.context.textAlign = align;
    this.context.textBaseline = "middle";
    this.context.fillText(text, x, y);
  }

  #rule(x, y, toX, toY, property) {
    const { pixel } = this.scale;
    this.context.strokeStyle = colour(property);
    this.context.lineWidth = Math.max(1, Math.floor(this.size.ratio)) / this.size.ratio;
    this.context.beginPath();
    this.context.moveTo(pixel(x), pixel(y));
    this.context.lineTo(pixel(toX), pixel(toY));
    this.context.stroke();
  }

  #drawAxes() {
    const { from, to, steps, labels, left, plotWidth, x, y } = this.scale;
    steps.ticks.forEach((value, index) => {
      this.#rule(left, y(value), left + plotWidth, y(value), "--line");
      this.#write(labels[index], left - 6, y(value), "right");
    });
    const zone = preferences.get("zone");
    const { step, ticks } = timeSteps(from, to, Math.max(2, Math.floor(plotWidth / 72)), zone);
    for (const tick of ticks) {
      const label = timeLabel(tick, step, zone);
      const half = this.context.measureText(label).width / 2;
      this.#rule(x(tick), y(0), x(tick), y(0) + 4, "--line");
      if (x(tick) + half <= this.size.width && x(tick) - half >= left - 4) {
        this.#write(label, x(tick), this.size.height - BOTTOM / 2 + 2, "center");
      }
    }
  }

  #drawAreas() {
    const stacked = this.series.flatMap((series, index) => (series.stacked ? [{ series, values: this.#columns[index] }] : []));
    if (stacked.length === 0) {
      return;
    }
    const { first, end, perPixel, x, y } = this.scale;
    const kept = thin(this.#times, this.total, first, end, perPixel);
    for (const run of runs(kept, this.totalBreaks)) {
      let below = run.map(() => 0);
      const across = run.map((index) => x(this.#times[index]));
      for (const { series, values } of stacked) {
        const above = run.map((index, place) => below[place] + (values[index] ?? 0));
        this.#fillBetween(across, above.map(y), below.map(y), colour(series.colour));
        below = above;
      }
    }
  }

  #fillBetween(across, above, below, paint) {
    const { context } = this;
    const edge = new Path2D();
    // A sample between two gaps is a bar of two pixels, not nothing.
    const width = across.length === 1 ? 1 : 0;
    across.forEach((x, index) => edge.lineTo(x - width, above[index]));
    edge.lineTo(across.at(-1) + width, above.at(-1));
    const area = new Path2D(edge);
    for (let index = across.length - 1; index >= 0; index -= 1) {
      area.lineTo(across[index] + width, below[index]);
    }
    area.lineTo(across[0] - width, below[0]);
    context.fillStyle = paint;
    context.strokeStyle = paint;
    context.globalAlpha = 0.42;
    context.fill(area);
    context.globalAlpha = 1;
    context.lineWidth = 1.25;
    context.lineJoin = "round";
    context.stroke(edge);
  }

  #drawLine(series, values, broken) {
    const { first, end, perPixel, x, y } = this.scale;
    const { context } = this;
    context.strokeStyle = colour(series.colour);
    context.fillStyle = context.strokeStyle;
    context.lineWidth = series.thin ? 1 : 1.75;
    context.lineJoin = "round";
    for (const run of runs(thin(this.#times, values, first, end, perPixel), broken)) {
      context.beginPath();
      if (run.length === 1) {
        context.arc(x(this.#times[run[0]]), y(values[run[0]]), 1.5, 0, 7);
        context.fill();
      } else {
        run.forEach((index) => context.lineTo(x(this.#times[index]), y(values[index])));
        context.stroke();
      }
    }
  }

  #drawCursor() {
    const { from, to, x, y, steps } = this.scale;
    const at = this.group.at;
    const index = at === null || at < from || at > to ? -1 : nearest(this.#times, at);
    if (index >= 0) {
      this.#rule(x(at), y(steps.top), x(at), y(0), "--muted");
      let sum = 0;
      this.series.forEach(({ stacked, colour: property }, place) => {
        const value = this.#columns[place][index] ?? null;
        sum += stacked ? value ?? 0 : 0;
        if (value !== null) {
          this.#dot(x(at), y(stacked ? sum : value), colour(property));
        }
      });
    }
    setText(this.moment, index >= 0 ? time(at) : "");
    const shown = index >= 0 ? index : this.#times.length - 1;
    this.values.forEach((node, place) => setText(node, this.format(this.#columns[place][shown] ?? null)));
  }

  #dot(x, y, paint) {
    this.context.beginPath();
    this.context.arc(x, y, 3, 0, 7);
    this.context.fillStyle = paint;
    this.context.fill();
    this.context.lineWidth = 1.5;
    this.context.strokeStyle = colour("--surface");
    this.context.stroke();
  }

  /** The plot in words; seldom, since a reader that stands on it would be told of every change. */
  #summarize() {
    const now = performance.now();
    if (now - this.#summarized < SUMMARY_EVERY) {
      return;
    }
    this.#summarized = now;
    this.canvas.setAttribute("aria-label", summary(this, this.#columns, this.scale));
  }

  #fillTable() {
    clear(this.table);
    if (!this.details.open || this.#times.length === 0) {
      return;
    }
    const first = lowerBound(this.#times, this.group.window(this.#times).from);
    this.table.append(table(this, this.#times, this.#columns, first));
  }
}
