// A row of tabs with the roles and keys that readers expect: arrows, Home, End; one of them is chosen.
//
// Owns which tab is chosen and focused. Knows nothing of what the panels show.

import { element, setText } from "./dom.js";

let made = 0;

/** Tabs above one `panel`, or above a panel each where an item has its own. */
export class Tabs {
  #tabs = new Map();

  /** `choose(name)` is called when the reader chooses another tab. */
  constructor({ label, panel = null, choose }) {
    Object.assign(this, { panel, choose, chosen: null, prefix: `tabs-${(made += 1)}` });
    const onkeydown = (event) => this.#key(event);
    this.node = element("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown });
    if (panel) {
      panel.id ||= `${this.prefix}-panel`;
      panel.setAttribute("role", "tabpanel");
    }
  }

  /** Shows these tabs: `{ name, text, note?, panel? }`; the note changes without moving the tabs after it. Keeps the nodes of those that stay. */
  set(items) {
    const names = new Set(items.map(({ name }) => name));
    [...this.#tabs].filter(([name]) => !names.has(name)).forEach(([name, tab]) => {
      tab.node.remove();
      this.#tabs.delete(name);
    });
    items.forEach((item, place) => {
      const tab = this.#tabs.get(item.name) ?? this.#add(item);
      setText(tab.text, item.text ?? item.name);
      setText(tab.note, item.note ?? "");
      tab.note.hidden = item.note === undefined;
      // As wide as its widest note was: the tabs that follow stay where they are.
      tab.letters = Math.max(tab.letters, [...(item.note ?? "")].length);
      tab.note.style.minWidth = `${tab.letters}ch`;
      if (this.node.children[place] !== tab.node) {
        this.node.insertBefore(tab.node, this.node.children[place] ?? null);
      }
    });
    if (!names.has(this.chosen)) {
      this.select(items[0]?.name ?? null);
    } else {
      this.select(this.chosen);
    }
  }

  /** Chooses a tab without telling of it. */
  select(name) {
    this.chosen = name;
    for (const [own, { node, panel }] of this.#tabs) {
      const chosen = own === name;
      node.setAttribute("aria-selected", String(chosen));
      node.tabIndex = chosen ? 0 : -1;
      if (panel) {
        panel.hidden = !chosen;
      } else if (chosen) {
        this.panel?.setAttribute("aria-labelledby", node.id);
      }
    }
  }

  #add({ name, panel = null }) {
    const id = `${this.prefix}-${this.#tabs.size}-${(made += 1)}`;
    const text = element("bdi", {});
    const note = element("span", { class: "tab-note", hidden: true });
    const onclick = () => this.#pick(name);
    // The space is for readers; a style sheet makes the distance.
    const node = element("button", { type: "button", role: "tab", id, onclick }, text, " ", note);
    const target = panel ?? this.panel;
    if (panel) {
      panel.id ||= `${id}-panel`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", id);
    }
    if (target) {
      node.setAttribute("aria-controls", target.id);
    }
    const tab = { node, panel, text, note, letters: 0 };
    this.#tabs.set(name, tab);
    return tab;
  }

  #pick(name) {
    if (this.chosen !== name) {
      this.select(name);
      this.choose?.(name);
    }
  }

  #key(event) {
    const nodes = [...this.node.children];
    const current = nodes.indexOf(event.target);
    const target = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (current < 0 || target === undefined) {
      return;
    }
    const node = nodes[(target + nodes.length) % nodes.length];
    this.#pick([...this.#tabs].find(([, tab]) => tab.node === node)[0]);
    node.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
