// Short messages in a corner. The region is announced as it fills; errors stay
// until they are closed, the rest for a while.
import { el, icon } from './dom.js';

const most = 4;
const stay = 6_000; // ms

export function toast(message, kind = 'healthy') {
  const region = document.getElementById('toasts');
  const close = el('button', { type: 'button', class: 'button quiet only-icon', 'aria-label': 'Dismiss' }, icon('close'));
  const node = el('div', { class: 'toast', 'data-kind': kind }, icon(kind), el('p', { dir: 'auto' }, message), close);
  close.addEventListener('click', () => node.remove());
  if (kind !== 'unhealthy') setTimeout(() => node.remove(), stay);
  region.append(node);
  while (region.children.length > most) region.firstElementChild.remove();
}

export function complain(error) {
  toast(error.message, 'unhealthy');
}
