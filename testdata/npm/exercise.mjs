// Exercises an MCP server with the TypeScript SDK's client and prints a report,
// one JSON object: the step, and its outcome in words. The steps are those of
// internal/app/peertest/exercise_test.go.
//
//   node exercise.mjs '{"url": …, "transport": "sse" or another, "token": …, "skip": [step]}'
import { createHash, randomUUID } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema,
  LoggingMessageNotificationSchema, ProgressNotificationSchema, ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

const { url, transport: kind, token, skip = [] } = JSON.parse(process.argv[2]);
const patience = 60_000; // Milliseconds for every single thing.
const document = 'demo://resource/static/document/features.md';

const client = new Client({ name: 'peertest', version: '1' }, { capabilities: { sampling: {}, elicitation: {}, roots: {} } });
client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
  model: 'parrot', role: 'assistant', content: { type: 'text', text: `You said: ${params.messages[0].content.text}` },
}));
client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({
  action: 'accept', content: { name: `Ada, asked: ${params.message}` },
}));
client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///home/ada', name: 'home' }] }));

// waitFor resolves once a notification passed the test.
const waiting = new Set();
const tell = (what) => { for (const w of waiting) if (w.test(what)) { waiting.delete(w); w.resolve(); } };
const waitFor = (name, test) => new Promise((resolve, reject) => {
  waiting.add({ test, resolve });
  setTimeout(() => reject(new Error(`no ${name}`)), patience).unref();
});
client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => tell({ token: params.progressToken, progress: params.progress }));
client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => tell({ updated: params.uri }));
client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => tell({ logged: String(params.data) }));

const hash = (text) => createHash('sha256').update(text).digest('hex');

async function call(name, args = {}, { token, signal } = {}) {
  const result = await client.callTool({ name, arguments: args, _meta: { progressToken: token } }, undefined, { timeout: patience, signal });
  const text = result.content.filter((c) => c.type === 'text').map((c) => c.text).join('\n');
  if (result.isError) throw new Error(`tool: ${text}`);
  return text;
}

// progress wants each step's notification, once and in order. It looks at the
// notifications themselves: the client forgets its own handler of a call as
// soon as the result is there, even with notifications before it still in hand.
async function progress(steps, duration) {
  const token = `progress of ${steps}`;
  const got = [];
  const all = waitFor('progress', (n) => n.token === token && got.push(n.progress) >= steps);
  const text = await call('trigger-long-running-operation', { duration, steps }, { token });
  await all;
  const wrong = got.findIndex((p, i) => p !== i + 1);
  return `${text}; ${wrong < 0 ? `${got.length} of ${steps} notifications in order` : `notification ${wrong + 1} of ${steps} has progress ${got[wrong]}`}`;
}

async function subscription() {
  await client.subscribeResource({ uri: document });
  const updated = waitFor('update', (n) => n.updated === document);
  await call('toggle-subscriber-updates');
  await updated;
  await call('toggle-subscriber-updates');
  await client.unsubscribeResource({ uri: document });
  return `updated ${document}`;
}

async function logging() {
  await client.setLoggingLevel('debug');
  const logged = waitFor('log message', (n) => /level.message/.test(n.logged));
  await call('toggle-simulated-logging');
  await logged;
  await call('toggle-simulated-logging');
  return 'logged';
}

async function cancellation() {
  const key = randomUUID();
  const abort = new AbortController();
  waitFor('beginning', (n) => n.token === key).then(() => abort.abort('enough'), () => {});
  try {
    await call('hang', { key }, { token: key, signal: abort.signal });
    throw new Error('the call was answered');
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  }
  return call('was-cancelled', { key });
}

const steps = {
  'initialize': () => JSON.stringify([client.getServerVersion(), client.getServerCapabilities()]),
  'list': async () => (await client.listTools()).tools.map((t) => t.name).join(' '),
  'call': () => call('echo', { message: 'héllo' }),
  'unknown tool': () => call('no-such-tool'),
  'progress': () => progress(5, 0.1),
  'long stream': () => progress(1000, 0),
  'sampling': () => call('trigger-sampling-request', { prompt: 'Say hi.', maxTokens: 10 }),
  'elicitation': () => call('trigger-elicitation-request'),
  'roots': () => call('get-roots-list'),
  'resources': async () => (await client.listResources()).resources.map((r) => r.uri).join(' '),
  'read': async () => {
    const { contents: [first] } = await client.readResource({ uri: document });
    return `${first.uri} ${hash(first.text)}`;
  },
  'subscription': subscription,
  'logging': logging,
  'cancellation': cancellation,
  '10 MB': async () => {
    const body = await call('big');
    return `${body.length} bytes, ${hash(body)}`;
  },
  'resumption': () => progress(7, 0.2),
  'resumption behind the gateway': () => progress(9, 0.2),
};

const requestInit = token ? { headers: { Authorization: `Bearer ${token}` } } : {};
const transport = kind === 'sse'
  ? new SSEClientTransport(new URL(url), { requestInit })
  : new StreamableHTTPClientTransport(new URL(url), { requestInit });

const report = {};
const attempt = async (step, run) => {
  try {
    report[step] = await run();
  } catch (error) {
    report[step] = `error: ${error.message}`;
  }
};

await attempt('connect', async () => { await client.connect(transport); return 'connected'; });
if (report.connect === 'connected') {
  for (const [step, run] of Object.entries(steps)) {
    if (!skip.includes(step)) await attempt(step, run);
  }
  await attempt('close', async () => {
    await transport.terminateSession?.();
    await client.close();
    return 'closed';
  });
}
console.log(JSON.stringify(report, null, 2));
process.exit(0);
