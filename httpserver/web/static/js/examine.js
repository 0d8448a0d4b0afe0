// "Check this URL": what the gateway finds at an address, before it is saved.
// All of it may come from the server there, so it only ever becomes text.
import { callJSON } from './api.js';
import { el, icon } from './dom.js';
import { onHeaders, typedHeaders } from './headers.js';

const field = document.getElementById('proxy_pass_url');
const button = document.getElementById('examine');
const region = document.getElementById('examination');
const form = field.form;

// The kinds of status that lend a verdict or a finding their colour, and the
// icons. What is about credentials has a key.
const tones = {
  ok: 'healthy', attention: 'auth-required', failed: 'unhealthy',
  good: 'healthy', note: 'checking', warning: 'auth-required', problem: 'unhealthy',
};
const icons = {
  ok: 'healthy', attention: 'warning', failed: 'unhealthy',
  good: 'healthy', note: 'info', warning: 'warning', problem: 'unhealthy',
};
const verdicts = { ok: 'This URL works', attention: 'This needs attention', failed: 'No MCP server answers' };

button.hidden = false;
button.addEventListener('click', examine);
// What was said of another address is no help.
field.addEventListener('input', () => region.replaceChildren());
onHeaders(() => region.replaceChildren());
// A link that asks why a service does not work leads here.
if (location.hash === '#check') {
  field.closest('.field').scrollIntoView();
  examine();
}

// asking is what to examine: the URL with the headers as they are typed, over
// those that the gateway has of the service, which it alone knows.
function asking(url) {
  const what = { url, upstream_headers: typedHeaders() };
  if ('editing' in form.dataset) what.service_path = form.elements.namedItem('path').value;
  return what;
}

async function examine() {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  region.replaceChildren(el('p', { class: 'muted' }, 'Checking'));
  const asked = field.value;
  try {
    const found = await callJSON('POST', '/api/doctor', asking(asked));
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
    verdict(found.verdict, verdicts[found.verdict], found.summary, found.verdict === 'attention' && found.auth ? 'auth-required' : undefined),
    better && better !== found.url ? proposal(better) : null,
    el('ul', {}, ...found.findings.map(({ kind, topic, text }) =>
      el('li', { 'data-kind': tones[kind] }, icon(topic === 'Authentication' ? 'auth-required' : icons[kind]), el('span', { dir: 'auto' }, el('b', {}, `${topic}: `), text)))),
  );
}

const verdict = (kind, title, text, symbol = icons[kind]) =>
  el('p', { class: 'examination-verdict', 'data-kind': tones[kind] }, icon(symbol), el('span', { dir: 'auto' }, el('b', {}, `${title}. `), text));

function proposal(url) {
  const use = el('button', { class: 'button', type: 'button', id: 'use-url' }, 'Use ', el('bdi', {}, url));
  use.addEventListener('click', () => {
    field.value = url;
    field.focus();
    examine();
  });
  return el('p', {}, use);
}
