// Reading an OpenAPI document: its operations by tag, its references, and an
// example of each schema.

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const deepest = 8; // levels of an example; schemas may refer to themselves

// operations groups what the paths hold by its first tag, in the order of the
// tags and then of the paths.
export function operations(spec) {
  const groups = new Map((spec.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(spec.paths ?? {})) {
    for (const method of methods.filter((m) => item[m])) {
      const operation = item[method];
      const tag = operation.tags?.[0] ?? 'Other';
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((p) => resolve(spec, p));
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({
        ...operation,
        method,
        path,
        parameters,
        id: `op-${operation.operationId ?? `${method}${path}`}`,
        title: operation.summary ?? `${method.toUpperCase()} ${path}`,
        requestBody: resolve(spec, operation.requestBody),
        security: operation.security ?? spec.security ?? [],
      });
    }
  }
  return [...groups].filter(([, group]) => group.length > 0);
}

// resolve follows local references; a broken or circular one is undefined.
export function resolve(spec, node) {
  for (let hops = 0; node?.$ref; hops++) {
    if (hops > deepest || !node.$ref.startsWith('#/')) return undefined;
    node = node.$ref
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((at, part) => at?.[part], spec);
  }
  return node;
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
