// Reading what a server sends, never more than a budget allows.
import { McpError } from './mcp-message.js';

const mostEvents = 20_000;

// Budget is how many bytes may still be read.
export class Budget {
  constructor(bytes) {
    this.left = bytes;
    this.all = bytes;
  }

  spend(bytes) {
    this.left -= bytes;
    if (this.left < 0) throw new McpError(`The server sends more than the ${this.all >> 20} MiB that this page reads.`);
  }
}

async function* texts(body, budget) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      budget.spend(value.byteLength);
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    reader.cancel().catch(() => {});
  }
}

// whole is a body as text.
export async function whole(response, budget) {
  const parts = [];
  if (response.body) for await (const text of texts(response.body, budget)) parts.push(text);
  return parts.join('');
}

// events reads a text/event-stream (HTML, section 9.2) as { event, data }.
export async function* events(body, budget) {
  let parts = []; // of the line that has not ended
  let event = '';
  let data = [];
  let count = 0;
  for await (const text of texts(body, budget)) {
    const open = parts.at(-1)?.endsWith('\r');
    parts.push(text);
    if (!open && !/[\r\n]/.test(text)) continue;
    // A carriage return at the end may be half of a line's end.
    const lines = parts.join('').split(/\r\n|\n|\r(?!$)/);
    parts = [lines.pop()];
    for (const line of lines) {
      if (line === '') {
        if (data.length) {
          if (++count > mostEvents) throw new McpError('The server sends events without end.');
          yield { event: event || 'message', data: data.join('\n') };
        }
        event = '';
        data = [];
        continue;
      }
      const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
    }
  }
}

// parse reads one message; what is none is null.
export function parse(text) {
  try {
    const message = JSON.parse(text);
    return message !== null && typeof message === 'object' ? message : null;
  } catch {
    return null;
  }
}

// refusal is the error that an answer of HTTP stands for: a problem (RFC 9457)
// of the gateway, an error of JSON-RPC, or something else.
export function refusal(response, text) {
  const { status } = response;
  const requestId = response.headers.get('X-Request-Id');
  const said = parse(text);
  if (said?.error && typeof said.error === 'object') {
    return new McpError('The server refused the call.', { said: String(said.error.message ?? ''), code: said.error.code, status, requestId });
  }
  const detail = [said?.title, said?.detail].filter((part) => typeof part === 'string').join(' ');
  return new McpError(`The answer was HTTP ${status}.`, { said: detail || text.slice(0, 500), status, requestId });
}
