// One operation as a <details>, filled when it is first opened.
import { el } from './dom.js';
import { asText, exampleOf } from './docs-example.js';
import { blocks, inline } from './docs-prose.js';
import { resolve } from './docs-spec.js';
import { fieldTable, parameterTable } from './docs-tables.js';
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
      operation.description ? el('div', { class: 'prose' }, ...blocks(operation.description)) : null,
      el('p', { class: 'muted small' }, needs(operation.security)),
      operation.parameters.length ? parameterTable(spec, operation.parameters) : null,
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

function bodies(spec, body) {
  return el('section', {}, el('h3', {}, 'Request body'), ...contents(spec, body.content, fieldTable));
}

function responses(spec, all) {
  const items = Object.entries(all).map(([status, reference]) => {
    const response = resolve(spec, reference) ?? {};
    return el(
      'details',
      { class: 'response' },
      el('summary', {}, el('code', {}, status), ' ', el('span', {}, ...inline(response.description ?? ''))),
      ...contents(spec, response.content),
    );
  });
  return el('section', {}, el('h3', {}, 'Responses'), ...items);
}

// contents shows the example of each media type, below what describe makes of
// its schema.
function contents(spec, content = {}, describe = () => null) {
  return Object.entries(content).flatMap(([type, media]) => {
    const example = exampleOf(spec, media);
    return [
      el('p', { class: 'small' }, el('code', {}, type)),
      describe(spec, media.schema),
      example === undefined ? null : el('pre', { tabindex: '0' }, el('code', {}, asText(example, type))),
    ].filter(Boolean);
  });
}
