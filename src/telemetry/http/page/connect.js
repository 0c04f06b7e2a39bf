// How a client connects to the opened shop's database: a snippet each, to copy.
//
// Owns this section (`#connect`) and which client is chosen. The snippets come from the server.

import { copy } from "./clipboard.js";
import { clear, element } from "./dom.js";
import { Tabs } from "./tabs.js";

let preferred = null;

/** The section; `update` is called with the snippets of the details. */
export class Connect {
  #shown = "";

  constructor() {
    this.tabs = new Tabs({ label: "client", choose: (name) => (preferred = name) });
    this.panels = element("div", {});
    this.node = element("section", { id: "connect", "aria-labelledby": "connect-title" },
      element("h3", { id: "connect-title" }, "Connect"), this.tabs.node, this.panels);
  }

  update(snippets) {
    // The port of a private server may change, nothing else: drawn anew only then.
    const shown = JSON.stringify(snippets);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    const chosen = this.tabs.chosen ?? preferred;
    clear(this.panels);
    this.tabs.set([]);
    this.tabs.set(snippets.map((snippet) => {
      const panel = this.#panel(snippet);
      this.panels.append(panel);
      return { name: snippet.client, text: snippet.title ?? snippet.client, panel };
    }));
    if (snippets.some(({ client }) => client === chosen)) {
      this.tabs.select(chosen);
    }
  }

  #panel({ client, title, language, text }) {
    const code = element("code", { "data-language": language ?? null }, text);
    const button = element("button", {
      type: "button", "data-action": "copy", "aria-label": `copy the snippet for ${title ?? client}`,
      onclick: () => copy(button, text),
    }, "copy");
    // A long line is scrolled inside, by keys as well.
    const box = element("pre", { tabindex: "0", role: "region", "aria-label": `snippet for ${title ?? client}` }, code);
    return element("div", { class: "snippet", "data-client": client }, box, button);
  }
}
