// The nodes of the supervision tree in words.
//
// Owns what is said of a supervisor, a thread, a shop and a server. An item is `{ key, title, words, sign, tone,
// facts }`; a fact is a text, or a function of now for what passes by itself. Knows nothing of elements.

import { retry, roundSpan, since } from "./clock.js";
import { count, moment, wholeSeconds } from "./format.js";
import { sign, tone } from "./phases.js";

const CAUSES = ["panic", "transient", "waiting"];

/** A thread that has responded this many seconds ago is not worth a number that changes all the time. */
const SILENT = 2;

const SERVERS = {
  up: ["●", "good"], starting: ["◔", "idle"], down: ["◐", "warn"], failed: ["✕", "bad"], stopped: ["■", "idle"],
};

/** "3 restarts: 2 transient, 1 waiting"; null if there were none. */
function restartsText(restarts) {
  const causes = CAUSES.filter((cause) => restarts?.[cause] > 0);
  const all = causes.reduce((sum, cause) => sum + restarts[cause], 0);
  const parts = causes.map((cause) => `${count(restarts[cause])} ${cause}`).join(", ");
  return all === 0 ? null : `${count(all)} ${all === 1 ? "restart" : "restarts"}: ${parts}`;
}

/** The supervisor. */
export function supervisorItem({ began, max_restarts: most, restart_window_seconds: window, restarts }) {
  return {
    key: "supervisor", title: "supervisor", words: "supervisor", sign: null, tone: null,
    facts: [
      () => `up ${since(began)}`,
      restartsText(restarts) ?? "no restarts",
      most === null ? null : `gives a shop up after ${count(most)} failures in ${roundSpan(window)}`,
    ],
    hover: `since ${moment(began)}`,
  };
}

/** A thread, with the shops that it runs. */
export function threadItem({ name, silent_seconds: silent, trouble }, shops) {
  const phases = new Map();
  shops.forEach(({ phase }) => phases.set(phase, (phases.get(phase) ?? 0) + 1));
  const summary = [...phases].map(([phase, number]) => `${sign(phase)} ${count(number)} ${phase}`).join("  ");
  return {
    key: `thread ${name}`, title: name, words: `${name} thread ${trouble ?? ""}`,
    sign: trouble ? "✕" : null, tone: trouble ? "bad" : null,
    facts: [summary || "no shops", trouble ?? silenceText(silent)],
    hover: "a thread that runs shops", troubled: Boolean(trouble),
  };
}

/** How a thread is; null if it cannot be asked any more. */
function silenceText(silent) {
  if (silent === null) {
    return null;
  }
  return silent < SILENT ? "responding" : `silent for ${wholeSeconds(silent)}`;
}

/** "live for 2 min 10 s", "waiting, again in 3 s". */
function spellText(shop) {
  const again = retry(shop);
  return again === null ? `${shop.phase} for ${since(shop.since)}` : `${shop.phase}, again ${again}`;
}

/** A shop. */
export function shopItem(shop) {
  const { name, phase, since: at, restarts, recent_failures: failures, last_error: error } = shop;
  const recent = failures > 0 ? `${count(failures)} recent ${failures === 1 ? "failure" : "failures"}` : null;
  return {
    key: `shop ${name}`, title: name, link: `#${encodeURIComponent(name)}`, words: `${name} ${phase} ${error ?? ""}`,
    sign: sign(phase), tone: tone(phase), phase,
    facts: [() => spellText(shop), restartsText(restarts), recent],
    error, hover: `since ${moment(at)}`,
  };
}

/** A private server; `state` is null if it cannot be asked any more. */
export function serverItem({ shop, state, port, reason }) {
  const [own, colour] = SERVERS[state] ?? ["○", "idle"];
  return {
    key: `server ${shop}`, title: shop, words: `${shop} ${state ?? ""} ${port} ${reason ?? ""}`,
    sign: own, tone: colour, facts: [state, `port ${port ?? "unknown"}`], error: reason,
  };
}
