// One card: made from the page's template, filled from a record of the API or
// from a health message. Everything goes in as text.
import { el, setIcon, setText } from './dom.js';
import { enabled, split, troubled, word } from './status.js';
import { showTime } from './time.js';

const blank = document.getElementById('card')?.content.firstElementChild;

// newCard is an empty card for the service at path, hidden until the filter has
// seen what it shows.
export function newCard(path) {
  const card = blank.cloneNode(true);
  card.hidden = true;
  card.dataset.path = path;
  card.dataset.version = '0';
  setText(card.querySelector('.card-path'), path);
  card.querySelector('[data-do=toggle]').action = `/toggle${path}`;
  card.querySelector('[data-do=refresh]').action = `/api/refresh${path}`;
  card.querySelector('[data-do=delete]').action = `/delete${path}`;
  card.querySelector('.card-tools').href = `/tools${path}`;
  card.querySelector('.card-connect').href = `/connect${path}`;
  card.querySelector('.card-edit').href = `/edit${path}`;
  card.querySelector('.why a').href = `/edit${path}#check`;
  return card;
}

// fillRecord shows all of a record: GET /api/server_details/{path}.
export function fillRecord(card, record) {
  const name = record.server_name;
  const show = (selector, text) => {
    const node = card.querySelector(selector);
    node.hidden = !text;
    setText(node, String(text || ''));
  };
  setText(card.querySelector('.card-name'), name);
  card.querySelector('.switch').setAttribute('aria-label', `Enabled: ${name}`);
  card.querySelector('[data-do=refresh] button').setAttribute('aria-label', `Check ${name} now`);
  card.querySelector('.card-edit').setAttribute('aria-label', `Modify ${name}`);
  card.querySelector('.ask summary').setAttribute('aria-label', `Delete ${name}`);
  setText(card.querySelector('.card-tools .sr-only'), ` of ${name}`);
  setText(card.querySelector('.card-connect .sr-only'), ` to ${name}`);
  setText(card.querySelector('.why .sr-only'), ` ${name} does not work`);

  show('.card-about', record.description);
  const tags = card.querySelector('.tags');
  tags.hidden = !record.tags?.length;
  tags.replaceChildren(...(record.tags ?? []).map((tag) => el('li', { dir: 'auto' }, tag)));

  show('.detail', record.health?.detail);
  setText(card.querySelector('.upstream code'), record.proxy_pass_url ?? '');
  setText(card.querySelector('.transport'), record.transport || 'not known yet');
  const stars = card.querySelector('.card-stars');
  stars.hidden = !record.num_stars;
  setText(stars.querySelector('span'), String(record.num_stars ?? 0));
  card.querySelector('.card-python').hidden = !record.is_python;
  show('.card-license', record.license === 'N/A' ? '' : record.license);
  card.dataset.tools = (record.tool_list ?? []).map((tool) => tool.name).join(' ');

  if (!record.health) return;
  card.dataset.version = String(record.health.version ?? 0);
  fillHealth(card, record.health);
}

// fillHealth shows what a health message says; what it leaves out stays.
export function fillHealth(card, health) {
  const { kind, reason } = split(health.status);
  if (card.dataset.kind !== kind) {
    card.dataset.kind = kind;
    setIcon(card.querySelector('.badge'), kind);
    setText(card.querySelector('.badge-word'), word(kind));
  }
  setText(card.querySelector('.reason'), reason);
  card.querySelector('.why').hidden = !troubled(kind);
  fillSwitch(card, enabled(kind));
  if ('last_checked_iso' in health) {
    showTime(card.querySelector('.checked'), health.last_checked_iso);
    showTime(card.querySelector('.last'), health.last_checked_iso, 'never');
  }
  if ('since_iso' in health) showTime(card.querySelector('.since'), health.since_iso, '–');
  if ('latency_ms' in health) {
    const ms = health.latency_ms;
    setText(card.querySelector('.latency'), ms ? `${Math.max(1, Math.round(ms))} ms` : '–');
  }
  if (Number.isInteger(health.num_tools)) {
    setText(card.querySelector('.card-tools span'), `${health.num_tools} ${health.num_tools === 1 ? 'tool' : 'tools'}`);
  }
}

function fillSwitch(card, on) {
  card.querySelector('.switch').setAttribute('aria-checked', String(on));
  card.querySelector('[name=enabled]').value = on ? 'off' : 'on';
  card.querySelector('[data-do=refresh] button').disabled = !on;
}

// healthOf is what the card shows now, in the form of a message, to go back to.
export function healthOf(card) {
  const { kind } = card.dataset;
  const reason = card.querySelector('.reason').textContent;
  return { status: reason ? `${kind}: ${reason}` : kind };
}

// nameOf is the service's name as shown.
export const nameOf = (card) => card.querySelector('.card-name').textContent;
