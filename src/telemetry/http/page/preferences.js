// What the reader prefers: the time zone and the colours.
//
// Owns the names of preferences, their values and where they are kept (this browser). Must not know what is drawn
// by them.

/** The values of each preference; the first one is the default. */
const VALUES = {
  zone: ["local", "utc"],
  theme: ["auto", "light", "dark"],
};

const callbacks = new Map(Object.keys(VALUES).map((name) => [name, new Set()]));
const chosen = new Map(Object.keys(VALUES).map((name) => [name, read(name)]));

/** The stored value; a browser that keeps nothing (or forbids it) has the default. */
function read(name) {
  let value = null;
  try {
    value = localStorage.getItem(key(name));
  } catch {
    // Storage is forbidden: the preference holds until the page is closed.
  }
  return VALUES[name].includes(value) ? value : VALUES[name][0];
}

function key(name) {
  return `shopsim.${name}`;
}

function publish(name, value) {
  if (chosen.get(name) === value) return;
  chosen.set(name, value);
  for (const callback of [...callbacks.get(name)]) callback(value);
}

/** The reader's preferences: "zone" (local, utc) and "theme" (auto, light, dark). */
export const preferences = {
  /**
   * @param {"zone"|"theme"} name
   * @returns {string}
   */
  get(name) {
    return chosen.get(name);
  },

  /**
   * Chooses a value, here and in the reader's other tabs.
   * @param {"zone"|"theme"} name
   * @param {string} value
   */
  set(name, value) {
    if (!VALUES[name].includes(value)) throw new RangeError(`${name} cannot be ${value}`);
    try {
      localStorage.setItem(key(name), value);
    } catch {
      // As above.
    }
    publish(name, value);
  },

  /**
   * Chooses the next value, after the last one the first.
   * @param {"zone"|"theme"} name
   */
  next(name) {
    const values = VALUES[name];
    this.set(name, values[(values.indexOf(chosen.get(name)) + 1) % values.length]);
  },

  /**
   * Calls back with the new value at each change.
   * @param {"zone"|"theme"} name
   * @param {function(string): void} callback
   * @returns {function(): void} ends it
   */
  subscribe(name, callback) {
    callbacks.get(name).add(callback);
    return () => callbacks.get(name).delete(callback);
  },
};

addEventListener("storage", (event) => {
  for (const name of callbacks.keys()) {
    if (event.key === null || event.key === key(name)) publish(name, read(name));
  }
});
