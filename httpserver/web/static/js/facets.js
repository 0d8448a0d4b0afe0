// The menu of tags, with how many services have each. It is filled when it is
// opened, and while it is open.
import { el } from './dom.js';
import { choose, find, onFind } from './find.js';
import { follow } from './filters.js';
import { fold } from './fold.js';
import * as store from './store.js';

const most = 60; // tags at once
const menu = document.getElementById('tags');
const input = document.getElementById('tag-find');
const list = document.getElementById('facets');

export function startFacets() {
  follow(list, (target) => {
    const tag = target.closest('a').dataset.facet;
    if (tag === undefined) return;
    const { tags } = find();
    const had = tags.some((other) => fold(other) === fold(tag));
    choose({ tags: had ? tags.filter((other) => fold(other) !== fold(tag)) : [...tags, tag] });
    close();
  });
  input.addEventListener('input', show);
  menu.addEventListener('toggle', () => {
    if (!menu.open) {
      input.value = ''; // Not on opening: this comes late, and somebody may be typing.
      return;
    }
    show();
    input.focus();
  });
  menu.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    e.stopPropagation();
    close();
  });
  // Anywhere else is a way out.
  document.addEventListener('pointerdown', (e) => {
    if (!menu.contains(e.target)) menu.open = false;
  });
  onFind(() => menu.open && show());
  store.onChange(() => {
    if (!store.isLoaded()) return;
    menu.hidden = ![...store.all()].some((row) => row.tags.length);
    if (menu.open) show();
  });
}

function close() {
  menu.open = false;
  menu.querySelector('summary').focus();
}

// count tells how many services have each tag, those with the most first.
function count() {
  const found = new Map(); // folded → { tag, count }
  for (const { tags } of store.all()) {
    for (const tag of tags) {
      const key = fold(tag);
      const entry = found.get(key) ?? { key, tag, count: 0 };
      entry.count++;
      found.set(key, entry);
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

function show() {
  const sought = fold(input.value.trim());
  const wanted = find().tags.map(fold);
  const all = count().filter(({ key }) => key.includes(sought));
  const items = all.slice(0, most).map(({ key, tag, count: n }) =>
    el('li', {}, el('a', { href: `/?tag=${encodeURIComponent(tag)}`, 'data-facet': tag, 'aria-current': wanted.includes(key) && 'true' },
      el('bdi', {}, tag), el('span', { class: 'muted' }, String(n)))));
  if (all.length > most) items.push(el('li', { class: 'muted small' }, `${all.length - most} more: type to find them`));
  if (!all.length) items.push(el('li', { class: 'muted small' }, 'No tag has this in it.'));
  // Focus stays where it was.
  const at = [...list.children].findIndex((item) => item.contains(document.activeElement));
  list.replaceChildren(...items);
  if (at >= 0) (list.children[at]?.querySelector('a') ?? input).focus();
}
