// The search over the tools of all services, as one types. What is shown is a
// page of the server's answer; what is searched stands in the URL.
import { call } from './api.js';
import { el } from './dom.js';
import { complain } from './toast.js';
import { visible } from './visible.js';

const pause = 150; // ms without a key before the server is asked

const form = document.getElementById('find-form');
const input = document.getElementById('query');
const list = document.getElementById('found');
const none = document.getElementById('found-none');
let asked = address(1);
let timer = 0;

form.querySelector('button').hidden = true;
form.addEventListener('submit', (e) => {
  e.preventDefault();
  find();
});
input.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(find, pause);
});
addEventListener('popstate', () => location.reload());
addEventListener('keydown', (e) => {
  if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select')) return;
  e.preventDefault();
  input.select();
});

function address(page) {
  const query = new URLSearchParams();
  if (input.value.trim()) query.set('query', input.value);
  if (page > 1) query.set('page', page);
  return query.size ? `/tools?${query}` : '/tools';
}

async function find() {
  clearTimeout(timer);
  const url = address(1);
  if (url === asked) return;
  asked = url;
  list.setAttribute('aria-busy', 'true');
  try {
    const found = await call('GET', url);
    // Somebody who types fast has asked for something else by now.
    if (url !== asked) return;
    history.replaceState(null, '', url);
    show(found);
  } catch (error) {
    if (url !== asked) return;
    asked = ''; // the same again may work
    complain(error);
  }
  list.removeAttribute('aria-busy');
}

function show({ total, pages, tools }) {
  list.replaceChildren(...tools.map(row));
  none.hidden = total > 0;
  none.querySelector('h2').textContent = 'No tool has these words';
  none.querySelector('p').textContent = 'Try fewer of them, or a part of one.';
  const count = total === 1 ? '1 tool' : `${total || 'No'} tools`;
  document.getElementById('found-count').textContent = pages > 1 ? `${count}, page 1 of ${pages}` : count;
  const next = pages > 1 && el('a', { class: 'button', rel: 'next', href: address(2) }, 'Next page');
  document.getElementById('pager').replaceChildren(...(next ? [next] : []));
}

// row is a tool as the server's own page has it.
function row(tool) {
  const claims = tool.hints.map((hint) => el('span', { class: 'claim', 'data-claim': hint }, hint));
  return el(
    'li',
    {},
    el('a', { href: tool.page }, el('code', {}, el('bdi', {}, visible(tool.name))), tool.title && el('bdi', { class: 'found-title' }, visible(tool.title))),
    el('p', { class: 'found-service' }, el('bdi', {}, visible(tool.server_name)), ' ', el('code', {}, tool.service_path), ' ', !tool.enabled && el('span', { class: 'claim' }, 'switched off'), ' ', ...claims),
    tool.summary && el('p', { class: 'found-about', dir: 'auto' }, visible(tool.summary)),
  );
}
