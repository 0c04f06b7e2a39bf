// The page: puts its parts together.
//
// Owns which part stands where, and the address of the opened shop. Must not know how anything is drawn.

import { mountBanner } from "./banner.js";
import { startErrors } from "./errors.js";
import { mountHead } from "./head.js";
import { mountKeyboard } from "./keyboard.js";
import { mountList } from "./list.js";
import { mountShop } from "./shop.js";
import { store } from "./store.js";
import { startStream } from "./stream.js";
import { mountTimeline } from "./timeline.js";
import { mountTree } from "./tree.js";

const find = (selector) => document.querySelector(selector);

/** The name in the address; empty if there is none. */
function addressed() {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    // A `%` without its digits.
    return text;
  }
}

/** Opens the shop of the address, and shows it, or that there is none, if that is mostly out of view. */
function follow() {
  const name = addressed();
  const before = store.opened ?? store.unknown;
  const isKnown = store.shops.has(name);
  // Before the first shops are here nobody knows.
  store.open(isKnown ? name : null, isKnown || name === "" || store.shops.size === 0 ? null : name);
  const after = store.opened ?? store.unknown;
  if (after === null || after === before) return;
  const section = find("#shop");
  if (section.getBoundingClientRect().top > innerHeight * 0.6) section.scrollIntoView({ block: "start" });
}

/** Closes the opened shop: the address names none, and the focus goes back to its row. */
function close() {
  const name = store.opened;
  history.pushState(null, "", location.pathname + location.search);
  store.open(null);
  list.focus(name);
}

// Before the parts that rebuild the opened shop: the new run may not have it.
store.subscribe("run", follow);

mountHead(find("#head"));
mountBanner(find("#banner"));
const list = mountList(find("#shops"));
mountShop(find("#shop"), close);
mountTimeline(find("#timeline"));
mountTree(find("#tree"));
mountKeyboard(list, { search: find("#search"), help: find("#help"), close });

find('[data-action="help"]').addEventListener("click", () => find("#help").showModal());
find(".skip").addEventListener("click", (event) => {
  // The address is the opened shop's.
  event.preventDefault();
  find("#shops").focus();
});

addEventListener("hashchange", follow);
addEventListener("popstate", follow);
// The address may name a shop before its first state is here.
store.subscribe("shops", () => {
  if (store.opened === null && location.hash !== "") follow();
});
store.subscribe("connection", () => {
  document.body.dataset.connection = store.connection;
});

startErrors();
startStream();
