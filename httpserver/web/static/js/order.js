// The order of the cards: by name without regard to case, then by path, as the
// server has it. Kept aside, sorted, so that a thousand new cards find their
// places in no time.
import { nameOf } from './card.js';

const list = document.getElementById('cards');
const keys = new Map(); // card → what it is sorted by
const sorted = [];

for (const card of list.children) {
  keys.set(card, keyOf(card));
  sorted.push(card);
}

// A line feed sorts before anything that a name can go on with.
function keyOf(card) {
  return `${nameOf(card).toLowerCase()}\n${card.dataset.path}`;
}

// place puts a card where its name belongs, if it is not there already. Moving
// an element takes focus from it, so that is given back.
export function place(card) {
  const key = keyOf(card);
  if (keys.get(card) === key) return;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  forget(card);
  const at = position(key);
  list.insertBefore(card, sorted[at] ?? null);
  sorted.splice(at, 0, card);
  keys.set(card, key);
  focused?.focus();
}

// forget leaves the card in the page and out of the order.
export function forget(card) {
  if (!keys.delete(card)) return;
  sorted.splice(sorted.indexOf(card), 1);
}

function position(key) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys.get(sorted[middle]) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
