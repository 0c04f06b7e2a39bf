// Numbers and times as text.
//
// Owns how quantities are written: digits, units, time zone. Must not know what they measure.

import { preferences } from "./preferences.js";

/** What stands where a value is unknown. */
export const unknown = "–";

const MINUS = "−";
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function isUnknown(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

/** The text of the magnitude, with a sign before it if the number is negative. */
function signed(number, magnitude) {
  return number < 0 ? MINUS + magnitude(-number) : magnitude(number);
}

/** 1234567 is "1,234,567". */
export function count(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => grouped.format(positive));
}

/** 1234567 is "1.2 M"; below 10,000 all digits. */
export function compact(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => {
    if (positive < 10_000) return grouped.format(positive);
    const [divisor, unit] = positive < 999_500 ? [1e3, "k"] : positive < 999_500_000 ? [1e6, "M"] : [1e9, "G"];
    return `${short(positive / divisor)} ${unit}`;
  });
}

/** Two significant digits below 10, whole numbers above it. */
function short(positive) {
  return positive < 9.95 ? positive.toFixed(1) : grouped.format(positive);
}

/** A number of rows per second where there is little room: "0", "3.4", "412", "74 k". */
export function perSecond(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => (positive < 1e4 ? below(positive) : compact(positive)));
}

function below(positive) {
  if (positive === 0) return "0";
  return positive < 0.05 ? "<0.1" : short(positive);
}

/** 412.3 is "412 rows/s". */
export function rate(number) {
  if (isUnknown(number)) return unknown;
  return `${signed(number, (positive) => (positive < 1e6 ? below(positive) : compact(positive)))} rows/s`;
}

/** Seconds in the units of their size: "2.1 ms", "8.1 s", "2 min 10 s", "1 h 12 min", "3 d 4 h". */
export function seconds(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => {
    if (positive < 0.000_05) return "0 s";
    if (positive < 0.9995) return `${short(positive * 1e3)} ms`;
    if (positive < 59.95) return `${positive.toFixed(1)} s`;
    return long(Math.round(positive));
  });
}

/** Whole seconds, for what began a while ago: "8 s", "2 min 10 s". */
export function wholeSeconds(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => long(Math.floor(positive)));
}

/**
 * How far ahead a moment is: "in 3 s", or "now". Whole seconds, rounded up, so that it counts down to "in 1 s".
 * @param {string|number} when
 * @param {number} [present] now on the clock that the moment is of, in epoch milliseconds
 */
export function until(when, present = Date.now()) {
  if (!isMoment(when)) return unknown;
  const ahead = Math.ceil((new Date(when).getTime() - present) / 1000);
  return ahead > 0 ? `in ${long(ahead)}` : "now";
}

function long(whole) {
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.floor(whole / 60);
  if (whole < 86_400) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** 16777216 is "16.0 MiB". */
export function bytes(number) {
  if (isUnknown(number)) return unknown;
  return signed(number, (positive) => {
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let unit = 0;
    let rest = positive;
    while (rest >= 1024 && unit < units.length - 1) {
      rest /= 1024;
      unit += 1;
    }
    return `${unit === 0 ? grouped.format(rest) : rest.toFixed(1)} ${units[unit]}`;
  });
}

/** The parts of a moment in the reader's zone. */
function parts(when) {
  const date = new Date(when);
  // The same getters for both zones: local time is read as UTC after it was shifted.
  const offset = preferences.get("zone") === "utc" ? 0 : -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString();
  return { day: shifted.slice(0, -14), clock: shifted.slice(-13, -5), offset };
}

function isMoment(when) {
  return !isUnknown(when) && !Number.isNaN(new Date(when).getTime());
}

/** The time of day, "18:34:18"; with its date if that is not today. */
export function time(when) {
  if (!isMoment(when)) return unknown;
  const { day, clock } = parts(when);
  return day === parts(Date.now()).day ? clock : `${day} ${clock}`;
}

/** The time of day without its date, for axes. */
export function clock(when) {
  return isMoment(when) ? parts(when).clock : unknown;
}

/** The date, "2026-11-30". */
export function day(when) {
  return isMoment(when) ? parts(when).day : unknown;
}

/** The whole moment with its zone: "2026-11-30 18:34:18 UTC", "2026-11-30 19:34:18 +01:00". */
export function moment(when) {
  if (!isMoment(when)) return unknown;
  const { day, clock, offset } = parts(when);
  if (preferences.get("zone") === "utc") return `${day} ${clock} UTC`;
  const minutes = Math.abs(offset);
  const two = (number) => String(number).padStart(2, "0");
  const zone = `${offset < 0 ? MINUS : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${day} ${clock} ${zone}`;
}
