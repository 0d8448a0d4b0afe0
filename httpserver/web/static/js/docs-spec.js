// Reading an OpenAPI document: its operations by tag and its references.

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const longest = 8; // references in a row; they may go round in circles

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
    if (hops > longest || !node.$ref.startsWith('#/')) return undefined;
    node = node.$ref
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((at, part) => at?.[part], spec);
  }
  return node;
}

// cookiesOf says whether an operation reads the session's cookie, and whether
// one of its answers writes it.
export function cookiesOf(spec, operation) {
  const schemes = operation.security.flatMap((choice) => Object.keys(choice));
  const answers = Object.values(operation.responses ?? {});
  return {
    read: schemes.some((name) => resolve(spec, spec.components?.securitySchemes?.[name])?.in === 'cookie'),
    written: answers.some((answer) => resolve(spec, answer)?.headers?.['Set-Cookie'] !== undefined),
  };
}
