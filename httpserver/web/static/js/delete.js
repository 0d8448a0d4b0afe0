// Deleting, after a question.
import { call } from './api.js';
import * as board from './board.js';
import { nameOf } from './card.js';
import { complain, toast } from './toast.js';

const dialog = document.getElementById('confirm');

export async function askToDelete(card) {
  dialog.querySelector('.confirm-name').textContent = nameOf(card);
  dialog.querySelector('.confirm-path').textContent = card.dataset.path;
  dialog.returnValue = '';
  // Where focus returns to; not every browser gives it to what was clicked.
  card.querySelector('.ask summary').focus();
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  if (dialog.returnValue === 'delete') await remove(card);
}

async function remove(card) {
  const { path } = card.dataset;
  card.setAttribute('aria-busy', 'true');
  try {
    await call('POST', `/delete${path}`);
    board.remove(path);
    toast(`${nameOf(card)} was deleted.`);
  } catch (error) {
    card.removeAttribute('aria-busy');
    if (error.status === 404) board.remove(path);
    complain(error);
  }
}
