// The keyboard: one key for what is done often.
//
// Owns which key does what, and when a key is left to what has the focus. Must not know how it is done.

import { toggleHold } from "./head.js";
import { store } from "./store.js";

/** What takes keys itself. */
const TYPING = "input, textarea, select, [contenteditable]";
const PRESSABLE = "button, summary, a, input, select, textarea, [role='button'], [tabindex='0']";
/** Where arrows move by shops: the rows, and the section itself, which the skip link goes to. */
const LIST = "#shops tbody, #shops:focus";

/**
 * Listens for keys.
 * @param {{move: function(number): void}} list
 * @param {{search: HTMLInputElement, help: HTMLDialogElement, close: function(): void}} page
 */
export function mountKeyboard(list, { search, help, close }) {
  const keys = {
    "/": () => search.focus(),
    "?": () => help.showModal(),
    j: () => list.move(1),
    k: () => list.move(-1),
    ArrowDown: () => list.move(1),
    ArrowUp: () => list.move(-1),
    " ": toggleHold,
    Escape: close,
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isInDialog()) return;
    // Shift and Space is a page up.
    if (key === " " && event.shiftKey) return;
    if (target.matches?.(TYPING)) {
      if (target === search) inSearch(event);
      return;
    }
    if (!Object.hasOwn(keys, key) || isOthers(key, target)) return;
    event.preventDefault();
    keys[key]();
  });

  /** The search field gives the arrow that leaves it to the list. */
  function inSearch(event) {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      list.move(0);
    } else if (event.key === "Escape" && search.value === "") {
      search.blur();
    }
  }
}

/** Whether what has the focus uses this key. */
function isOthers(key, target) {
  if (key === " ") return !target.matches?.("#shops a") && (target.matches?.(PRESSABLE) || isScrolled(target));
  // Arrows scroll the page, unless the list has the focus.
  if (key.startsWith("Arrow")) return target.closest?.(LIST) === null;
  return key === "Escape" && store.opened === null && store.unknown === null;
}

/** Whether the focus is in a box that is scrolled by itself: Space is its page down. */
function isScrolled(target) {
  for (let box = target; box instanceof Element && box !== document.body; box = box.parentElement) {
    const isLonger = box.scrollHeight > box.clientHeight;
    if (isLonger && ["auto", "scroll"].includes(getComputedStyle(box).overflowY)) return true;
  }
  return false;
}

function isInDialog() {
  return document.querySelector("dialog[open]") !== null;
}
