// Samples as a plot needs them: where a line breaks, what a pixel column shows, what lies below the cursor.
//
// Owns the arithmetic on columns of samples (`times` in epoch milliseconds, ascending; values or null). Knows nothing
// of canvases and of what the values mean.

// How many distances on either side say what is usual: the kept history is coarse first and fine then.
const NEIGHBOURS = 4;
const GAP = 2.5;

/** The index of the first element that is not below `value`; the length if there is none. */
export function lowerBound(times, value) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The index of the sample nearest to a moment, or -1. */
export function nearest(times, moment) {
  const after = lowerBound(times, moment);
  if (after === 0 || after === times.length) {
    return Math.min(after, times.length - 1);
  }
  return moment - times[after - 1] <= times[after] - moment ? after - 1 : after;
}

/** For each sample 1 if samples are missing before it: the distance is far above what is usual around there. */
export function missingBefore(times) {
  const missing = new Uint8Array(times.length);
  for (let index = 1; index < times.length; index += 1) {
    const distance = times[index] - times[index - 1];
    // Most distances equal the one before: nothing to look up.
    if (index > 1 && distance <= GAP * (times[index - 1] - times[index - 2]) && !missing[index - 1]) {
      continue;
    }
    const around = [];
    for (let at = Math.max(1, index - NEIGHBOURS); at <= Math.min(times.length - 1, index + NEIGHBOURS); at += 1) {
      around.push(times[at] - times[at - 1]);
    }
    around.sort((one, other) => one - other);
    missing[index] = distance > GAP * around[(around.length - 1) >> 1] ? 1 : 0;
  }
  return missing;
}

/** How often a line of `values` is broken up to each sample: two samples are joined if their numbers are equal. */
export function breaks(values, missing) {
  const broken = new Uint32Array(missing.length);
  let count = 0;
  for (let index = 0; index < missing.length; index += 1) {
    count += missing[index] || (values[index] ?? null) === null ? 1 : 0;
    broken[index] = count;
  }
  return broken;
}

/** The sums of columns; null where no column has a value. */
export function totals(columns, length) {
  return Array.from({ length }, (_, index) => {
    let sum = null;
    for (const column of columns) {
      const value = column[index] ?? null;
      sum = value === null ? sum : (sum ?? 0) + value;
    }
    return sum;
  });
}

/** The least, the greatest and the last value in `[first, end)`; null where there is none. */
export function extent(values, first, end) {
  let [least, most, last] = [null, null, null];
  for (let index = first; index < end; index += 1) {
    const value = values[index] ?? null;
    if (value !== null) {
      least = least === null || value < least ? value : least;
      most = most === null || value > most ? value : most;
      last = value;
    }
  }
  return { least, most, last };
}

/**
 * The samples of `[first, end)` that are worth drawing: of those that share a pixel column, the least and the greatest,
 * in order of time, so that a spike of one sample is seen however many share its column.
 */
export function thin(times, values, first, end, millisecondsPerPixel) {
  const kept = [];
  let [column, low, high] = [null, -1, -1];
  const flush = () => {
    if (low >= 0) {
      kept.push(Math.min(low, high));
      if (low !== high) {
        kept.push(Math.max(low, high));
      }
    }
    [low, high] = [-1, -1];
  };
  for (let index = first; index < end; index += 1) {
    const value = values[index] ?? null;
    if (value === null) {
      continue;
    }
    // Columns are counted from the epoch, not from the left edge: else peaks dance while the plot moves.
    const own = Math.floor(times[index] / millisecondsPerPixel);
    if (own !== column) {
      flush();
      column = own;
    }
    low = low < 0 || value < values[low] ? index : low;
    high = high < 0 || value > values[high] ? index : high;
  }
  flush();
  return kept;
}

/** Cuts kept samples into runs that are joined by a line. */
export function runs(kept, broken) {
  const found = [];
  for (const index of kept) {
    const current = found.at(-1);
    if (current !== undefined && broken[current.at(-1)] === broken[index]) {
      current.push(index);
    } else {
      found.push([index]);
    }
  }
  return found;
}

/** At most `count` of the indices in `[first, end)`, evenly spread, the last one among them, newest first. */
export function spread(first, end, count) {
  const step = Math.max(1, Math.ceil((end - first) / count));
  const found = [];
  for (let index = end - 1; index >= first; index -= step) {
    found.push(index);
  }
  return found;
}
