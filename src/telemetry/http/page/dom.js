// Elements and text, made without markup.
//
// Owns how nodes are made and how their text changes: values only ever become text nodes and attributes, so that no
// name, error or row of a database is read as HTML. Must not know what the page shows.

const SVG = "http://www.w3.org/2000/svg";

/**
 * A new HTML element. Properties that begin with "on" are listeners, `true` is an attribute without a value, and
 * `null`, `undefined` and `false` are left out; children are nodes or text.
 * @param {string} tag
 * @param {Object<string, *>} [properties]
 * @param {...(Node|string|number|null|undefined)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties, ...children) {
  return furnish(document.createElement(tag), properties, children);
}

/**
 * A new SVG element; the same rules.
 * @param {string} tag
 * @param {Object<string, *>} [attributes]
 * @param {...(Node|string|number|null|undefined)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

function furnish(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) {
      node.addEventListener(name.slice(2), value);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * Writes the text of a node if it differs. The text node stays the same one, so that a number that changes neither
 * rebuilds its element nor loses what is selected beside it.
 * @param {Node} node
 * @param {string|number} text
 */
export function setText(node, text) {
  const wanted = String(text);
  const only = node.firstChild;
  if (only !== null && only === node.lastChild && only.nodeType === Node.TEXT_NODE) {
    if (only.data !== wanted) only.data = wanted;
  } else if (node.textContent !== wanted || only !== node.lastChild) {
    node.textContent = wanted;
  }
}

/**
 * Writes an attribute if it differs; `null` removes it.
 * @param {Element} node
 * @param {string} name
 * @param {string|number|null} value
 */
export function setAttribute(node, name, value) {
  if (value === null) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, String(value));
  }
}

/**
 * Removes all children.
 * @param {Node} node
 */
export function clear(node) {
  node.replaceChildren();
}
