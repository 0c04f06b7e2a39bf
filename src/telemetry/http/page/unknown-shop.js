// What stands in the place of the opened shop when the address names one that the chain does not have.
//
// Owns this sentence, and which name was probably meant. Knows nothing of addresses.

import { element } from "./dom.js";
import { addressOf } from "./row.js";

/** "this chain has no shop `nope`; did you mean …?"; `close` is called by its button. */
export function unknownShop(name, names, close) {
  const near = nearest(name, names);
  const question = near === null ? [] : [
    "; did you mean ", element("a", { href: addressOf(near) }, element("bdi", {}, near)), "?",
  ];
  return element("div", { class: "shop-line" },
    element("p", { class: "unknown-shop" }, "this chain has no shop ", element("code", {}, name), ...question),
    element("button", { type: "button", class: "shop-close", "data-action": "close", onclick: close }, "close"));
}

/** The candidate that a word is a typo of, or null: at most a third of the letters differ. */
function nearest(word, candidates) {
  const letters = [...word.toLowerCase()];
  let [best, least] = [null, Infinity];
  for (const candidate of candidates) {
    const others = [...candidate.toLowerCase()];
    const limit = Math.max(1, Math.floor(Math.max(letters.length, others.length) / 3));
    if (Math.abs(letters.length - others.length) > limit) {
      continue;
    }
    const edits = distance(letters, others);
    if (edits <= limit && edits < least) {
      [best, least] = [candidate, edits];
    }
  }
  return best;
}

/** How many letters to insert, remove or replace. */
function distance(letters, others) {
  let above = others.map((_, index) => index + 1);
  above.unshift(0);
  for (let row = 1; row <= letters.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= others.length; column += 1) {
      const replaced = above[column - 1] + (letters[row - 1] === others[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, above[column] + 1, line[column - 1] + 1));
    }
    above = line;
  }
  return above[others.length];
}
