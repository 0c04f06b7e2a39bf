// A sparkline: rows per second by operation over the last two minutes, stacked.
//
// Owns its picture, one path for each operation, which is changed in place. Must not know which shop it is of. The
// numbers beside it are its text for screen readers.

import { setAttribute, svg } from "./dom.js";
import { SHORT_MILLISECONDS } from "./samples.js";

const WIDTH = 120;
const HEIGHT = 24;
const OPERATIONS = ["inserted", "updated", "deleted"];
/** A distance between samples that is longer than this many usual ones is a gap. */
const GAP = 2.5;

/** A picture of its own for each row. */
export class Spark {
  constructor() {
    this.paths = OPERATIONS.map((operation) => svg("path", { class: operation }));
    this.node = svg(
      "svg",
      { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...this.paths,
    );
  }

  /**
   * Draws the samples of `samples.view`.
   * @param {{times: number[], ring: Object, start: number, end: number}} view
   */
  draw({ times, ring, start, end }) {
    const most = largest(ring, start, end);
    const scale = most > 0 ? HEIGHT / most : 0;
    const spans = connected(times, ring, start, end);
    const base = new Float32Array(end - start);
    OPERATIONS.forEach((operation, index) => {
      const values = ring[operation];
      let path = "";
      for (const [from, to] of spans) {
        let back = "";
        for (let at = from; at < to; at += 1) {
          const x = (WIDTH * (1 - (times[end - 1] - times[at]) / SHORT_MILLISECONDS)).toFixed(1);
          const low = base[at - start];
          const high = low + values[at];
          base[at - start] = high;
          path += `${at === from ? "M" : "L"}${x} ${(HEIGHT - high * scale).toFixed(1)}`;
          back = `L${x} ${(HEIGHT - low * scale).toFixed(1)}${back}`;
        }
        path += `${back}Z`;
      }
      setAttribute(this.paths[index], "d", path);
    });
  }
}

/** The largest sum of all operations. */
function largest(ring, start, end) {
  let largest = 0;
  for (let at = start; at < end; at += 1) {
    const sum = ring.inserted[at] + ring.updated[at] + ring.deleted[at];
    if (sum > largest) largest = sum;
  }
  return largest;
}

/** The spans of places without a gap, each of two samples at least. */
function connected(times, ring, start, end) {
  const usual = (times[end - 1] - times[start]) / Math.max(1, end - start - 1);
  const spans = [];
  let from = start;
  const close = (to) => {
    if (to - from > 1) spans.push([from, to]);
  };
  for (let at = start; at < end; at += 1) {
    if (Number.isNaN(ring.inserted[at])) {
      close(at);
      from = at + 1;
    } else if (at > from && times[at] - times[at - 1] > GAP * usual) {
      close(at);
      from = at;
    }
  }
  close(end);
  return spans;
}
