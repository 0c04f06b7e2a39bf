// Asking again and again for what somebody looks at, and only then.
//
// Owns when a request is due: the place is in view, the page is visible, shopsim answers and is not held. Knows nothing
// of what is asked and shown.

import { store } from "./store.js";

/**
 * Calls the asynchronous `ask` every `milliseconds` while `node` is in view; never twice at once.
 * With `milliseconds` null only after `soon()`.
 * @returns {{ soon: () => void, stop: () => void }} `soon` asks as soon as somebody looks
 */
export function poll(node, milliseconds, ask) {
  let [seen, busy, due, timer, stopped] = [false, false, true, 0, false];

  const next = async () => {
    if (stopped || busy || !due || !seen || document.hidden || store.connection !== "live") {
      return;
    }
    [busy, due] = [true, false];
    try {
      await ask();
    } finally {
      busy = false;
      if (milliseconds !== null && !stopped) {
        clearTimeout(timer);
        timer = setTimeout(soon, milliseconds);
      }
      // It became due once more while the answer was on its way.
      next();
    }
  };
  const soon = () => {
    due = true;
    next();
  };
  const observer = new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    next();
  });
  observer.observe(node);
  document.addEventListener("visibilitychange", next);
  const unsubscribe = store.subscribe("connection", next);
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener("visibilitychange", next);
    unsubscribe();
  };
  return { soon, stop };
}
