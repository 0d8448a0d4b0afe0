// What a text would register: asked while somebody types, one question at a
// time, and carried out once it is confirmed.
import { callJSON } from './api.js';
import { setText } from './dom.js';
import { fill, newRow } from './entries.js';
import { complain } from './toast.js';

const region = document.getElementById('plan');
const title = document.getElementById('plan-title');
const about = document.getElementById('plan-about');
const form = document.getElementById('plan-form');
const list = document.getElementById('entries');
const send = document.getElementById('carry-out');
const pause = 300; // ms after the last key in a path

let text = '';
let asking = new AbortController();
let timer;

// plan shows what the text would do; no text shows nothing. It fails with the
// gateway's word about a text that is not understood.
export async function plan(given) {
  text = given;
  list.replaceChildren();
  region.hidden = true;
  await ask();
}

// lead takes whoever gave the whole text at once to what is in it.
export function lead() {
  if (region.hidden) return;
  title.focus({ preventScroll: true });
  region.scrollIntoView();
}

async function ask() {
  clearTimeout(timer);
  asking.abort();
  if (text.trim() === '') return;
  asking = new AbortController();
  const { signal } = asking;
  try {
    const report = await callJSON('POST', '/api/import', { text, dry_run: true, entries: choices() }, signal);
    draw(report, false);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

// choices are what was decided about the rows so far.
function choices(final) {
  return [...list.children].map((row) => ({
    index: Number(row.dataset.index),
    path: 'moved' in row.dataset ? row.querySelector('[name=path]').value : '',
    skip: final ? !row.querySelector('[name=take]').checked : 'left' in row.dataset,
  }));
}

function draw(report, done) {
  for (const entry of report.entries) {
    const row = list.children[entry.index] ?? list.appendChild(newRow(entry));
    fill(row, entry, done);
  }
  const count = (outcome) => report.entries.filter((entry) => entry.outcome === outcome).length;
  if (done) {
    setText(title, `${services(count('registered'))} registered`);
    setText(about, 'What was there before is as it was.');
  } else {
    setText(title, `${services(report.entries.length)} found`);
    const parts = [[count('create'), 'new'], [count('unchanged'), 'there already'], [count('taken'), 'at a path that is taken'],
      [count('invalid'), 'to mend'], [count('unsupported'), 'not possible']];
    setText(about, `Nothing is registered yet: ${parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`).join(', ')}.`);
  }
  document.getElementById('decide').hidden = done;
  document.getElementById('plan-done').hidden = !done;
  region.hidden = false;
  ready();
}

const services = (n) => (n === 1 ? '1 service' : `${n} services`);

// ready says on the button how many would be registered.
function ready() {
  const n = list.querySelectorAll('[name=take]:checked:enabled').length;
  send.disabled = n === 0;
  setText(send, n === 0 ? 'Nothing to register' : `Register ${services(n)}`);
}

list.addEventListener('input', ({ target }) => {
  const row = target.closest('.entry');
  if (target.name === 'path') {
    row.dataset.moved = '';
    clearTimeout(timer);
    timer = setTimeout(again, pause);
    return;
  }
  if (target.checked) delete row.dataset.left;
  else row.dataset.left = '';
  ready();
  again();
});

const again = () => ask().catch(complain);

form.addEventListener('submit', async (e) => {
  e.preventDefault();
  clearTimeout(timer);
  asking.abort();
  send.disabled = true;
  try {
    const enable = form.elements.namedItem('enable').checked;
    const report = await callJSON('POST', '/api/import', { text, enable, entries: choices(true) });
    text = '';
    draw(report, true);
    lead();
    form.dispatchEvent(new Event('registered', { bubbles: true }));
  } catch (error) {
    ready();
    complain(error);
  }
});
