// Replication slots of the opened shop's server, and how far their readers are behind.
//
// Owns this section (`#slots`), its request, and what an inactive slot means. Only asked while it is in view: the
// question goes to the shop's server.

import { element, setAttribute, setText } from "./dom.js";
import { bytes, time, unknown } from "./format.js";
import { RUN_ENDED, poll } from "./poll.js";
import { preferences } from "./preferences.js";
import { get } from "./request.js";
import { scrollBox } from "./scroll.js";
import { store } from "./store.js";

const EVERY = 5000;

export class Slots {
  #answer = null;

  constructor(path) {
    this.path = path;
    this.note = element("span", { class: "note" });
    this.text = element("p", { class: "hint" }, "asking the server");
    this.body = element("tbody", {});
    const heads = ["slot", "plugin", "reader", "behind", "WAL held", "status"].map((head, index) =>
      element("th", { scope: "col", class: index === 3 || index === 4 ? "number" : null }, head));
    this.table = scrollBox("table of replication slots", { hidden: true },
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), this.body));
    this.node = element("section", { id: "slots", "aria-labelledby": "slots-title" },
      element("div", { class: "section-line" }, element("h3", { id: "slots-title" }, "Replication slots"), this.note),
      this.text, this.table);
    this.unsubscribe = preferences.subscribe("zone", () => this.#answer && this.#draw(this.#answer));
    this.polling = poll(this.node, EVERY, () => this.#ask(), (isOver) => isOver && this.#over());
  }

  destroy() {
    this.polling.stop();
    this.unsubscribe();
  }

  async #ask() {
    let answer;
    try {
      answer = await get(`${this.path}/slots`);
    } catch (problem) {
      answer = { asked_at: null, error: problem.detail, slots: [] };
    }
    // A last answer is better than that nobody responds any more.
    if (store.connection === "ended") {
      this.#over();
    } else {
      this.#answer = answer;
      this.#draw(answer);
    }
  }

  /** The run has ended: what was heard last stays, with its time. */
  #over() {
    setAttribute(this.text, "class", "hint");
    setText(this.text, RUN_ENDED);
    this.text.hidden = false;
  }

  #draw({ asked_at: asked, error, slots }) {
    setText(this.note, asked ? `as of ${time(asked)}` : "");
    this.table.hidden = slots.length === 0;
    this.body.replaceChildren(...slots.map((slot) => this.#row(slot)));
    const idle = slots.filter(({ active }) => !active);
    setAttribute(this.text, "class", error || idle.length > 0 ? "hint warn" : "hint");
    setText(this.text, error ?? this.#sentence(slots, idle));
    this.text.hidden = this.text.textContent === "";
  }

  #sentence(slots, idle) {
    if (slots.length === 0) {
      return "no replication slots: nobody reads the changes of this database";
    }
    if (idle.length === 0) {
      return "";
    }
    const names = idle.map(({ name }) => name).join(", ");
    return `◐ nobody reads ${names}: a slot that nobody reads keeps WAL on the server's disk until its reader is back`
      + " or the slot is dropped";
  }

  #row({ name, plugin, kind, active, reader, behind_bytes: behind, held_bytes: held, status }) {
    const who = active ? `● ${reader ?? "connected"}` : "◐ nobody";
    return element("tr", { "data-slot": name },
      element("th", { scope: "row", class: "name" }, name),
      element("td", {}, [plugin, kind].filter(Boolean).join(", ") || unknown),
      element("td", { class: active ? "tone-good" : "tone-warn" }, who),
      element("td", { class: "number" }, bytes(behind)),
      element("td", { class: "number" }, bytes(held)),
      element("td", {}, status ?? unknown));
  }
}
