// The selection: which services something is to be done with, together.
import { setText } from './dom.js';
import { find } from './find.js';
import { arrange } from './order.js';
import * as store from './store.js';
import { decorate, onShow } from './view.js';
import { drawnNodes, shownPaths } from './window.js';

const picked = new Set(); // paths
const bar = document.getElementById('picked');
const all = document.getElementById('picked-all');
const box = document.getElementById('pick-all');
let last = null; // path that was picked last, where a range begins

export const size = () => picked.size;

// paths lists those picked that are still there, in the order of the list.
export const paths = () => {
  const here = arrange(store.all(), find()).filter((path) => picked.has(path));
  const elsewhere = [...picked].filter((path) => store.get(path) && !here.includes(path));
  return [...here, ...elsewhere];
};

export function startPicking() {
  const list = document.getElementById('cards');
  let shift = false;
  list.addEventListener('click', (e) => {
    shift = e.shiftKey;
  }, true);
  list.addEventListener('change', (e) => {
    if (!e.target.matches('.card-pick')) return;
    pick(e.target.closest('.card').dataset.path, e.target.checked, shift);
  });
  box.addEventListener('change', () => pickAll(box.checked));
  all.addEventListener('click', () => pickAll(true));
  document.getElementById('picked-none').addEventListener('click', () => {
    clear();
    box.focus();
  });
  decorate((card, path) => {
    card.querySelector('.card-pick').checked = picked.has(path);
    card.classList.toggle('is-picked', picked.has(path));
  });
  onShow(show);
}

// pick adds or takes away one, or all from the last one on.
export function pick(path, on = !picked.has(path), range = false) {
  const order = shownPaths();
  const from = range ? order.indexOf(last) : -1;
  const to = order.indexOf(path);
  const some = from < 0 || to < 0 ? [path] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of some) set(one, on);
  last = path;
  show();
}

export function clear() {
  picked.clear();
  last = null;
  show();
}

function pickAll(on) {
  for (const path of shownPaths()) set(path, on);
  show();
}

function set(path, on) {
  if (on && store.get(path)) picked.add(path);
  else picked.delete(path);
}

function show() {
  for (const path of picked) if (!store.get(path)) picked.delete(path);
  for (const node of drawnNodes()) {
    const on = picked.has(node.dataset.path);
    node.classList.toggle('is-picked', on);
    node.querySelector('.card-pick').checked = on;
  }
  const order = shownPaths();
  const here = order.filter((path) => picked.has(path)).length;
  const away = picked.size - here;
  document.documentElement.classList.toggle('picking', picked.size > 0);
  bar.hidden = picked.size === 0;
  setText(document.getElementById('picked-count'), `${picked.size} selected${away ? `, ${away} of them not shown` : ''}`);
  all.hidden = here === order.length;
  setText(all, `Select all ${order.length} that match`);
  box.checked = order.length > 0 && here === order.length;
  box.indeterminate = here > 0 && here < order.length;
}

