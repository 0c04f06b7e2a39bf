// A plot in words: its title and legend, the sentence that a screen reader reads, and the table behind.
//
// Owns these. Knows nothing of canvases, and of when they are asked for.

import { element } from "./dom.js";
import { moment, time } from "./format.js";
import { extent, spread } from "./series.js";

/** Most rows of the table: it is for reading, not for export. */
const TABLE_ROWS = 60;

/** The title, and a legend with a node for each value. */
export function caption({ title, unit, series }, cursor, values) {
  const entries = series.map(({ name, sign, colour, thin }, index) => {
    const swatch = element("span", { class: thin ? "plot-swatch thin" : "plot-swatch", "aria-hidden": "true" });
    swatch.style.color = `var(${colour})`;
    return element("li", {}, swatch, sign ? `${sign} ${name}` : name, values[index]);
  });
  return element("figcaption", {},
    element("div", { class: "plot-title" },
      element("strong", {}, title), element("span", { class: "plot-unit" }, unit), cursor),
    element("ul", { class: "plot-legend" }, ...entries));
}

/** "Lag from 18:30:00 to 18:40:00: lag last 8.1 s, least 0 s, most 8.1 s". */
export function summary({ title, series, format }, columns, { from, to, first, end }) {
  const parts = series.map(({ name }, index) => {
    const { least, most, last } = extent(columns[index], first, end);
    const known = `${name} last ${format(last)}, least ${format(least)}, most ${format(most)}`;
    return last === null ? `${name} unknown` : known;
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
