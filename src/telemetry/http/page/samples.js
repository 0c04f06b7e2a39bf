// The recorded numbers of every shop: the last two minutes of all, and the whole record of the opened one.
//
// Owns their memory, which does not grow: a ring for each shop's short record, one bounded list for the opened shop's
// long one. Must not know how they are drawn, nor where messages come from.

import { get } from "./request.js";

/** The length of the short record. */
export const SHORT_MILLISECONDS = 120_000;
/** Most samples in the short record: one a second. */
const SHORT = 120;
/** Most samples in a long record; its older half is thinned then. */
const LONG = 4_000;
/** What is sampled of a shop. */
const COLUMNS = ["inserted", "updated", "deleted", "lag", "tick_mean", "tick_p95"];

/** Epoch milliseconds of the samples in the short record, oldest first. */
let times = [];
/** Name → column → values at these times, NaN where they are unknown. */
let rings = new Map();
/** The number of the last sample. */
let last = 0;
/** Only samples up to here are shown, in epoch milliseconds: the page is held. */
let until = Infinity;
/** The long record, `{ name, data }`, and the request for it, `{ name, answer }`. */
let long = null;
let asked = null;

/** The short record of a shop. */
class Ring {
  constructor() {
    for (const column of COLUMNS) this[column] = new Float32Array(2 * SHORT).fill(NaN);
  }

  write(index, row) {
    for (let column = 0; column < COLUMNS.length; column += 1) this[COLUMNS[column]][index] = row[column] ?? NaN;
  }

  /** Forgets the older half. */
  forget() {
    for (const column of COLUMNS) this[column].copyWithin(0, SHORT).fill(NaN, SHORT);
  }
}

function ringOf(name) {
  let ring = rings.get(name);
  if (ring === undefined) {
    ring = new Ring();
    rings.set(name, ring);
  }
  return ring;
}

/** The sampled values of a shop as messages tell them, in the order of COLUMNS. */
function rowOf(shop) {
  const { rates, lag_seconds: lag, tick_seconds: tick } = shop;
  return [rates?.inserted, rates?.updated, rates?.deleted, lag, tick?.mean, tick?.p95];
}

/** The places of the last two minutes. */
function range() {
  let end = times.length;
  while (end > 0 && times[end - 1] > until) end -= 1;
  let start = Math.max(0, end - SHORT);
  while (start < end && times[start] < times[end - 1] - SHORT_MILLISECONDS) start += 1;
  return { start, end };
}

function plain(values, start, end) {
  return Array.from(values.subarray(start, end), (value) => (Number.isNaN(value) ? null : value));
}

/** Adds a sample to the long record. */
function lengthen(milliseconds, row) {
  const { data } = long;
  data.times.push(milliseconds);
  COLUMNS.forEach((column, index) => data[column].push(row[index] ?? null));
  if (data.times.length <= LONG) return;
  const isKept = (_, index) => index >= LONG / 2 || index % 2 === 0;
  for (const column of ["times", ...COLUMNS]) data[column] = data[column].filter(isKept);
}

/** Where a response belongs between samples: the first place that it replaces, and the first one after it. */
function place(among, response) {
  const half = (response.period_seconds * 1000) / 2;
  const from = among.findIndex((at) => at > response.times[0] - half);
  const to = among.findIndex((at) => at > response.times.at(-1) + half);
  return { from: from < 0 ? among.length : from, to: to < 0 ? among.length : to };
}

/** Puts a response's samples of the opened shop to their place in its long record. */
function mend(response) {
  const columns = response.shops[long.name];
  if (columns === undefined) return;
  const { data } = long;
  const { from, to } = place(data.times, response);
  data.times.splice(from, to - from, ...response.times);
  for (const column of COLUMNS) data[column].splice(from, to - from, ...columns[column]);
}

async function ask(name) {
  const response = await get(`/api/v1/samples?shop=${encodeURIComponent(name)}`);
  const columns = response.shops[name] ?? {};
  const data = { times: response.times };
  for (const column of COLUMNS) data[column] = columns[column] ?? response.times.map(() => null);
  // What came while the request was on its way.
  const { start, end } = range();
  const ring = rings.get(name);
  const { to } = place(times, response.times.length > 0 ? response : { times: [0], period_seconds: 0 });
  for (let index = Math.max(start, to); ring !== undefined && index < end; index += 1) {
    data.times.push(times[index]);
    for (const column of COLUMNS) data[column].push(Number.isNaN(ring[column][index]) ? null : ring[column][index]);
  }
  long = { name, data };
  return data;
}

/** The recorded numbers. */
export const samples = {
  /** The number of the last sample, 0 before the first one. */
  get last() {
    return last;
  },

  /**
   * The last two minutes of a shop: epoch milliseconds, and as many values (or `null`) in each column.
   * @param {string} name
   * @returns {{times: number[], inserted: number[], updated: number[], deleted: number[], lag: number[],
   *   tick_mean: number[], tick_p95: number[]}}
   */
  of(name) {
    const { start, end } = range();
    const ring = ringOf(name);
    const data = { times: times.slice(start, end) };
    for (const column of COLUMNS) data[column] = plain(ring[column], start, end);
    return data;
  },

  /**
   * The last two minutes of a shop without a copy, for what is drawn in many rows: places `start` to `end` of `times`
   * and of the columns of `ring`, NaN where a value is unknown. Valid until the next sample.
   * @param {string} name
   */
  view(name) {
    return { times, ring: ringOf(name), ...range() };
  },

  /**
   * All that the server keeps of a shop, in the same columns. While that shop is opened, new samples are appended to
   * this object: read its columns anew at each "sample".
   * @param {string} name
   */
  async history(name) {
    if (long?.name === name) return long.data;
    if (asked?.name !== name) asked = { name, answer: ask(name) };
    const { answer } = asked;
    try {
      return await answer;
    } finally {
      if (asked?.answer === answer) asked = null;
    }
  },

  /**
   * Appends the sample that a message tells, if it is a new one.
   * @param {Object} message
   * @param {Map<string, Object>} shops the last state of shops that the message leaves out
   * @returns {{isNew: boolean, missing: number|null}} `missing`: after this one there are samples to ask for
   */
  append(message, shops) {
    const { sample, now, samples: told } = message;
    const before = last;
    if (told) this.fill(told);
    if (sample === null || sample === undefined || sample <= last) return { isNew: last > before, missing: null };
    if (last === 0) {
      // The first message comes somewhere between two samples: the server's record knows when the last one was.
      last = sample;
      return { isNew: false, missing: 0 };
    }
    const missing = sample > last + 1 ? last : null;
    const milliseconds = Date.parse(now);
    if (times.length === 2 * SHORT) {
      times.splice(0, SHORT);
      for (const ring of rings.values()) ring.forget();
    }
    times.push(milliseconds);
    const write = (shop) => {
      const row = rowOf(shop);
      ringOf(shop.name).write(times.length - 1, row);
      return row;
    };
    for (const shop of shops.values()) write(shop);
    for (const shop of message.shops) write(shop);
    if (long !== null) {
      const { name } = long;
      const shop = message.shops.find((other) => other.name === name) ?? shops.get(name);
      if (shop !== undefined) lengthen(milliseconds, rowOf(shop));
    }
    last = sample;
    return { isNew: true, missing };
  },

  /**
   * Asks for the samples after this number and puts them to their place.
   * @param {number} after
   * @param {number} periodSeconds
   */
  async catchUp(after, periodSeconds) {
    const points = Math.ceil(SHORT_MILLISECONDS / 1000 / periodSeconds) + 1;
    this.fill(await get(`/api/v1/samples?after=${after}&points=${points}`));
    if (long !== null && after > 0) {
      mend(await get(`/api/v1/samples?after=${after}&shop=${encodeURIComponent(long.name)}`));
    }
  },

  /**
   * Takes a response of `/api/v1/samples`, newer or older than what is here.
   * @param {Object} response
   */
  fill(response) {
    last = Math.max(last, response.last ?? 0);
    if (response.times.length === 0) return;
    if (long !== null) mend(response);
    const { from, to } = place(times, response);
    // Each place's source: an index of the present rings, or one of the response.
    const present = times.map((at, index) => ({ at, index, isTold: false }));
    const told = response.times.map((at, index) => ({ at, index, isTold: true }));
    const sources = [...present.slice(0, from), ...told, ...present.slice(to)].slice(-SHORT);
    const filled = new Map();
    for (const name of new Set([...rings.keys(), ...Object.keys(response.shops)])) {
      const before = ringOf(name);
      const columns = response.shops[name];
      const ring = new Ring();
      sources.forEach(({ index, isTold }, at) => {
        const row = COLUMNS.map((column) => (isTold ? columns?.[column][index] : before[column][index]));
        ring.write(at, row);
      });
      filled.set(name, ring);
    }
    rings = filled;
    times = sources.map(({ at }) => at);
  },

  /** Shows only what is here now, or all. */
  hold(isHeld) {
    until = isHeld ? (times.at(-1) ?? 0) : Infinity;
  },

  /** Forgets the long record of any other shop. */
  keepHistoryOf(name) {
    if (long !== null && long.name !== name) long = null;
  },

  /** Forgets all: it was another process's. */
  reset() {
    times = [];
    rings = new Map();
    last = 0;
    until = Infinity;
    long = null;
    asked = null;
  },
};
