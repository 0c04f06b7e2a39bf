// Asking again and again for what somebody looks at, and only then.
//
// Owns when a request is due: the place is in view, the page is visible, shopsim answers and is not held. Knows
// nothing of what is asked and shown.

import { store } from "./store.js";

/** What a section says that can no longer ask. */
export const RUN_ENDED = "the run has ended; shopsim can no longer be asked";

/**
 * Calls the asynchronous `ask` every `milliseconds` while `node` is in view; never twice at once.
 * With `milliseconds` null only after `soon()`.
 * `over(isOver)` is called, at first and whenever the connection changes, with whether the run has ended.
 * @returns {{ soon: () => void, stop: () => void }} `soon` asks as soon as somebody looks
 */
export function poll(node, milliseconds, ask, over = () => {}) {
  let [seen, busy, due, asked, timer, stopped] = [false, false, true, false, 0, false];

  /** A page that is held is not drawn anew, but what is opened then is drawn once. */
  const answers = () => store.connection === "live" || (store.connection === "held" && !asked);
  const next = async () => {
    if (stopped || busy || !due || !seen || document.hidden || !answers()) {
      return;
    }
    [busy, due, asked] = [true, false, true];
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
  const connected = () => {
    over(store.connection === "ended");
    next();
  };
  const unsubscribe = store.subscribe("connection", connected);
  connected();
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener("visibilitychange", next);
    unsubscribe();
  };
  return { soon, stop };
}
