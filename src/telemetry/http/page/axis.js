// Whole steps for the axes of plots and of the timeline: of values (1, 2, 5), of spans, of wall-clock time.
//
// Owns which steps are whole and how a moment on an axis is written. Knows nothing of canvases, data and the store.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME_STEPS = [
  SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY,
];

// Above a minute, spans are read in minutes and hours: 100 s is not a whole step, 2 min is one.
const SPAN_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The smallest of 1, 2 and 5 times a power of ten that is not below `value`. */
function decimalStep(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function stepOfSpan(seconds) {
  if (seconds > 20) {
    return SPAN_STEPS.find((step) => step >= seconds) ?? Math.ceil(seconds / 86400) * 86400;
  }
  return decimalStep(seconds);
}

/**
 * The steps of an axis from 0 to at least `most`.
 * @param {number} most the greatest value
 * @param {number} count about how many steps there is room for
 * @param {"number"|"seconds"} kind what the values are
 * @returns {{ top: number, ticks: number[] }}
 */
export function valueSteps(most, count, kind = "number") {
  const greatest = most > 0 && Number.isFinite(most) ? most : 1;
  const raw = greatest / Math.max(1, count);
  const step = kind === "seconds" ? stepOfSpan(raw) : decimalStep(raw);
  const steps = Math.max(1, Math.ceil(greatest / step - 1e-9));
  return { top: steps * step, ticks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function ahead(milliseconds, zone) {
  return zone === "utc" ? 0 : -new Date(milliseconds).getTimezoneOffset() * MINUTE;
}

/**
 * The moments between `from` and `to` that are whole on the zone's clock.
 * @param {number} from epoch milliseconds
 * @param {number} to epoch milliseconds
 * @param {number} count about how many labels there is room for
 * @param {"local"|"utc"} zone
 * @returns {{ step: number, ticks: number[] }}
 */
export function timeSteps(from, to, count, zone) {
  const raw = Math.max(SECOND, (to - from) / Math.max(1, count));
  const step = TIME_STEPS.find((candidate) => candidate >= raw) ?? Math.ceil(raw / (7 * DAY)) * 7 * DAY;
  const ticks = [];
  const shift = ahead(from, zone);
  for (let wall = Math.ceil((from + shift) / step) * step; wall - shift <= to && ticks.length < 200; wall += step) {
    // The clock may have been changed since `from`: what counts is that the label is whole.
    const moment = wall - ahead(wall - shift, zone);
    if (moment >= from && moment <= to) {
      ticks.push(moment);
    }
  }
  return { step, ticks };
}

const two = (number) => String(number).padStart(2, "0");

/** A moment as a label of an axis with this step: "18:35", "18:35:15", or the day at midnight. */
export function timeLabel(milliseconds, step, zone) {
  const wall = new Date(milliseconds + ahead(milliseconds, zone));
  const [hours, minutes, seconds] = [wall.getUTCHours(), wall.getUTCMinutes(), wall.getUTCSeconds()];
  if (step >= DAY || (hours === 0 && minutes === 0 && seconds === 0 && step >= MINUTE)) {
    return `${two(wall.getUTCMonth() + 1)}-${two(wall.getUTCDate())}`;
  }
  return step < MINUTE ? `${two(hours)}:${two(minutes)}:${two(seconds)}` : `${two(hours)}:${two(minutes)}`;
}
