// Building and changing elements. Strings only ever become text or attributes
// that can't run; nothing here parses HTML.

// el makes an element: el('a', { href: '/', class: 'x' }, 'text', child, …).
// Attributes that are null or false are left out, true ones are empty.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const svg = 'http://www.w3.org/2000/svg';

// icon shows one of the symbols that the page carries.
export function icon(name) {
  const node = document.createElementNS(svg, 'svg');
  node.setAttribute('class', 'icon');
  node.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#i-${name}`);
  node.append(use);
  return node;
}

// setIcon changes the first icon inside node.
export function setIcon(node, name) {
  node.querySelector('.icon use').setAttribute('href', `#i-${name}`);
}

// setText writes only what differs, so that nothing is laid out for nothing.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
