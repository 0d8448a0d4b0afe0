// A request as a curl command for a POSIX shell. The session lies in the
// cookie file that logging in by curl leaves behind.
import { formType } from './docs-example.js';

export function curl({ method, path, headers, body }, origin) {
  const parts = [`curl -X ${method} ${quote(origin + path)}`, '-b cookies.txt'];
  const form = headers['Content-Type'] === formType;
  for (const [name, value] of Object.entries(headers)) {
    if (!form || name !== 'Content-Type') parts.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (form) for (const [name, value] of new URLSearchParams(body)) parts.push(`--data-urlencode ${quote(`${name}=${value}`)}`);
  else if (body !== undefined) parts.push(`--data-raw ${quote(body)}`);
  return parts.join(' \\\n  ');
}

// quote puts text between single quotes, where only they mean anything.
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
