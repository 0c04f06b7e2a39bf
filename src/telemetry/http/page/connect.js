// How a client connects to the opened shop's database: a snippet each, to copy.
//
// Owns this section (`#connect`) and which client is chosen. The snippets come from the server.

import { copy } from "./clipboard.js";
import { clear, element, setText } from "./dom.js";
import { scrollBox } from "./scroll.js";
import { Tabs } from "./tabs.js";

let preferred = null;

/** The section; `update` is called with the snippets of the details. */
export class Connect {
  #shown = "";

  constructor() {
    this.tabs = new Tabs({ label: "client", choose: (name) => (preferred = name) });
    this.hint = element("p", { class: "hint" }, "not known yet");
    this.panels = element("div", {}, this.hint);
    this.node = element("section", { id: "connect", "aria-labelledby": "connect-title" },
      element("h3", { id: "connect-title" }, "Connect"), this.tabs.node, this.panels);
  }

  /** Says why there are no snippets, if there are none. */
  tell(text) {
    setText(this.hint, text);
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
    const clients = Map.groupBy(snippets, (snippet) => snippet.client);
    this.tabs.set([...clients].map(([client, own]) => {
      const panel = element("div", { class: "snippets", "data-client": client }, ...own.map(snippetBox));
      this.panels.append(panel);
      return { name: client, text: split(own[0]).name, panel };
    }));
    if (clients.has(chosen)) {
      this.tabs.select(chosen);
    }
  }
}

/** `dlt (.dlt/secrets.toml)`: the client's name, and which of its texts this is. */
function split({ client, title }) {
  const [, name, part] = /^(.*?)(?: \((.*)\))?$/.exec(title ?? client);
  return { name, part };
}

function snippetBox(snippet) {
  const { title, client, language, text } = snippet;
  const { part } = split(snippet);
  const code = element("code", { "data-language": language ?? null }, text);
  const button = element("button", {
    type: "button", "data-action": "copy", "aria-label": `copy the snippet for ${title ?? client}`,
    onclick: () => copy(button, text),
  }, "copy");
  const box = scrollBox(`snippet for ${title ?? client}`, {}, element("pre", {}, code));
  const caption = part ? [element("p", { class: "hint" }, part)] : [];
  return element("div", {}, ...caption, element("div", { class: "snippet" }, box, button));
}
