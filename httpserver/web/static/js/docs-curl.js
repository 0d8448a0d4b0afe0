// A request as a curl command for a POSIX shell. The session lies in a
// cookie file, which logging in writes and whatever needs a session reads.
import { formType } from './docs-example.js';

export function curl({ method, path, headers, body }, origin, cookies) {
  const parts = [`curl -X ${method} ${quote(origin + path)}`];
  if (cookies.read) parts.push('-b cookies.txt');
  if (cookies.written) parts.push('-c cookies.txt');
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
