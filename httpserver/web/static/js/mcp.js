// Calls a tool through the gateway, over whichever kind of MCP its server
// speaks, with this page's session. It takes no part in what a server may ask
// of a client: such requests are refused. Everything is bounded: what is read,
// how long it takes (by the caller's signal) and how often a server may ask.
import { Budget } from './mcp-read.js';
import { EventPeer } from './mcp-events.js';
import { cancelled, McpError } from './mcp-message.js';
import { StreamPeer } from './mcp-stream.js';

const mostBytes = 4 << 20; // of all that a server says during a call

// callTool resolves to { result, raw, requestId }: the result of tools/call, its
// text as it came, and the id under which the gateway logged the call. `way` is
// { path, era, revision }, `request` from toolRequest. Each notification goes to
// `hear`. It rejects with a McpError, or with the signal's reason once that has
// ended it: the server is told then, where its era has words for it.
export async function callTool(way, request, { signal, hear }) {
  const budget = new Budget(mostBytes);
  const peer = way.era === 'sse' ? new EventPeer(way, budget, signal) : new StreamPeer(way, budget, signal);
  try {
    await peer.open();
    const { message, raw, requestId } = await peer.request(request, hear);
    return { result: resultOf(message), raw, requestId };
  } catch (error) {
    if (!signal.aborted) throw error instanceof McpError ? error : new McpError('The connection to the gateway broke off.', { cause: error });
    if (way.era !== 'stateless') peer.tell(cancelled(request.id));
    throw signal.reason;
  } finally {
    peer.close();
  }
}

function resultOf({ error, result }) {
  if (error) {
    const said = typeof error.message === 'string' ? error.message : 'no reason given';
    throw new McpError('The server refused the call.', { said, code: error.code });
  }
  if (result === null || typeof result !== 'object') throw new McpError('The server’s answer is no result of a tool.');
  if (result.resultType === 'input_required') {
    throw new McpError('The tool asks for input before it goes on, which this page cannot give. Call it from a client that supports elicitation, sampling or roots.');
  }
  return result;
}
