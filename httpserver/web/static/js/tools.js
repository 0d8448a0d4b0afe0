// The tools of one service: the search over them, and trying them.
import { call } from './api.js';
import { startCopying } from './copy.js';
import { complain } from './toast.js';
import { openTrial } from './try.js';

const list = document.getElementById('tools');
if (list) {
  startCopying();
  search();
  trials();
}

function search() {
  const input = document.getElementById('find');
  const tools = [...list.querySelectorAll('.tool')].map((node, i) => ({
    node,
    entry: document.querySelectorAll('.tools-index li')[i],
    text: node.textContent.toLowerCase(),
  }));
  const look = () => {
    const terms = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { node, entry, text } of tools) {
      node.hidden = entry.hidden = !terms.every((term) => text.includes(term));
      shown += node.hidden ? 0 : 1;
    }
    document.getElementById('none-match').hidden = shown > 0;
    document.getElementById('shown').textContent = `${shown} of ${tools.length} shown`;
  };
  input.addEventListener('input', look);
  addEventListener('keydown', (e) => {
    if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, dialog')) return;
    e.preventDefault();
    input.select();
  });
  // A link leads to its tool even where the search had put it away.
  addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.hidden) return;
    input.value = '';
    look();
    target.scrollIntoView();
  });
  document.getElementById('finder').hidden = false;
}

function trials() {
  const { path, url, era, revision, open, elsewhere, off } = list.dataset;
  const has = (flag) => flag !== undefined;
  const way = { path, url, era, revision, open: has(open), elsewhere: has(elsewhere), off: has(off) };
  for (const button of list.querySelectorAll('.try-open')) {
    button.setAttribute('aria-expanded', 'false');
    button.hidden = false;
    button.addEventListener('click', () => toggle(way, button));
  }
  document.getElementById('enable')?.addEventListener('submit', enable);
}

// toggle shows the panel of a tool or puts it away, with what was typed.
function toggle(way, button) {
  const article = button.closest('.tool');
  let panel = article.querySelector('.try');
  if (!panel) {
    panel = openTrial(way, { name: article.dataset.name, schema: schemaOf(article), destructive: article.dataset.destructive !== undefined });
    panel.hidden = true;
    article.querySelector('.raws').before(panel);
  }
  panel.hidden = !panel.hidden;
  button.setAttribute('aria-expanded', String(!panel.hidden));
  if (panel.hidden) return;
  panel.scrollIntoView({ block: 'nearest' });
  panel.querySelector('.try-fields :is(input, textarea, select, button), [type=submit]')?.focus();
}

function schemaOf(article) {
  try {
    return JSON.parse(document.getElementById(`input-${article.id}`).textContent);
  } catch {
    return {};
  }
}

// enable switches the service on and stays here.
async function enable(e) {
  e.preventDefault();
  const button = e.target.querySelector('button');
  button.disabled = true;
  try {
    await call('POST', e.target.getAttribute('action'), { enabled: 'on' });
    location.reload();
  } catch (error) {
    button.disabled = false;
    complain(error);
  }
}
