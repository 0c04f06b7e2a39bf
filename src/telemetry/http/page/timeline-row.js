// A shop's row of the timeline: bars for phases, marks for pauses.
//
// Owns the row's elements, which are kept as long as what they stand for is in view, so that focus and tooltips stay.
// Knows nothing of other rows and of what is zoomed or followed.

import { element, setAttribute, setText } from "./dom.js";
import { sign, tone } from "./phases.js";
import { bars, isFault, pauseSpan } from "./timeline-data.js";
import { barText, pauseText } from "./timeline-text.js";

/** Room for a sign, and for a letter of a word, in the height of the page's letters. */
const SIGN_REM = 1.15;
const LETTER_REM = 0.5;
const LEAST_PAUSE = 7;

export class TimelineRow {
  #marks = new Map();

  constructor(name) {
    this.name = name;
    this.lane = element("div", { class: "timeline-lane" });
    this.node = element("div", { class: "timeline-row", "data-shop": name },
      element("a", { class: "timeline-name", href: `#${encodeURIComponent(name)}`, title: name }, name), this.lane);
  }

  /** Moves the row to its place from the top. */
  place(pixels) {
    this.node.style.top = `${pixels}px`;
  }

  /** Draws what lies in the view `{ from, to, now, width, rem, show }`. */
  draw({ spans, pauses }, view) {
    const used = new Set();
    const { from, to, now, width } = view;
    for (const bar of bars(spans, from, to, now, width)) {
      used.add(this.#drawBar(bar, view));
    }
    for (const pause of pauses) {
      if (pause.at >= from && pause.at <= to + 1000) {
        used.add(this.#drawPause(pause, spans, view));
      }
    }
    for (const [key, mark] of this.#marks) {
      if (!used.has(key)) {
        mark.remove();
        this.#marks.delete(key);
      }
    }
    this.#tabStop();
  }

  /** One mark a row is reached by Tab: the focused one, else the last; arrows lead to the others. */
  #tabStop() {
    const focused = document.activeElement;
    const stop = this.lane.contains(focused) ? focused : [...this.#marks.values()].at(-1);
    this.#marks.forEach((mark) => (mark.tabIndex = mark === stop ? 0 : -1));
  }

  #drawBar(bar, view) {
    const key = `phase ${bar.key}`;
    const { phase } = bar.worst;
    const mark = this.#mark(key, view, () => barText(this.name, mark.spans));
    // The words change with the spans; what merely lasts longer is told when somebody asks.
    const state = `${bar.spans.length} ${phase} ${bar.spans.at(-1).to}`;
    mark.spans = bar.spans;
    if (mark.state !== state) {
      mark.state = state;
      mark.setAttribute("aria-label", mark.text());
    }
    setAttribute(mark, "class", isFault(bar.worst) ? "spell fault" : "spell");
    setAttribute(mark, "data-phase", phase);
    setAttribute(mark, "data-tone", tone(phase));
    const word = `${sign(phase)} ${phase}`;
    const short = bar.width >= SIGN_REM * view.rem ? sign(phase) : "";
    setText(mark, bar.width > word.length * LETTER_REM * view.rem + 12 ? word : short);
    this.#stretch(mark, bar.x, bar.width);
    return key;
  }

  #drawPause(pause, spans, view) {
    const key = `pause ${pause.at}`;
    const mark = this.#mark(key, view, () => pauseText(this.name, pause));
    setAttribute(mark, "class", "pause");
    if (!mark.hasAttribute("aria-label")) {
      mark.setAttribute("aria-label", mark.text());
    }
    const scale = view.width / (view.to - view.from);
    const span = pauseSpan(pause, spans);
    const right = (span.to - view.from) * scale;
    const left = Math.max(-2, Math.min((span.from - view.from) * scale, right - LEAST_PAUSE));
    this.#stretch(mark, left, right - left);
    return key;
  }

  #mark(key, view, text) {
    let mark = this.#marks.get(key);
    if (mark === undefined) {
      mark = element("div", { role: "img", tabindex: "-1" });
      mark.text = text;
      const show = () => {
        mark.setAttribute("aria-label", text());
        view.show(mark);
      };
      const hide = () => view.show(null);
      Object.entries({ pointerenter: show, focus: show, pointerleave: hide, blur: hide })
        .forEach(([name, listener]) => mark.addEventListener(name, listener));
      this.lane.append(mark);
      this.#marks.set(key, mark);
    }
    return mark;
  }

  #stretch(mark, x, width) {
    mark.style.left = `${x.toFixed(1)}px`;
    mark.style.width = `${Math.max(1, width - 1).toFixed(1)}px`;
  }
}
