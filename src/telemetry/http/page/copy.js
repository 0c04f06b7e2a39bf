// Copying a text, and telling so on the button that did it.
//
// Owns the clipboard. Knows nothing of what is copied.

import { setText } from "./dom.js";

const TOLD_MILLISECONDS = 1500;

/** Copies `text`; `button` says "copied" for a while. */
export async function copy(text, button) {
  const before = button.dataset.text ?? button.textContent;
  button.dataset.text = before;
  setText(button, (await write(text)) ? "copied" : "select it");
  setTimeout(() => setText(button, before), TOLD_MILLISECONDS);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers offer the clipboard only to pages of this machine and of https: the older way works elsewhere, too.
    return copySelected(text);
  }
}

function copySelected(text) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  before?.focus();
  return copied;
}
