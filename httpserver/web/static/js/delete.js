// Deleting, after a question.
import { remove } from './acts.js';
import * as store from './store.js';
import { complain, toast } from './toast.js';
import { now } from './view.js';
import { nodeOf, placeOf, shownPaths } from './window.js';

const dialog = document.getElementById('confirm');

export async function askToDelete(path) {
  dialog.querySelector('.confirm-name').textContent = store.get(path)?.name ?? path;
  dialog.querySelector('.confirm-path').textContent = path;
  dialog.returnValue = '';
  // Where focus returns to; not every browser gives it to what was clicked.
  nodeOf(path)?.querySelector('.ask summary').focus();
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  if (dialog.returnValue === 'delete') await carryOut(path);
}

async function carryOut(path) {
  const name = store.get(path)?.name ?? path;
  nodeOf(path)?.setAttribute('aria-busy', 'true');
  try {
    await remove(path);
    toast(`${name} was deleted.`);
  } catch (error) {
    nodeOf(path)?.removeAttribute('aria-busy');
    complain(error);
  }
  if (!store.get(path)) vanish(path);
}

// vanish takes a service off the page at once; who deleted it expects that.
// Focus that was on it goes to its neighbour.
function vanish(path) {
  const at = placeOf(path);
  const focused = nodeOf(path)?.contains(document.activeElement);
  now();
  if (!focused) return;
  const beside = shownPaths()[at] ?? shownPaths()[at - 1];
  (nodeOf(beside)?.querySelector('.switch') ?? document.getElementById('main')).focus();
}
