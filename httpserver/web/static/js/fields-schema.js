// What a form needs to know of a JSON Schema (2020-12): references within it
// followed, allOf drawn in, "or null" seen through. Schemas come from servers:
// nothing here trusts their types, and all loops are bounded.

const mostReferences = 16;
const mostProperties = 200;
const mostOptions = 50;
const mostValues = 500;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const list = (value) => (Array.isArray(value) ? value : []);
const types = ['string', 'integer', 'number', 'boolean', 'object', 'array'];

// shapeOf is { type, nullable, title, description, values, options, properties,
// required, items, schema, opaque }; opaque means that only JSON will do.
export function shapeOf(schema, root) {
  let s = resolve(schema, root);
  if (!s) return { opaque: true, schema: {}, title: '', description: '', type: '', required: [] };
  s = merged(s, root);
  let nullable = list(s.type).includes('null');
  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = list(s[keyword]);
    const rest = choices.filter((choice) => choice?.type !== 'null');
    if (choices.length === 2 && rest.length === 1) {
      const { [keyword]: _, ...outer } = s;
      s = merged({ ...resolve(rest[0], root), ...outer }, root);
      nullable = true;
    }
  }
  const named = [s.type].flat().filter((type) => types.includes(type));
  const shape = {
    schema: s, nullable,
    title: text(s.title), description: text(s.description),
    type: named.length === 1 ? named[0] : named.length === 0 && isObject(s.properties) ? 'object' : '',
    required: list(s.required),
  };
  const values = Object.hasOwn(s, 'const') ? [s.const] : list(s.enum).length ? s.enum : constants(s);
  if (values) {
    if (values.length > mostValues) shape.opaque = true;
    else shape.values = values.filter((value) => !(nullable && value === null));
    return shape;
  }
  const options = [...list(s.oneOf), ...list(s.anyOf)];
  if (options.length && !isObject(s.properties) && options.length <= mostOptions) {
    shape.options = options.map((option) => (isObject(option) ? option : {}));
    return shape;
  }
  shape.opaque = options.length > 0 || named.length > 1;
  if (isObject(s.properties)) {
    const properties = Object.entries(s.properties);
    if (properties.length <= mostProperties) shape.properties = properties;
    else shape.opaque = true;
  }
  if (isObject(s.items) && !list(s.prefixItems).length) shape.items = s.items;
  return shape;
}

const text = (value) => (typeof value === 'string' ? value : '');

function resolve(schema, root) {
  let s = schema === true ? {} : schema;
  for (let i = 0; isObject(s) && typeof s.$ref === 'string'; i++) {
    const { $ref, ...own } = s;
    const target = pointed(root, $ref);
    if (i >= mostReferences || !isObject(target)) return null;
    s = { ...target, ...own };
  }
  return isObject(s) ? s : null;
}

function pointed(root, ref) {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let at = root;
  for (const step of ref.slice(2).split('/')) {
    const name = unescape(step);
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

function unescape(step) {
  try {
    step = decodeURIComponent(step);
  } catch {
    // As it is, then.
  }
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

// merged draws the members of allOf in, one level deep.
function merged(s, root) {
  let out = s;
  for (const part of list(s.allOf).slice(0, mostReferences)) {
    const p = resolve(part, root);
    if (!p) continue;
    out = { ...p, ...out };
    if (p.properties || out.properties) out.properties = { ...out.properties, ...p.properties, ...out.properties };
    out.required = [...new Set([...list(p.required), ...list(out.required)])];
  }
  return out;
}

function constants(s) {
  const options = [...list(s.oneOf), ...list(s.anyOf)];
  return options.length && options.every((option) => isObject(option) && Object.hasOwn(option, 'const')) ? options.map((option) => option.const) : null;
}
