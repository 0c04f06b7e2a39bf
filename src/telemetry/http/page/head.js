// The head line: how many shops are in which state, rows, rate, the age of the data; and the page's switches.
//
// Owns the numbers of the head and its buttons. Must not know the shops one by one, nor the banner.

import { setAttribute, setText } from "./dom.js";
import { compact, count, rate, seconds, time, wholeSeconds } from "./format.js";
import { preferences } from "./preferences.js";
import { store } from "./store.js";
import { patience } from "./stream.js";

const AGE_MILLISECONDS = 250;
const ZONES = { local: "local time", utc: "UTC" };

/** Phases that are always there; the others appear with their first shop, so that the numbers add up. */
const STEADY = ["live", "waiting", "finished", "given up"];
const PASSING = ["starting", "history", "backing off", "stopped"];

const sum = ({ inserted, updated, deleted }) => inserted + updated + deleted;

/**
 * Fills the header.
 * @param {HTMLElement} header
 */
export function mountHead(header) {
  const field = (name) => header.querySelector(`[data-field="${name}"]`);
  const button = (name) => header.querySelector(`[data-action="${name}"]`);
  const phases = [...STEADY, ...PASSING].map((phase) => [phase, field(phase.replace(" ", "-"))]);
  const facts = header.querySelector(".facts");
  const [version, config, rows, speed, up, age] = ["version", "config", "rows", "rate", "up", "age"].map(field);

  const draw = () => {
    const { meta } = store;
    if (meta === null) return;
    const { totals } = meta;
    // Room for all shops in each phase: nothing moves when a shop goes from one to another.
    facts.style.setProperty("--digits", count(totals.shops).length);
    for (const [phase, node] of phases) {
      // Both need somebody: only the reason differs.
      const refused = phase === "given up" ? (totals.phases.refused ?? 0) : 0;
      const number = (totals.phases[phase] ?? 0) + refused;
      setText(node, count(number));
      node.parentNode.classList.toggle("none", number === 0);
      node.parentNode.hidden = number === 0 && PASSING.includes(phase);
    }
    setText(rows, count(sum(totals.rows)));
    const { inserted, updated, deleted } = totals.rows;
    const parts = `inserted ${count(inserted)}, updated ${count(updated)}, deleted ${count(deleted)}`;
    setAttribute(rows.parentNode, "title", `since the process started: ${parts}`);
    setText(speed, rate(totals.rates === null ? null : sum(totals.rates)));
    setText(up, wholeSeconds((Date.parse(meta.now) - Date.parse(meta.began)) / 1000));
    setText(version, meta.version);
    setText(config, meta.config);
    setAttribute(config, "title", meta.config);
    document.title = titleOf(meta);
  };

  const drawAge = () => {
    const { text, isOld } = ageOf();
    setText(age, text);
    age.classList.toggle("old", isOld);
  };

  for (const topic of ["shops", "sample", "run"]) store.subscribe(topic, draw);
  store.subscribe("connection", () => {
    drawAge();
    draw();
    const isHeld = store.heldAt !== null;
    setAttribute(button("hold"), "aria-pressed", String(isHeld));
    setText(button("hold"), isHeld ? "Go on" : "Hold");
  });
  setInterval(() => {
    if (!document.hidden) drawAge();
  }, AGE_MILLISECONDS);

  button("hold").addEventListener("click", toggleHold);
  button("zone").addEventListener("click", () => preferences.next("zone"));
  button("theme").addEventListener("click", () => preferences.next("theme"));
  const drawZone = () => setText(button("zone"), ZONES[preferences.get("zone")]);
  const drawTheme = () => {
    const theme = preferences.get("theme");
    setText(field("theme"), theme);
    setAttribute(document.documentElement, "data-theme", theme === "auto" ? null : theme);
  };
  preferences.subscribe("zone", () => {
    drawZone();
    drawAge();
  });
  preferences.subscribe("theme", drawTheme);
  drawZone();
  drawTheme();
}

/** Holds what is shown, or goes on. */
export function toggleHold() {
  store.hold(store.heldAt === null);
}

/** The age of the data as text, and whether that is worrying. */
function ageOf() {
  const { connection, heardAt, heldAt, meta } = store;
  if (connection === "held") return { text: `data held at ${time(heldAt)}`, isOld: false };
  if (connection === "ended") return { text: `ended at ${time(meta.now)}`, isOld: false };
  if (heardAt === null) {
    const isLost = connection === "lost";
    return { text: isLost ? "no data" : "connecting", isOld: isLost };
  }
  const milliseconds = performance.now() - heardAt;
  const old = milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : seconds(milliseconds / 1000);
  return { text: `data ${old} old`, isOld: milliseconds > patience() };
}

/** The tab tells of trouble, too. */
function titleOf({ stage, totals: { shops, troubles: told, rates } }) {
  const isEnded = stage === "ended";
  const troubles = isEnded ? [...store.shops.values()].filter((shop) => store.troubleOf(shop) !== null).length : told;
  if (troubles > 0) return `▲ ${count(troubles)} in trouble · shopsim`;
  if (isEnded) return "the run has ended · shopsim";
  const speed = rates === null ? "" : ` · ${compact(Math.round(sum(rates)))} rows/s`;
  return `${count(shops)} shops${speed} · shopsim`;
}
