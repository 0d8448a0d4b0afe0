// The API page: reads the contract that this server keeps, and shows it.
import { el } from './dom.js';
import { blocks } from './docs-prose.js';
import { operations } from './docs-spec.js';
import { operationView } from './docs-view.js';

const body = document.getElementById('docs-body');
const nav = document.getElementById('docs-nav');

try {
  const response = await fetch('/openapi.json', { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`The contract could not be read: status ${response.status}. Reload the page.`);
  show(await response.json());
} catch (error) {
  body.replaceChildren(el('p', { class: 'notice bad', role: 'alert' }, error.message));
}
body.removeAttribute('aria-busy');

function show(spec) {
  if (spec.info?.version) {
    document.querySelector('h1').append(' ', el('span', { class: 'docs-version' }, `version ${spec.info.version}`));
  }
  if (spec.info?.description) {
    body.append(el('section', { class: 'docs-intro prose' }, ...blocks(spec.info.description, 'h2')));
  }
  for (const [tag, group] of operations(spec)) {
    body.append(el('h2', {}, tag), ...group.map((operation) => operationView(spec, operation)));
    nav.append(
      el('h2', {}, tag),
      el('ul', {}, ...group.map((o) => el('li', {}, el('a', { href: `#${o.id}` }, o.title)))),
    );
  }
  nav.hidden = false;
  nav.addEventListener('click', (e) => {
    const link = e.target.closest('a');
    if (link) reveal(link.hash);
  });
  reveal(location.hash);
}

function reveal(hash) {
  const operation = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!operation || !body.contains(operation)) return;
  operation.open = true;
  operation.scrollIntoView();
}
