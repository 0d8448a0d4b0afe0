// A server of HTTP+SSE, the transport of 2024: one stream of events brings all
// answers, and its first event names the address that requests are posted to.
import { initialize, initialized, McpError, replyTo } from './mcp-message.js';
import { events, parse, refusal, whole } from './mcp-read.js';

const mostAsked = 100; // requests of the server's own

export class EventPeer {
  #way;
  #budget;
  #signal;
  #ending = new AbortController();
  #stream;
  #target;
  #asked = 0;

  constructor(way, budget, signal) {
    this.#way = way;
    this.#budget = budget;
    this.#signal = AbortSignal.any([signal, this.#ending.signal]);
  }

  async open() {
    const response = await fetch(`${this.#way.path}/sse`, { headers: { Accept: 'text/event-stream' }, signal: this.#signal, cache: 'no-store' });
    if (!response.ok || !response.body) throw refusal(response, await whole(response, this.#budget));
    this.#stream = events(response.body, this.#budget);
    const first = await this.#stream.next();
    if (first.done || first.value.event !== 'endpoint') throw new McpError('The server’s stream does not begin with the address to post to.');
    const target = new URL(first.value.data, location.href);
    if (target.origin !== location.origin || !target.pathname.startsWith(`${this.#way.path}/`)) throw new McpError('The server names an address outside this gateway.');
    this.#target = target;
    const { message } = await this.request(initialize('sse', this.#way.revision), () => {});
    if (message.error) throw new McpError('The server refused to open a session.', { said: String(message.error.message ?? ''), code: message.error.code });
    await this.#post(initialized, this.#signal);
  }

  // request resolves to the answer, its text, and the gateway's name for it.
  async request({ id, body }, hear) {
    const requestId = await this.#post(body, this.#signal);
    for (;;) {
      const { done, value } = await this.#stream.next();
      if (done) throw new McpError('The server ended its stream without an answer.', { requestId });
      const message = parse(value.data);
      if (message?.id === id && !message.method) return { message, raw: value.data, requestId };
      if (typeof message?.method !== 'string') continue;
      if (message.id === undefined) hear(message);
      else if (++this.#asked > mostAsked) throw new McpError('The server keeps asking instead of answering.');
      else this.tell(replyTo(message));
    }
  }

  // tell sends what needs no answer, whatever has ended meanwhile.
  tell(body) {
    if (this.#target) this.#post(body, AbortSignal.timeout(3_000)).catch(() => {});
  }

  async #post(body, signal) {
    const response = await fetch(this.#target, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, signal, cache: 'no-store' });
    const text = await whole(response, this.#budget);
    if (!response.ok) throw refusal(response, text);
    return response.headers.get('X-Request-Id');
  }

  // close ends the stream, and with it the session, once what was told last is
  // on its way.
  close() {
    setTimeout(() => this.#ending.abort(), 100);
  }
}
