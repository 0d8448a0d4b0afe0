// The messages of MCP (JSON-RPC 2.0) that a call of a tool needs, in the words
// of each era.
import { asHeader, mirrored } from './mcp-mirror.js';

const modern = '2026-07-28'; // the first revision without sessions
const withSessions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

// McpError is a call that brought no result. Its message is ours; `said` is the
// server's, and hostile, `code` that of JSON-RPC, `status` that of HTTP.
export class McpError extends Error {
  constructor(message, { said = '', code, status, requestId, cause } = {}) {
    super(message, { cause });
    Object.assign(this, { said, code, status, requestId });
  }
}

const client = { name: 'mcpgateway-dashboard', version: '1' };
const token = 'try';
const callId = 2; // after initialize

// toolRequest is a tools/call: { id, headers, body }. The arguments are JSON,
// and go out as they were written: numbers keep all their digits.
export function toolRequest(era, tool, argumentsText, schema) {
  const meta = { progressToken: token };
  const headers = {};
  if (era === 'stateless') {
    meta['io.modelcontextprotocol/protocolVersion'] = modern;
    meta['io.modelcontextprotocol/clientInfo'] = client;
    meta['io.modelcontextprotocol/clientCapabilities'] = {};
    Object.assign(headers, { 'MCP-Protocol-Version': modern, 'Mcp-Method': 'tools/call', 'Mcp-Name': asHeader(tool) });
    Object.assign(headers, mirrored(schema, JSON.parse(argumentsText)));
  }
  const params = `{"name":${JSON.stringify(tool)},"arguments":${argumentsText},"_meta":${JSON.stringify(meta)}}`;
  return { id: callId, headers, body: `{"jsonrpc":"2.0","id":${callId},"method":"tools/call","params":${params}}` };
}

export function initialize(era, revision) {
  const asked = withSessions.includes(revision) ? revision : withSessions[era === 'sse' ? 3 : 0];
  return { id: 1, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: asked, capabilities: {}, clientInfo: client } }) };
}

export const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export function cancelled(id) {
  return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'The person who called it no longer waits.' } });
}

// replyTo answers what a server asks of its client: that it is there, and else
// nothing.
export function replyTo({ id, method }) {
  if (method === 'ping') return JSON.stringify({ jsonrpc: '2.0', id, result: {} });
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'This client takes no requests.' } });
}
