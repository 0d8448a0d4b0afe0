// The same call for a POSIX shell, with a token where the page has its session.
import { initialize, initialized } from './mcp-message.js';

// curl is one command, or for servers with sessions the few that it takes. `way`
// is { url, era, revision, open }.
export function curl(way, request) {
  const token = way.open ? [] : ["-H 'Authorization: Bearer YOUR_TOKEN'"];
  const json = [...token, "-H 'Content-Type: application/json'"];
  const post = [...json, "-H 'Accept: application/json, text/event-stream'"];
  const data = (body) => `--data-raw ${quote(body)}`;
  const named = Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const { body: hello } = initialize(way.era, way.revision);
  const revision = JSON.parse(hello).params.protocolVersion;
  if (way.era === 'stateless') return command(quote(way.url), [...post, ...named, data(request.body)]);
  if (way.era === 'sse') {
    const origin = quote(new URL(way.url).origin);
    return [
      '# Leave this running: answers come here. Its first event names an address.',
      command(`-N ${quote(way.url)}`, [...token, "-H 'Accept: text/event-stream'"]),
      '\n# In another shell, with that address as ADDRESS:',
      ...[hello, initialized, request.body].map((body) => command(`${origin}"$ADDRESS"`, [...json, data(body)])),
    ].join('\n');
  }
  const session = ['-H "Mcp-Session-Id: $SESSION"', `-H 'MCP-Protocol-Version: ${revision}'`];
  return [
    '# Open a session, call, and end the session.',
    `SESSION=$(${command(`-s -D - -o /dev/null ${quote(way.url)}`, [...post, data(hello)])} \\\n  | tr -d '\\r' | sed -n 's/^[Mm]cp-[Ss]ession-[Ii]d: //p')`,
    command(`-s ${quote(way.url)}`, [...post, ...session, data(initialized)]),
    command(quote(way.url), [...post, ...session, data(request.body)]),
    command(`-X DELETE ${quote(way.url)}`, [...token, ...session]),
  ].join('\n');
}

const command = (target, parts) => [`curl ${target}`, ...parts].join(' \\\n  ');

// quote puts text between single quotes, where only they mean anything.
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
