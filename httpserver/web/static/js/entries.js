// One row for each service that a text describes: what would become of it, or
// what did. Everything in it is somebody else's, and only ever becomes text.
import { setIcon, setText } from './dom.js';

// The tone, the icon and the word of each outcome; views_import.go has the same.
const shown = {
  create: ['checking', 'plus', 'New'],
  registered: ['healthy', 'healthy', 'Registered'],
  unchanged: ['disabled', 'healthy', 'Already there'],
  taken: ['auth-required', 'error', 'Path taken'],
  invalid: ['unhealthy', 'unhealthy', 'To mend'],
  unsupported: ['disabled', 'disabled', 'Not possible'],
  skipped: ['disabled', 'disabled', 'Left out'],
  failed: ['error', 'error', 'Failed'],
};

const blank = document.getElementById('entry');

// newRow makes a row that has a name of its own for each of its controls.
export function newRow({ index, name, key }) {
  const row = blank.content.firstElementChild.cloneNode(true);
  for (const attribute of ['id', 'for', 'aria-describedby']) {
    for (const node of row.querySelectorAll(`[${attribute}]`)) {
      node.setAttribute(attribute, node.getAttribute(attribute).replace(/-0$/, `-${index}`));
    }
  }
  row.dataset.index = index;
  setText(row.querySelector('.entry-name'), name || key);
  row.querySelector('.entry-path .sr-only').textContent = ` of ${name || key}`;
  return row;
}

// fill shows an entry of the API. What somebody is typing is left alone.
export function fill(row, entry, done) {
  const [kind, symbol, word] = shown[entry.outcome];
  const before = row.dataset.outcome;
  const movable = !done && canMove(entry);
  row.dataset.outcome = entry.outcome;
  row.dataset.kind = kind;
  setIcon(row.querySelector('.badge'), symbol);
  setText(row.querySelector('.badge-word'), word);

  const tick = row.querySelector('[name=take]');
  tick.hidden = tick.disabled = !movable;
  // A path that has become free is taken at once.
  if (before !== entry.outcome && !('left' in row.dataset)) tick.checked = entry.outcome === 'create';
  const path = row.querySelector('[name=path]');
  row.querySelector('.entry-path').hidden = !movable;
  if (document.activeElement !== path) path.value = entry.path;
  path.setAttribute('aria-invalid', String(entry.outcome === 'taken' || entry.outcome === 'invalid'));
  show(row.querySelector('.entry-at'), movable ? '' : entry.path, 'code');
  show(row.querySelector('.entry-url'), entry.proxy_pass_url, 'code');
  show(row.querySelector('.entry-message'), entry.message);
  show(row.querySelector('.entry-headers'), entry.upstream_header_names.join(', '), 'bdi');
  const notes = row.querySelector('.entry-notes');
  notes.hidden = entry.notes.length === 0;
  notes.replaceChildren(...entry.notes.map((note) => {
    const item = document.createElement('li');
    item.dir = 'auto';
    item.textContent = note;
    return item;
  }));
}

// canMove says whether the service can be registered, at this or another path.
function canMove({ outcome, errors }) {
  return outcome === 'create' || outcome === 'taken' || (outcome === 'invalid' && errors.every(({ field }) => field === 'path'));
}

function show(node, text, inside) {
  node.hidden = text === '';
  setText(inside ? node.querySelector(inside) : node, text);
}
