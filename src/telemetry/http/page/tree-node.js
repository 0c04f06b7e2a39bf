// A node of a nested list that is kept up to date: only what differs is written, and what is folded is not built.
//
// Owns the elements of the tree and what is unfolded. Knows nothing of supervisors and shops.

import { element, setAttribute, setText } from "./dom.js";
import { count } from "./format.js";

/** With more children a group begins folded. */
const FEW = 20;
/** So many children are built at once; more by a button. */
const PAGE = 200;

/** The children of a node: a list that follows an array of items. */
export class Branch {
  #nodes = new Map();

  constructor({ most = PAGE } = {}) {
    this.most = most;
    this.list = element("ul", { class: "tree" });
    this.more = element("button", { type: "button", class: "tree-more", onclick: () => this.#showMore() });
    this.rest = element("li", { hidden: true }, this.more);
    this.list.append(this.rest);
  }

  /** Shows these items; with `unfolded` all groups are open, as the result of a search. */
  update(items, unfolded) {
    [this.items, this.unfolded] = [items, unfolded];
    const shown = items.slice(0, this.most);
    const keys = new Set(shown.map(({ key }) => key));
    for (const [key, node] of this.#nodes) {
      if (!keys.has(key)) {
        node.node.remove();
        this.#nodes.delete(key);
      }
    }
    shown.forEach((item, place) => {
      let node = this.#nodes.get(item.key);
      if (node === undefined) {
        node = new TreeNode(item);
        this.#nodes.set(item.key, node);
      }
      if (this.list.children[place] !== node.node) {
        this.list.insertBefore(node.node, this.list.children[place]);
      }
      node.update(item, unfolded);
    });
    this.rest.hidden = shown.length === items.length;
    setText(this.more, `${count(items.length - shown.length)} more`);
  }

  /** Writes what passes by itself. */
  tick() {
    this.#nodes.forEach((node) => node.tick());
  }

  #showMore() {
    this.most += PAGE;
    this.update(this.items, this.unfolded);
  }
}

class TreeNode {
  #branch = null;
  /** What the reader chose; null as long as he has not. */
  #chosen = null;

  constructor(item) {
    this.toggle = element("button", { type: "button", class: "tree-toggle", onclick: () => this.#fold() }, "▸");
    this.sign = element("span", { class: "sign", "aria-hidden": "true" });
    this.title = item.link ? element("a", { href: item.link }, item.title) : element("span", {}, item.title);
    this.facts = element("span", { class: "tree-facts" });
    this.error = element("span", { class: "tree-error", hidden: true });
    this.node = element("li", {},
      element("div", { class: "tree-line" }, this.toggle, this.sign, element("span", { class: "tree-title" }, this.title),
        this.facts, this.error));
  }

  update(item, unfolded) {
    [this.item, this.unfolded] = [item, unfolded];
    setAttribute(this.node, "data-tone", item.tone ?? null);
    setAttribute(this.node, "data-phase", item.phase ?? null);
    setAttribute(this.facts, "title", item.hover ?? null);
    setText(this.sign, item.sign ?? "");
    this.sign.hidden = !item.sign;
    this.error.hidden = !item.error;
    setText(this.error, item.error ?? "");
    this.tick();
    this.#children();
  }

  tick() {
    const facts = this.item.facts.filter(Boolean).map((fact) => (typeof fact === "function" ? fact() : fact));
    while (this.facts.children.length > facts.length) {
      this.facts.lastChild.remove();
    }
    facts.forEach((text, index) => setText(this.facts.children[index] ?? this.facts.appendChild(element("span", {})), text));
    if (this.#branch !== null && !this.#branch.list.hidden) {
      this.#branch.tick();
    }
  }

  #isOpen() {
    const children = this.item.children ?? [];
    return children.length > 0 && (this.unfolded || (this.#chosen ?? (children.length <= FEW || children.some((child) => child.children))));
  }

  #fold() {
    this.#chosen = !this.#isOpen();
    this.unfolded = false;
    this.#children();
  }

  #children() {
    const children = this.item.children ?? [];
    const open = this.#isOpen();
    this.toggle.hidden = children.length === 0;
    setAttribute(this.toggle, "aria-expanded", String(open));
    setAttribute(this.toggle, "aria-label", `${open ? "fold" : "unfold"} ${this.item.title}, ${count(children.length)} below`);
    if (open) {
      if (this.#branch === null) {
        this.#branch = new Branch();
        this.node.append(this.#branch.list);
      }
      this.#branch.update(children, this.unfolded);
    }
    if (this.#branch !== null) {
      this.#branch.list.hidden = !open;
    }
  }
}
