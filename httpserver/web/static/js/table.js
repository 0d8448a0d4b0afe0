// What makes the cards the rows of a table for those who don't see it: roles,
// the number of each row, and headers that say by which of them it is sorted.
import { choose, find, onFind } from './find.js';

const root = document.documentElement;
const listing = document.getElementById('listing');
const columns = document.getElementById('columns');
const cards = document.getElementById('cards');
// As order.js sorts: the most urgent, the latest and the most called first.
const ways = { name: 'ascending', status: 'descending', changed: 'descending', traffic: 'descending' };

export const isTable = () => root.dataset.view === 'table';

// startTable lets the headers sort.
export function startTable() {
  columns.addEventListener('click', (e) => {
    const sort = e.target.closest('[data-sort]')?.dataset.sort;
    if (sort) choose({ sort });
  });
  onFind(showSort);
  showSort();
}

// showTable gives the list, or the table, its roles; place does so for each row.
export function showTable() {
  const table = isTable();
  cards.role = table ? 'rowgroup' : 'list';
  listing.role = table ? 'table' : null;
  listing.ariaLabel = table ? 'Services' : null;
  cards.ariaLabel = table ? null : 'Services';
  if (!table) listing.ariaRowCount = null;
}

// place says which of how many a card is, counted from 1. A table counts its
// headers as a row.
export function place(card, at, of) {
  const table = isTable();
  if (card.role !== (table ? 'row' : 'listitem')) {
    card.role = table ? 'row' : 'listitem';
    for (const cell of card.querySelectorAll('.cell')) cell.role = table ? 'cell' : null;
    if (table) card.querySelector('.cell-name').role = 'rowheader';
  }
  card.ariaRowIndex = table ? at + 1 : null;
  card.ariaPosInSet = table ? null : at;
  card.ariaSetSize = table ? null : of;
  if (table) listing.ariaRowCount = of + 1;
}

function showSort() {
  const { sort } = find();
  for (const button of columns.querySelectorAll('[data-sort]')) {
    button.parentElement.ariaSort = button.dataset.sort === sort ? ways[sort] : null;
  }
}
