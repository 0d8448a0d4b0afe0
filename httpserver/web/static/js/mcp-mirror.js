// In revision 2026-07-28 a tool may ask that arguments be repeated in headers,
// with x-mcp-header in its schema, for whatever stands between.

const mostHeaders = 64;
const mostDepth = 16;
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;

// mirrored are the headers that a schema asks for, with the values given.
export function mirrored(schema, values, headers = {}, depth = 0) {
  if (depth > mostDepth || !isObject(schema?.properties) || !isObject(values)) return headers;
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!isObject(property) || !Object.hasOwn(values, name)) continue;
    const value = values[name];
    const asked = property['x-mcp-header'];
    const simple = typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value);
    if (typeof asked === 'string' && fieldName.test(asked) && simple && Object.keys(headers).length < mostHeaders) {
      headers[`Mcp-Param-${asked}`] = asHeader(String(value));
    }
    mirrored(property, value, headers, depth + 1);
  }
  return headers;
}

// A header carries bytes; what none can is base64, marked so.
export function asHeader(text) {
  if (/^[!-~]([ -~]*[!-~])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  return `=?base64?${btoa(String.fromCodePoint(...bytes))}?=`;
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
