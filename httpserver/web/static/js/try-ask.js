// Asks before a tool is called that its server calls destructive.
import { el } from './dom.js';
import { shorten, visible } from './visible.js';

// askFirst resolves to whether to go on.
export async function askFirst(name) {
  const title = el('h2', { id: 'ask-title' }, 'Call ', el('code', {}, el('bdi', {}, visible(shorten(name, 100)))), '?');
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'ask-title', class: 'ask-first' },
    title,
    el('p', {}, 'Its server says that this tool may destroy something. The call is real.'),
    el('form', { method: 'dialog', class: 'row end' }, el('button', { class: 'button', value: 'keep', autofocus: true }, 'Not now'), el('button', { class: 'button danger', value: 'call' }, 'Call it')),
  );
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  dialog.remove();
  return dialog.returnValue === 'call';
}
