// A plot in words: the sentence that a screen reader reads, and the table behind.
//
// Owns both. Knows nothing of canvases, and of when they are asked for.

import { element } from "./dom.js";
import { moment, time } from "./format.js";
import { extent, spread } from "./series.js";

/** Most rows of the table: it is for reading, not for export. */
const TABLE_ROWS = 60;

/** "Lag from 18:30:00 to 18:40:00: lag last 8.1 s, least 0 s, most 8.1 s". */
export function summary({ title, series, format }, columns, { from, to, first, end }) {
  const parts = series.map(({ name }, index) => {
    const { least, most, last } = extent(columns[index], first, end);
    return last === null ? `${name} unknown` : `${name} last ${format(last)}, least ${format(least)}, most ${format(most)}`;
  });
  return `${title} from ${time(from)} to ${time(to)}: ${parts.join("; ")}`;
}

/** The samples from `first` on, thinned, newest first. */
export function table({ title, series, format }, times, columns, first) {
  const names = series.map(({ name }) => element("th", { scope: "col" }, name));
  const rows = spread(first, times.length, TABLE_ROWS).map((index) =>
    element("tr", {},
      element("th", { scope: "row" }, time(times[index])),
      ...columns.map((values) => element("td", {}, format(values[index] ?? null)))));
  return element("table", {},
    element("caption", {}, `${title}, as of ${moment(times.at(-1))}`),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "time"), ...names)),
    element("tbody", {}, ...rows));
}
