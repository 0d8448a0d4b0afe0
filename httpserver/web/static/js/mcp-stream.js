// A server of streamable HTTP, with a session or without: each request is a
// POST, and its answer JSON or a stream of events.
import { initialize, initialized, McpError, replyTo } from './mcp-message.js';
import { events, parse, refusal, whole } from './mcp-read.js';

const mostAsked = 100; // requests of the server's own

export class StreamPeer {
  #url;
  #way;
  #budget;
  #signal;
  #session = {}; // the headers that name it
  #asked = 0;
  #telling = Promise.resolve(); // settles once all was told

  constructor(way, budget, signal) {
    this.#url = `${way.path}/mcp`;
    this.#way = way;
    this.#budget = budget;
    this.#signal = signal;
  }

  async open() {
    if (this.#way.era === 'stateless') return;
    const { message } = await this.request(initialize(this.#way.era, this.#way.revision), () => {});
    if (message.error) throw new McpError('The server refused to open a session.', { said: String(message.error.message ?? ''), code: message.error.code });
    const agreed = message.result?.protocolVersion;
    if (typeof agreed === 'string' && /^[\d-]{1,32}$/.test(agreed)) this.#session['MCP-Protocol-Version'] = agreed;
    const response = await this.#post(initialized, {}, this.#signal);
    response.body?.cancel().catch(() => {});
  }

  // request resolves to the answer, its text, and the gateway's name for it.
  async request({ id, headers = {}, body }, hear) {
    const response = await this.#post(body, headers, this.#signal);
    const requestId = response.headers.get('X-Request-Id');
    const session = response.headers.get('Mcp-Session-Id');
    if (session && this.#way.era !== 'stateless') this.#session['Mcp-Session-Id'] = session;
    const type = response.headers.get('Content-Type') ?? '';
    if (!response.ok || !type.startsWith('text/event-stream')) {
      const raw = await whole(response, this.#budget);
      const message = [parse(raw)].flat().find((one) => one?.id === id && !one.method);
      if (message) return { message, raw, requestId };
      throw response.ok ? new McpError('The answer is not to this call.', { said: raw.slice(0, 500), requestId }) : refusal(response, raw);
    }
    for await (const { data } of events(response.body, this.#budget)) {
      const message = parse(data);
      if (message?.id === id && !message.method) return { message, raw: data, requestId };
      this.#take(message, hear);
    }
    throw new McpError('The server ended its stream without an answer.', { requestId });
  }

  #take(message, hear) {
    if (typeof message?.method !== 'string') return;
    if (message.id === undefined) return hear(message);
    if (++this.#asked > mostAsked) throw new McpError('The server keeps asking instead of answering.');
    this.tell(replyTo(message));
  }

  // tell sends what needs no answer, whatever has ended meanwhile.
  tell(body) {
    const told = this.#post(body, {}, AbortSignal.timeout(3_000), true).then((response) => response.body?.cancel()).catch(() => {});
    this.#telling = Promise.all([this.#telling, told]);
  }

  #post(body, headers, signal, keepalive = false) {
    return fetch(this.#url, {
      method: 'POST',
      headers: { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json', ...this.#session, ...headers },
      body,
      signal,
      keepalive: keepalive && body.length < 32_000,
      cache: 'no-store',
    });
  }

  // close ends the session, once it has heard all that it was told. A server may
  // refuse; that is its right.
  async close() {
    if (!this.#session['Mcp-Session-Id']) return;
    await this.#telling;
    fetch(this.#url, { method: 'DELETE', headers: this.#session, keepalive: true, signal: AbortSignal.timeout(3_000) }).catch(() => {});
  }
}
