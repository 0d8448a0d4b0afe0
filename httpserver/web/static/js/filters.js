// The search, the filters and the order, as one uses them; and the figures on
// them, which count all services.
import { el, icon, setText } from './dom.js';
import { address, choose, everything, find, onFind, type } from './find.js';
import { enabled, issue } from './status.js';
import * as store from './store.js';

const input = document.getElementById('query');
const links = [...document.querySelectorAll('[data-filter]')];
const selects = ['transport', 'sort'].map((id) => document.getElementById(id));
const chosen = document.getElementById('chosen');

export function startFilters() {
  input.form.addEventListener('submit', (e) => e.preventDefault());
  input.addEventListener('input', () => type(input.value));
  for (const select of selects) select.addEventListener('change', () => choose({ [select.name]: select.value }));
  for (const link of links) follow(link, () => choose({ status: link.dataset.filter }));
  follow(document.getElementById('clear'), () => {
    choose(everything());
    input.focus();
  });
  follow(chosen, (target) => {
    const tag = target.closest('[data-chosen]')?.dataset.chosen;
    if (tag !== undefined) choose({ tags: find().tags.filter((other) => other !== tag) });
    (chosen.querySelector('a') ?? input).focus();
  });
  follow(document.getElementById('cards'), (target) => {
    const { tag } = target.closest('[data-tag]').dataset;
    if (!find().tags.includes(tag)) choose({ tags: [...find().tags, tag] });
  }, '[data-tag]');
  onFind(show);
  store.onChange(figures);
  // What was typed before this ran counts.
  if (input.value !== find().query) type(input.value);
  show();
}

// follow does something else than a link would, unless it was to open anew.
export function follow(node, action, selector = 'a') {
  node.addEventListener('click', (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || !e.target.closest(selector)) return;
    e.preventDefault();
    action(e.target);
  });
}

function show() {
  const { query, status, tags } = find();
  if (input.value !== query) input.value = query;
  for (const select of selects) select.value = find()[select.name];
  for (const link of links) {
    link.href = address({ status: link.dataset.filter });
    if (link.dataset.filter === status) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  chosen.replaceChildren(...tags.map(chip));
}

const chip = (tag) =>
  el('li', {}, el('a', { class: 'chip', 'data-chosen': tag, href: address({ tags: find().tags.filter((other) => other !== tag) }) },
    el('bdi', {}, tag), icon('close'), el('span', { class: 'sr-only' }, ': remove this tag from the filter')));

function figures() {
  if (!store.isLoaded()) return;
  const n = { all: 0, enabled: 0, disabled: 0, issues: 0 };
  for (const { kind } of store.all()) {
    n.all++;
    if (enabled(kind)) n.enabled++;
    else n.disabled++;
    if (issue(kind)) n.issues++;
  }
  for (const link of links) {
    const figure = n[link.dataset.filter];
    link.classList.toggle('some', figure > 0);
    setText(link.querySelector('.figure'), String(figure));
  }
}
