// The colours of the style sheet for what is drawn by script, and the moment at which they change.
//
// Owns reading CSS properties and noticing a change of theme. Knows nothing of what is drawn with them.

const known = new Map();
const listeners = new Set();

/** The value of a colour property of the root, such as `--insert`. */
export function colour(property) {
  let value = known.get(property);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(property).trim() || "gray";
    known.set(property, value);
  }
  return value;
}

/** Calls back when the theme changes; returns how to end that. */
export function onThemeChange(callback) {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

function changed() {
  known.clear();
  listeners.forEach((callback) => callback());
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
matchMedia("(prefers-contrast: more)").addEventListener("change", changed);
new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
