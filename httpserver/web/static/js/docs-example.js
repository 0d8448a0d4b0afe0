// Examples: those that the contract gives, or ones that follow from a schema.
import { resolve } from './docs-spec.js';

export const formType = 'application/x-www-form-urlencoded';
export const partsType = 'multipart/form-data';
const deepest = 8; // levels of an example; schemas may hold themselves

// asText writes an example as it is read and typed: the fields of a form one
// per line, anything else as JSON.
export function asText(example, type) {
  if (example === undefined) return '';
  if (typeof example === 'string') return type === formType ? example.replaceAll('&', '\n') : example;
  if (type !== formType && type !== partsType) return JSON.stringify(example, null, 2);
  return Object.entries(example).map(([name, value]) => `${name}=${value}`).join('\n');
}

// exampleOf is the example of a media type or parameter: its own, or one that
// follows from the schema.
export function exampleOf(spec, media) {
  if (media?.example !== undefined) return media.example;
  const named = Object.values(media?.examples ?? {})[0];
  if (named) return resolve(spec, named)?.value;
  return fromSchema(spec, media?.schema, 0);
}

function fromSchema(spec, reference, depth) {
  const schema = resolve(spec, reference);
  if (!schema || depth > deepest) return undefined;
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => fromSchema(spec, part, depth + 1)));
  const choice = (schema.oneOf ?? schema.anyOf)?.[0];
  if (choice) return fromSchema(spec, choice, depth + 1);
  if (schema.properties) {
    const entries = Object.entries(schema.properties).map(([name, part]) => [name, fromSchema(spec, part, depth + 1)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'array': {
      const item = fromSchema(spec, schema.items, depth + 1);
      return item === undefined ? [] : [item];
    }
    case 'object':
      return {};
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    case 'string':
      return schema.format === 'date-time' ? '2026-01-01T00:00:00Z' : '';
  }
  return undefined;
}
