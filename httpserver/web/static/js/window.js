// Of a list of thousands, the elements of those in view and a little around
// them. The room of all others is padding of the list. Cards that are closed
// are equally high; open ones are measured.

const list = document.getElementById('cards');
const nodes = new Map(); // path → its element, while it has one
const opened = new Set(); // paths whose card is open
const tall = new Map(); // path → height of its open card, in px
const sizes = new ResizeObserver(measure);
let items = []; // paths, in order
let at = new Map(); // path → place in items
let hooks = { make: null, fill: null, place: null };
let base = 240; // height of a closed card, in px
let gap = 0;
let columns = 1;
let drawn = ''; // the part that is there
let frame = 0;

// startWindow takes over the elements that the page came with. make(path)
// makes an element, fill(element, path) shows what is known now, and
// place(element, at, of) says which of how many it is, counted from 1.
export function startWindow(given) {
  hooks = given;
  for (const node of list.querySelectorAll('.card')) {
    nodes.set(node.dataset.path, node);
    sizes.observe(node);
  }
  items = [...nodes.keys()];
  at = new Map(items.map((path, i) => [path, i]));
  list.addEventListener('toggle', remember, true);
  addEventListener('scroll', () => (frame ||= requestAnimationFrame(render)), { passive: true });
  addEventListener('resize', relayout);
  new ResizeObserver(relayout).observe(list.parentElement);
}

export const nodeOf = (path) => nodes.get(path);
export const drawnNodes = () => nodes.values();
export const shownPaths = () => items;
export const placeOf = (path) => at.get(path) ?? -1;
export const across = () => columns;

// show lists these paths. What was in view stays where it is if steady.
export function show(paths, { steady = false } = {}) {
  const anchor = steady ? anchorOf() : null;
  items = paths;
  at = new Map(paths.map((path, i) => [path, i]));
  for (const path of opened) if (!at.has(path)) forget(path);
  drawn = '';
  render();
  const moved = anchor && at.has(anchor.path) ? topOf(anchor.path) - anchor.top : 0;
  if (moved) {
    scrollBy({ top: moved, behavior: 'instant' });
    render();
  }
}

function forget(path) {
  opened.delete(path);
  tall.delete(path);
}

// refill shows what is known now of these paths, as far as they are drawn.
export function refill(paths) {
  for (const path of paths) {
    const node = nodes.get(path);
    if (node) hooks.fill(node, path);
  }
}

// bring scrolls to a path, if need be, and returns its element.
export function bring(path) {
  if (!at.has(path)) return null;
  const top = topOf(path);
  const height = heights().get(rowOf(path)) ?? base;
  const above = 72 + document.getElementById('columns').offsetHeight; // the headers
  const below = innerHeight - (document.getElementById('picked').hidden ? 16 : 96);
  if (top < above) scrollBy({ top: top - above, behavior: 'instant' });
  else if (top + height > below) scrollBy({ top: Math.min(top - above, top + height - below), behavior: 'instant' });
  render();
  return nodes.get(path);
}

// relayout measures anew: other columns, another view.
export function relayout() {
  drawn = '';
  frame ||= requestAnimationFrame(render);
}

const rowOf = (path) => Math.floor(at.get(path) / columns);

// heights are those of the rows that differ.
function heights() {
  const rows = new Map();
  for (const [path, height] of tall) {
    if (at.has(path)) rows.set(rowOf(path), Math.max(rows.get(rowOf(path)) ?? base, height));
  }
  return rows;
}

function offset(row, rows) {
  let y = row * (base + gap);
  for (const [r, height] of rows) if (r < row) y += height - base;
  return y;
}

const topOf = (path) => list.getBoundingClientRect().top + offset(rowOf(path), heights());

// anchorOf is what should stay where it is: the card with the focus, or the
// first in view. At the top of the list nothing need.
function anchorOf() {
  if (list.getBoundingClientRect().top > 0) return null;
  const focused = document.activeElement?.closest('.card');
  const seen = [focused, ...list.children].filter((node) => node && nodes.get(node.dataset.path) === node);
  for (const node of seen) {
    const { top, bottom } = node.getBoundingClientRect();
    if (bottom > 72 && top < innerHeight) return { path: node.dataset.path, top: topOf(node.dataset.path) };
  }
  return null;
}

function render() {
  cancelAnimationFrame(frame);
  frame = 0;
  const style = getComputedStyle(list);
  columns = style.gridTemplateColumns.split(' ').length;
  gap = parseFloat(style.rowGap) || 0;
  const rows = heights();
  const count = Math.ceil(items.length / columns);
  const top = -list.getBoundingClientRect().top;
  const ahead = innerHeight * 0.75;
  const from = rowAt(top - ahead, count, rows);
  const to = Math.min(count, rowAt(top + innerHeight + ahead, count, rows) + 1);
  const part = `${from} ${to} ${columns} ${base}`;
  if (part === drawn) return;
  drawn = part;
  list.style.paddingTop = `${offset(from, rows)}px`;
  list.style.paddingBottom = `${Math.max(0, offset(count, rows) - offset(to, rows))}px`;
  draw(items.slice(from * columns, to * columns));
}

// rowAt is the row at a height of the list.
function rowAt(y, count, rows) {
  let low = 0;
  let high = Math.max(0, count - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offset(middle, rows) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

// draw leaves the elements of these paths, in order, and that of the focus.
function draw(wanted) {
  const keep = new Set(wanted);
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  for (const [path, node] of nodes) {
    if (keep.has(path)) continue;
    const stays = focused && node.contains(focused) && at.has(path);
    node.classList.toggle('away', Boolean(stays));
    if (stays) node.style.top = `${offset(rowOf(path), heights())}px`;
    else drop(path, node);
  }
  let next = list.firstElementChild;
  for (const path of wanted) {
    while (next?.classList.contains('away') && next.dataset.path !== path) next = next.nextElementSibling;
    const node = nodes.get(path) ?? add(path);
    node.classList.remove('away');
    if (node === next) next = next.nextElementSibling;
    else put(node, next);
    hooks.place(node, at.get(path) + 1, items.length);
  }
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

// put keeps focus and open dialogs where the browser can move elements.
function put(node, next) {
  if (node.isConnected && list.moveBefore) list.moveBefore(node, next);
  else list.insertBefore(node, next);
}

function add(path) {
  const node = hooks.make(path);
  nodes.set(path, node);
  node.querySelector('.health').open = opened.has(path);
  hooks.fill(node, path);
  sizes.observe(node);
  return node;
}

function drop(path, node) {
  sizes.unobserve(node);
  nodes.delete(path);
  node.remove();
}

function remember({ target }) {
  if (!target.classList.contains('health')) return;
  const { path } = target.closest('.card').dataset;
  if (target.open) opened.add(path);
  else opened.delete(path);
}

function measure(entries) {
  let changed = false;
  for (const { target, borderBoxSize } of entries) {
    const { path } = target.dataset;
    const height = borderBoxSize[0].blockSize;
    if (!target.isConnected || !height || target.classList.contains('away')) continue;
    if (target.querySelector('.health').open) {
      changed ||= tall.get(path) !== height;
      tall.set(path, height);
    } else {
      changed = tall.delete(path) || height !== base || changed;
      base = height;
    }
  }
  if (changed) relayout();
}
