// A box whose content is scrolled inside it, by keys as well.
//
// Owns what makes it reachable and named. Knows nothing of its content.

import { element } from "./dom.js";

/** A box with a name for screen readers. */
export function scrollBox(label, properties, ...children) {
  const named = { class: "scroll-x", tabindex: "0", role: "region", "aria-label": label };
  return element("div", { ...named, ...properties }, ...children);
}
