// A request as a curl command for a POSIX shell. The session lies in a
// cookie file, which logging in writes and whatever needs a session reads.
import { formType } from './docs-example.js';

export function curl({ method, path, headers, body, parts }, origin, cookies) {
  const words = [`curl -X ${method} ${quote(origin + path)}`];
  if (cookies.read) words.push('-b cookies.txt');
  if (cookies.written) words.push('-c cookies.txt');
  const form = headers['Content-Type'] === formType;
  for (const [name, value] of Object.entries(headers)) {
    if (!form || name !== 'Content-Type') words.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (form) for (const [name, value] of new URLSearchParams(body)) words.push(`--data-urlencode ${quote(`${name}=${value}`)}`);
  else if (parts) for (const [name, value] of parts) words.push(`--form-string ${quote(`${name}=${value}`)}`);
  else if (body !== undefined) words.push(`--data-raw ${quote(body)}`);
  return words.join(' \\\n  ');
}

// quote puts text between single quotes, where only they mean anything.
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
