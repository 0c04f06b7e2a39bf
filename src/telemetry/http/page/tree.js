// The supervision tree as a nested list: the supervisor, its threads with their shops, and the private servers.
//
// Owns the section `#tree`: its request, the search, and what is unfolded. How a node is written is tree-node.js's.

import { element, setText } from "./dom.js";
import { RUN_ENDED, poll } from "./poll.js";
import { get } from "./request.js";
import { store } from "./store.js";
import { Branch } from "./tree-node.js";
import { serverItem, shopItem, supervisorItem, threadItem } from "./tree-text.js";

const EVERY = 2000;
const SPELLS_EVERY = 250;

/** Draws the tree into `section`. */
export function mountTree(section) {
  const root = new Branch();
  const search = element("input", {
    type: "search", class: "tree-search", placeholder: "Name, phase or error",
    "aria-label": "Search in the supervision tree", autocomplete: "off", spellcheck: "false", oninput: () => draw(),
  });
  const hint = element("p", { class: "hint" }, "asking shopsim");
  section.append(
    element("div", { class: "section-line" }, element("h2", {}, "Supervision"), search), hint, root.list);
  let tree = null;
  let isOver = false;

  const tell = (text) => {
    setText(hint, text);
    hint.hidden = text === "";
  };
  const draw = () => {
    if (tree === null) {
      return;
    }
    const words = search.value.trim().toLowerCase();
    const items = itemsOf(isOver ? ended(tree) : tree, words);
    root.update(items, words !== "");
    tell(items.length === 0 ? `nothing matches "${search.value.trim()}"` : isOver ? RUN_ENDED : "");
  };
  const polling = poll(section, EVERY, async () => {
    try {
      tree = await get("/api/v1/tree");
    } catch (problem) {
      if (!isOver) {
        tell(problem.detail);
      }
      return;
    }
    draw();
  }, (isOverNow) => {
    isOver = isOverNow;
    if (isOver && tree === null) {
      tell(RUN_ENDED);
    }
    draw();
  });
  // The last words of a run come before its end.
  store.subscribe("shops", () => isOver && draw());
  store.subscribe("run", () => polling.soon());
  // "again in 3.2 s" goes on between two answers.
  setInterval(() => {
    if (tree !== null && !document.hidden && store.connection === "live") {
      root.tick();
    }
  }, SPELLS_EVERY);
}

/** The tree after the end of the run: its shops as the last message has them, nothing that can only be asked. */
function ended(tree) {
  return {
    supervisor: tree.supervisor,
    threads: tree.threads.map((thread) => ({ ...thread, silent_seconds: null, trouble: null })),
    shops: tree.shops.map((shop) => store.shops.get(shop.name) ?? shop),
    servers: tree.servers.map((server) => ({ ...server, state: null })),
  };
}

/** The nodes of a tree that match `words` ("" matches all), each with its children. */
function itemsOf({ supervisor, threads, shops, servers }, words) {
  const byName = new Map(shops.map((shop) => [shop.name, shop]));
  const matches = (item) => words === "" || item.words.toLowerCase().includes(words);
  const group = (item, children) => {
    const kept = matches(item) ? children : children.filter(matches);
    return kept.length > 0 || matches(item) ? [{ ...item, children: kept }] : [];
  };
  const arbiters = threads.flatMap((thread) => {
    const own = thread.shops.map((name) => byName.get(name)).filter(Boolean);
    return group(threadItem(thread, own), own.map(shopItem));
  });
  // A shop that has no thread yet, or no more, is still one of the chain's.
  const placed = new Set(threads.flatMap((thread) => thread.shops));
  const others = shops.filter(({ name }) => !placed.has(name)).map(shopItem).filter(matches);
  const head = supervisorItem(supervisor);
  const below = [...arbiters, ...others];
  const found = below.length > 0 || matches(head) ? [{ ...head, children: below }] : [];
  if (servers.length > 0) {
    const items = servers.map(serverItem);
    found.push(...group({ key: "servers", title: "private servers", words: "private servers", facts: [], tone: null,
      count: servers.length }, items));
  }
  return found;
}
