// Short messages in a corner. The region is announced as it fills. News goes
// after a while; a complaint stays until it is closed.
import { el, icon } from './dom.js';

const most = 4;
const stay = 6_000; // ms

// toast says how something went; the kind of status gives colour and icon.
export function toast(message, kind = 'healthy') {
  const node = put(message, kind);
  setTimeout(() => node.remove(), stay);
}

// complain says why something did not work.
export function complain(error) {
  put(error.message, 'unhealthy');
}

function put(message, kind) {
  const region = document.getElementById('toasts');
  const close = el('button', { type: 'button', class: 'button quiet only-icon', 'aria-label': 'Dismiss' }, icon('close'));
  const node = el('div', { class: 'toast', 'data-kind': kind }, icon(kind), el('p', { dir: 'auto' }, message), close);
  close.addEventListener('click', () => node.remove());
  region.append(node);
  while (region.children.length > most) region.firstElementChild.remove();
  return node;
}
