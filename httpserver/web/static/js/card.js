// One card: made from the page's template, filled from a row of the store.
// Everything goes in as text.
import { el, setIcon, setText } from './dom.js';
import { address, find } from './find.js';
import { short } from './number.js';
import { changedOf } from './row.js';
import { enabled, troubled, word } from './status.js';
import { showTime } from './time.js';

const blank = document.getElementById('card').content.firstElementChild;

// newCard is a card without content for the service at path.
export function newCard(path) {
  const card = blank.cloneNode(true);
  card.dataset.path = path;
  setText(card.querySelector('.card-path'), path);
  card.querySelector('.card-path').title = path;
  card.querySelector('[data-do=toggle]').action = `/toggle${path}`;
  card.querySelector('[data-do=refresh]').action = `/api/refresh${path}`;
  card.querySelector('[data-do=delete]').action = `/delete${path}`;
  card.querySelector('.card-tools').href = `/tools${path}`;
  card.querySelector('.card-connect').href = `/connect${path}`;
  card.querySelector('.card-edit').href = `/edit${path}`;
  card.querySelector('.card-whole').href = `/health${path}`;
  card.querySelector('.why a').href = `/edit${path}#check`;
  return card;
}

// fillCard shows a row. Called again, it changes what differs.
export function fillCard(card, row) {
  card.dataset.version = String(row.version);
  fillNames(card, row.name);
  show(card.querySelector('.card-about'), row.description);
  fillTags(card.querySelector('.tags'), row.tags);
  fillHealth(card, row);
  fillFacts(card, row);
  setText(card.querySelector('.upstream code'), row.upstream);
  setText(card.querySelector('.transport'), row.transport || 'not known yet');
}

// show hides what has nothing to say.
function show(node, text) {
  node.hidden = !text;
  setText(node, text);
}

function fillNames(card, name) {
  const title = card.querySelector('.card-name');
  if (title.textContent === name && title.title === name) return;
  setText(title, name);
  title.title = name;
  const label = (selector, text) => card.querySelector(selector).setAttribute('aria-label', text);
  label('.switch', `Enabled: ${name}`);
  label('[data-do=refresh] button', `Check ${name} now`);
  label('.card-edit', `Modify ${name}`);
  label('.ask summary', `Delete ${name}`);
  label('.card-pick', `Select ${name}`);
  setText(card.querySelector('.card-tools .sr-only'), ` of ${name}`);
  setText(card.querySelector('.card-connect .sr-only'), ` to ${name}`);
  setText(card.querySelector('.card-whole .sr-only'), ` of ${name}`);
  setText(card.querySelector('.why .sr-only'), ` ${name} does not work`);
}

function fillTags(list, tags) {
  const shown = [...list.querySelectorAll('[data-tag]')].map((link) => link.dataset.tag);
  if (shown.join('\n') === tags.join('\n')) return;
  list.hidden = !tags.length;
  list.replaceChildren(...tags.map((tag) => el('li', {}, el('a', { href: `/?tag=${encodeURIComponent(tag)}`, 'data-tag': tag, dir: 'auto' }, tag))));
}

function fillHealth(card, row) {
  if (card.dataset.kind !== row.kind) {
    card.dataset.kind = row.kind;
    setIcon(card.querySelector('.badge'), row.kind);
    setText(card.querySelector('.badge-word'), word(row.kind));
  }
  const reason = card.querySelector('.reason');
  setText(reason, row.reason);
  reason.title = row.reason;
  show(card.querySelector('.detail'), row.detail);
  card.querySelector('.why').hidden = !troubled(row.kind);
  const on = enabled(row.kind);
  card.querySelector('.switch').setAttribute('aria-checked', String(on));
  card.querySelector('[name=enabled]').value = on ? 'off' : 'on';
  card.querySelector('[data-do=refresh] button').disabled = !on;
  showTime(card.querySelector('.checked'), row.checked);
  showTime(card.querySelector('.last'), row.checked, 'never');
  showTime(card.querySelector('.since'), row.since, '–');
  showTime(card.querySelector('.changed'), changedOf(row), '–');
  showTime(card.querySelector('.card-changed'), changedOf(row));
  setText(card.querySelector('.latency'), row.latency ? `${Math.max(1, Math.round(row.latency))} ms` : '–');
}

function fillFacts(card, row) {
  setText(card.querySelector('.card-tools .number'), String(row.numTools));
  setText(card.querySelector('.card-tools .unit'), row.numTools === 1 ? ' tool' : ' tools');
  const fact = (selector, value, text) => {
    const node = card.querySelector(selector);
    node.hidden = !value;
    setText(node.querySelector('span'), text);
  };
  fact('.card-stars', row.stars, String(row.stars));
  fact('.card-traffic', row.requests, short(row.requests));
  card.querySelector('.card-python').hidden = !row.python;
  show(card.querySelector('.card-license'), row.license);
}

// tagAddress is where a tag on a card leads: what is shown now, with the tag.
export const tagAddress = (tag) => address({ tags: [...new Set([...find().tags, tag])] });
