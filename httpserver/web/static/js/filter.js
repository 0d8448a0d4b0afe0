// Search and filter without asking the server. What is chosen stands in the
// URL, so a reload shows the same and the back button goes back.
import * as board from './board.js';
import { setText } from './dom.js';
import { layOut, restart } from './reveal.js';
import { enabled, issue } from './status.js';

const input = document.getElementById('query');
const links = [...document.querySelectorAll('[data-filter]')];
const texts = new WeakMap(); // card → what the search looks through

const passes = {
  all: () => true,
  enabled,
  disabled: (kind) => !enabled(kind),
  issues: issue,
};

let chosen = 'all';
let sought = [];

export function startFilter() {
  read();
  input.form.addEventListener('submit', (e) => e.preventDefault());
  input.addEventListener('input', () => {
    sought = terms(input.value);
    history.replaceState(null, '', address(chosen));
    showAnew();
  });
  for (const link of links) {
    link.addEventListener('click', (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return;
      e.preventDefault();
      go(address(link.dataset.filter));
    });
  }
  document.getElementById('clear').addEventListener('click', (e) => {
    e.preventDefault();
    go('/');
    input.focus();
  });
  addEventListener('popstate', () => {
    read();
    showAnew();
  });
  board.onChange((changes) => {
    for (const card of changes) texts.delete(card);
    show(changes);
  });
  addEventListener('keydown', focusOnSlash);
}

function go(url) {
  history.pushState(null, '', url);
  read();
  showAnew();
}

function showAnew() {
  restart();
  show(board.all());
}

function read() {
  const asked = new URLSearchParams(location.search);
  const status = asked.get('status');
  chosen = Object.hasOwn(passes, status) ? status : 'all';
  input.value = asked.get('query') ?? '';
  sought = terms(input.value);
}

const terms = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

function address(status) {
  const asked = new URLSearchParams();
  if (input.value) asked.set('query', input.value);
  if (status !== 'all') asked.set('status', status);
  return asked.size ? `/?${asked}` : '/';
}

function matches(card) {
  if (!passes[chosen](card.dataset.kind)) return false;
  if (!sought.length) return true;
  const text = textOf(card);
  return sought.every((term) => text.includes(term));
}

function textOf(card) {
  let text = texts.get(card);
  if (text === undefined) {
    const parts = card.querySelectorAll('.card-name, .card-path, .card-about, .tags li');
    text = [...parts].map((part) => part.textContent).join('\n');
    text = `${text}\n${card.dataset.tools ?? ''}`.toLowerCase();
    texts.set(card, text);
  }
  return text;
}

function show(cards) {
  for (const card of cards) card.hidden = !matches(card);
  for (const link of links) {
    link.href = address(link.dataset.filter);
    if (link.dataset.filter === chosen) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  const shown = layOut();
  const none = board.size() === 0 && board.whole();
  document.getElementById('none-yet').hidden = !none;
  document.getElementById('none-match').hidden = none || shown > 0;
  if (sought.length) setText(document.getElementById('shown'), `${shown} shown`);
}

function focusOnSlash(e) {
  if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, dialog')) return;
  e.preventDefault();
  input.select();
}
