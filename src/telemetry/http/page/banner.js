// The banner: what is not as usual with the data as a whole, in a sentence.
//
// Owns when it is shown and what it says. Must not know the connection's steps.

import { element, setText } from "./dom.js";
import { count, time, wholeSeconds } from "./format.js";
import { preferences } from "./preferences.js";
import { store } from "./store.js";

/**
 * Fills the banner, a live region: only a new sentence is announced, not the seconds that it counts.
 * @param {HTMLElement} banner
 */
export function mountBanner(banner) {
  const before = element("span");
  const age = element("span", { "aria-hidden": "true" });
  const after = element("span");
  banner.append(before, age, after);

  const draw = () => {
    const text = sentence();
    banner.hidden = text === null;
    banner.dataset.tone = text?.tone ?? "";
    setText(before, text?.before ?? "");
    setText(after, text?.after ?? "");
    drawAge();
  };
  const drawAge = () => {
    if (banner.hidden) return;
    const isCounted = store.connection === "lost" && store.heardAt !== null;
    setText(age, isCounted ? ` for ${wholeSeconds((performance.now() - store.heardAt) / 1000)}` : "");
  };

  store.subscribe("connection", draw);
  store.subscribe("run", draw);
  preferences.subscribe("zone", draw);
  setInterval(drawAge, 1_000);
}

/** What is said; `null` if all is well. */
function sentence() {
  switch (store.connection) {
    case "lost":
      return {
        tone: "bad",
        before: "No data",
        after: ": shopsim does not answer. The page takes up again by itself.",
      };
    case "ended":
      return {
        tone: "idle",
        before: `The run has ended: ${endOf(store.meta.totals)}. `,
        after: "These are its last numbers; the page takes up a new run by itself.",
      };
    case "held":
      return {
        tone: "accent",
        before: `Data held at ${time(store.heldAt)}; the page goes on recording. `,
        after: "Press Space or “Go on” to see what came since.",
      };
    default:
      return null;
  }
}

function endOf({ phases }) {
  return Object.entries(phases)
    .filter(([, number]) => number > 0)
    .map(([phase, number]) => `${count(number)} ${phase}`)
    .join(", ");
}
