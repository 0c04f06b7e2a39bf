// The page: puts its parts together.
//
// Owns which part stands where, and the address of the opened shop. Must not know how anything is drawn.

import { mountBanner } from "./banner.js";
import { mountHead } from "./head.js";
import { mountKeyboard } from "./keyboard.js";
import { mountList } from "./list.js";
import { mountShop } from "./shop.js";
import { store } from "./store.js";
import { startStream } from "./stream.js";
import { mountTimeline } from "./timeline.js";
import { mountTree } from "./tree.js";

const find = (selector) => document.querySelector(selector);

/** The shop that the address names, if the chain has it. */
function addressed() {
  try {
    const name = decodeURIComponent(location.hash.slice(1));
    return store.shops.has(name) ? name : null;
  } catch {
    // A `%` without its digits.
    return null;
  }
}

/** Opens the shop of the address, and shows it if it is mostly out of view. */
function follow() {
  const before = store.opened;
  store.open(addressed());
  if (store.opened === null || store.opened === before) return;
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
store.subscribe("run", follow);
// The address may name a shop before its first state is here.
store.subscribe("shops", () => {
  if (store.opened === null && location.hash !== "") follow();
});
store.subscribe("connection", () => {
  document.body.dataset.connection = store.connection;
});

startStream();
