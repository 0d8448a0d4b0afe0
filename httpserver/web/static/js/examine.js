// What the gateway finds at a URL before it is saved: when the typing pauses, or
// at "Check this URL"; one examination at a time. All of it may come from the
// server there, so it only ever becomes text.
import { callJSON } from './api.js';
import { el, icon } from './dom.js';
import { hasHeaders, onHeaders, typedHeaders } from './headers.js';

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
const verdicts = { ok: 'This URL works', attention: 'This needs attention', failed: 'This does not work' };

const pause = 800; // ms after the last key

// complete says whether a URL looks as if it were typed to its end: the host is
// an address, has a domain, or is followed by a port or a path.
const complete = (url) =>
  /^https?:\/\/(localhost|\[[0-9a-f:.]+\]|\d+\.\d+\.\d+\.\d+|[^\s/?#@:]+\.[a-z]{2,}|[^\s/?#@:]+(?=[:/]\S))(:\d{1,5})?([/?]\S*)?$/i.test(url);

let timer;
let looking = new AbortController();
let last = Promise.resolve(); // the examination before
let quiet = true;
let told = field.value; // the URL that was examined, or came with the page

button.hidden = false;
button.addEventListener('click', () => examine(false));
field.addEventListener('input', () => {
  forget();
  if (ready()) timer = setTimeout(examine, pause, true);
});
// Leaving the field ends the typing.
field.addEventListener('change', () => {
  if (told !== field.value && ready()) examine(true);
});
onHeaders(forget);
// A link that asks why a service does not work leads here.
if (location.hash === '#check') {
  field.closest('.field').scrollIntoView();
  examine(false);
}

// forget drops what was said: of another address, or with other headers, it is
// no help.
function forget() {
  region.replaceChildren();
  clearTimeout(timer);
  looking.abort();
  told = null;
}

// ready says whether to examine without being asked. A half-typed address is
// somebody else's, which no key may reach: with headers the button decides.
function ready() {
  return complete(field.value.trim()) && !hasHeaders();
}

// asking is what to examine: the URL with the headers as they are typed, over
// those that the gateway has of the service, which it alone knows.
function asking(url) {
  const what = { url, upstream_headers: typedHeaders() };
  if ('editing' in form.dataset) what.service_path = form.elements.namedItem('path').value;
  return what;
}

// examine looks at the URL once the examination before is out of the way. If
// nobody asked for it, it is quiet where it cannot tell.
function examine(unasked) {
  clearTimeout(timer);
  if (told === field.value && button.getAttribute('aria-busy') === 'true') {
    quiet &&= unasked;
    return;
  }
  quiet = unasked;
  looking.abort();
  looking = new AbortController();
  told = field.value;
  const { signal } = looking;
  last = last.then(() => look(told, signal));
}

async function look(url, signal) {
  if (signal.aborted) return;
  button.setAttribute('aria-busy', 'true');
  region.replaceChildren(el('p', { class: 'muted' }, 'Checking'));
  let says = [];
  try {
    says = [shown(await callJSON('POST', '/api/doctor', asking(url), signal))];
  } catch (error) {
    if (!quiet) says = [verdict('failed', 'Not checked', error.message)];
  }
  button.removeAttribute('aria-busy');
  if (!signal.aborted) region.replaceChildren(...says);
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
    examine(false);
  });
  return el('p', {}, use);
}
