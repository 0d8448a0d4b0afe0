// What a request may carry, as tables: its parameters, and the fields of its
// body as their schema has them.
import { el } from './dom.js';
import { inline } from './docs-prose.js';
import { resolve } from './docs-spec.js';

const deepest = 8; // levels of a schema; schemas may hold themselves

export function parameterTable(spec, parameters) {
  const rows = parameters.map((p) => [
    name(p.name, p.required),
    p.in,
    typeOf(spec, p.schema),
    limits(resolve(spec, p.schema)),
    inline(p.description ?? ''),
  ]);
  return table(['Parameter', 'In', 'Type', 'Limits', 'Meaning'], rows);
}

// fieldTable is null for a schema without fields.
export function fieldTable(spec, reference) {
  const { properties, required } = fields(spec, reference);
  const rows = Object.entries(properties).map(([field, part]) => {
    const schema = resolve(spec, part);
    return [
      name(field, required.includes(field)),
      typeOf(spec, schema),
      limits(schema),
      inline(schema?.description ?? ''),
    ];
  });
  return rows.length ? table(['Field', 'Type', 'Limits', 'Meaning'], rows) : null;
}

// fields are those of a schema and of all that it is put together from.
function fields(spec, reference, depth = 0) {
  const schema = resolve(spec, reference);
  const found = { properties: { ...schema?.properties }, required: [...(schema?.required ?? [])] };
  for (const part of depth < deepest ? (schema?.allOf ?? []) : []) {
    const { properties, required } = fields(spec, part, depth + 1);
    Object.assign(found.properties, properties);
    found.required.push(...required);
  }
  return found;
}

function typeOf(spec, reference, depth = 0) {
  const schema = resolve(spec, reference);
  if (!schema || depth > deepest) return '';
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((choice) => typeOf(spec, choice, depth + 1)).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(spec, schema.items, depth + 1)}`;
  return [schema.type ?? ''].flat().join(' or ');
}

function limits(schema) {
  const { enum: words, default: standard } = schema ?? {};
  return [
    range(schema?.minLength, schema?.maxLength, ' characters'),
    range(schema?.minItems, schema?.maxItems, ' items'),
    range(schema?.minimum, schema?.maximum, ''),
    schema?.format && `format ${schema.format}`,
    words && `one of ${words.join(', ')}`,
    schema?.pattern && `matches ${schema.pattern}`,
    schema?.nullable && 'may be null',
    standard !== undefined && `default ${JSON.stringify(standard)}`,
  ].filter(Boolean).join('; ');
}

function range(least, most, unit) {
  const [from, to] = [least, most].map((n) => n?.toLocaleString('en'));
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `at least ${from}${unit}`;
  return `${from === undefined ? 'at most' : `${from} to`} ${to}${unit}`;
}

function name(text, required) {
  return [el('code', {}, text), required ? el('span', { class: 'muted small' }, ' required') : ''];
}

// table takes rows of cells that are texts or lists of nodes; the first cell
// of each names its row.
function table(columns, rows) {
  const head = el('tr', {}, ...columns.map((text) => el('th', { scope: 'col' }, text)));
  const body = rows.map(([first, ...rest]) =>
    el('tr', {}, el('th', { scope: 'row' }, ...first), ...rest.map((cell) => el('td', {}, ...[cell].flat()))),
  );
  return el('div', { class: 'scroll', tabindex: '0' }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...body)));
}
