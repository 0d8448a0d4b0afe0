// "Check this URL": what the gateway finds at an address, before it is saved.
// All of it may come from the server there, so it only ever becomes text.
import { callJSON } from './api.js';
import { el, icon } from './dom.js';

const field = document.getElementById('proxy_pass_url');
const button = document.getElementById('examine');
const region = document.getElementById('examination');
const stored = document.getElementById('upstream_headers');

// Nobody but the gateway has the headers that are stored, and it keeps them.
const without = {
  kind: 'note',
  topic: 'Headers',
  text: 'This was asked without the headers that are sent to the server: it may ask for credentials that the gateway has.',
};

// The kinds of status that lend a verdict or a finding their colour and icon.
const tones = {
  ok: 'healthy', attention: 'auth-required', failed: 'unhealthy',
  good: 'healthy', note: 'checking', warning: 'auth-required', problem: 'unhealthy',
};
const verdicts = { ok: 'This URL works', attention: 'This needs attention', failed: 'No MCP server answers' };

button.hidden = false;
button.addEventListener('click', examine);
// What was said of another address is no help.
field.addEventListener('input', () => region.replaceChildren());

async function examine() {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  region.replaceChildren(el('p', { class: 'muted' }, 'Checking'));
  const asked = field.value;
  try {
    const found = await callJSON('POST', '/api/doctor', { url: asked });
    if (field.value === asked) region.replaceChildren(shown(found));
  } catch (error) {
    if (field.value === asked) region.replaceChildren(verdict('failed', 'Not checked', error.message));
  } finally {
    button.removeAttribute('aria-busy');
  }
}

function shown(found) {
  const better = found.register?.proxy_pass_url;
  return el(
    'div',
    { class: 'examination' },
    verdict(found.verdict, verdicts[found.verdict], found.summary),
    better && better !== found.url ? proposal(better) : null,
    el('ul', {}, ...(stored ? [...found.findings, without] : found.findings).map(({ kind, topic, text }) =>
      el('li', { 'data-kind': tones[kind] }, icon(tones[kind]), el('span', { dir: 'auto' }, el('b', {}, `${topic}: `), text)))),
  );
}

const verdict = (kind, title, text) =>
  el('p', { class: 'examination-verdict', 'data-kind': tones[kind] }, icon(tones[kind]), el('span', { dir: 'auto' }, el('b', {}, `${title}. `), text));

function proposal(url) {
  const use = el('button', { class: 'button', type: 'button', id: 'use-url' }, 'Use ', el('bdi', {}, url));
  use.addEventListener('click', () => {
    field.value = url;
    field.focus();
    examine();
  });
  return el('p', {}, use);
}
