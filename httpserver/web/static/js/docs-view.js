// One operation as a <details>, filled when it is first opened.
import { el } from './dom.js';
import { asText, exampleOf } from './docs-example.js';
import { resolve } from './docs-spec.js';
import { tryForm } from './docs-try.js';

export function operationView(spec, operation) {
  const view = el(
    'details',
    { class: 'op', id: operation.id, 'data-method': operation.method },
    el(
      'summary',
      {},
      el('span', { class: 'method' }, operation.method.toUpperCase()),
      el('code', {}, operation.path),
      el('span', { class: 'op-title' }, operation.summary ?? ''),
    ),
  );
  view.addEventListener('toggle', () => view.open && view.children.length === 1 && fill(view, spec, operation));
  return view;
}

function fill(view, spec, operation) {
  view.append(
    el(
      'div',
      { class: 'op-body' },
      operation.description ? el('p', { class: 'prose' }, ...prose(operation.description)) : null,
      el('p', { class: 'muted small' }, needs(operation.security)),
      operation.parameters.length ? parameters(operation.parameters) : null,
      operation.requestBody ? bodies(spec, operation.requestBody) : null,
      responses(spec, operation.responses ?? {}),
      tryForm(spec, operation),
    ),
  );
}

function needs(security) {
  const schemes = security.flatMap((choice) => Object.keys(choice));
  const optional = security.some((choice) => Object.keys(choice).length === 0);
  if (!schemes.length || optional) return 'Open to everybody.';
  return `Needs one of: ${[...new Set(schemes)].join(', ')}.`;
}

function parameters(list) {
  const rows = list.map((p) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, el('code', {}, p.name), p.required ? el('span', { class: 'muted small' }, ' required') : null),
      el('td', {}, p.in),
      el('td', {}, p.schema?.type ?? ''),
      el('td', {}, ...prose(p.description ?? '')),
    ),
  );
  const head = el('tr', {}, ...['Parameter', 'In', 'Type', 'Meaning'].map((text) => el('th', { scope: 'col' }, text)));
  return el('div', { class: 'scroll', tabindex: '0' }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows)));
}

function bodies(spec, body) {
  return el('section', {}, el('h3', {}, 'Request body'), ...contents(spec, body.content));
}

function responses(spec, all) {
  const items = Object.entries(all).map(([status, reference]) => {
    const response = resolve(spec, reference) ?? {};
    return el(
      'details',
      { class: 'response' },
      el('summary', {}, el('code', {}, status), ' ', el('span', {}, ...prose(response.description ?? ''))),
      ...contents(spec, response.content),
    );
  });
  return el('section', {}, el('h3', {}, 'Responses'), ...items);
}

function contents(spec, content = {}) {
  return Object.entries(content).flatMap(([type, media]) => {
    const example = exampleOf(spec, media);
    return [
      el('p', { class: 'small' }, el('code', {}, type)),
      example === undefined ? null : el('pre', { tabindex: '0' }, el('code', {}, asText(example, type))),
    ].filter(Boolean);
  });
}

// prose shows what stands between backticks as code.
function prose(text) {
  return text.split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));
}
