// A request as a curl command for a POSIX shell. The session lies in the
// cookie file that logging in by curl leaves behind.

export function curl({ method, path, headers, body }, origin) {
  const parts = [`curl -X ${method} ${quote(origin + path)}`, '-b cookies.txt'];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`--data-raw ${quote(body)}`);
  return parts.join(' \\\n  ');
}

// quote puts text between single quotes, where only they mean anything.
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
