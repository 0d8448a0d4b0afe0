// Cards or a table: each person's own choice, kept in this browser. early.js
// has set it before the first paint.
import { isTable, showTable } from './table.js';
import { relayout } from './window.js';

const root = document.documentElement;
const buttons = [...document.querySelectorAll('[data-view-choice]')];
const current = () => (isTable() ? 'table' : 'cards');

export function startLayout() {
  for (const button of buttons) button.addEventListener('click', () => keep(button.dataset.viewChoice));
  // Other tabs follow.
  addEventListener('storage', (e) => e.key === 'view' && set(e.newValue));
  show();
}

export const otherLayout = () => keep(current() === 'table' ? 'cards' : 'table');

function keep(view) {
  set(view);
  try {
    localStorage.setItem('view', view);
  } catch {
    // It holds for this page at least.
  }
}

function set(view) {
  if (view === 'table') root.dataset.view = 'table';
  else delete root.dataset.view;
  show();
  relayout();
}

function show() {
  showTable();
  for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.viewChoice === current()));
}
