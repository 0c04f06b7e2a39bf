// Copying a text, and saying that it was copied.
//
// Owns the ways to the clipboard. Must not know what is copied.

import { setText } from "./dom.js";

const CONFIRMED_MILLISECONDS = 2_000;

/**
 * Copies a text and says so on the button that asked for it. Where the browser allows no copy at all, the text is
 * shown, selected.
 * @param {HTMLElement} button
 * @param {string} text
 */
export async function copy(button, text) {
  if ((await byClipboard(text)) || bySelection(text)) {
    confirm(button);
  } else {
    show(text);
  }
}

/** The clipboard's own interface: only on https and this machine's own names. */
async function byClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The older way, which also works on plain http. */
function bySelection(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  document.body.append(area);
  area.select();
  let isCopied = false;
  try {
    isCopied = document.execCommand("copy");
  } catch {
    // Not supported.
  }
  area.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}

function show(text) {
  const dialog = document.querySelector("#address");
  const area = dialog.querySelector("textarea");
  area.value = text;
  area.rows = Math.min(12, text.split("\n").length + 1);
  dialog.showModal();
  area.select();
}

/** The button says "copied" for a while. */
function confirm(button) {
  button.dataset.label ??= button.textContent;
  clearTimeout(Number(button.dataset.timer));
  setText(button, "copied");
  button.dataset.timer = setTimeout(() => setText(button, button.dataset.label), CONFIRMED_MILLISECONDS);
}
