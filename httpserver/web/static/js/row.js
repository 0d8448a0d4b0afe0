// A row: what is known of one service, as plain values. Rows are made here and
// filled by the store only.
import { fold } from './fold.js';
import { split } from './status.js';

export const newRow = (path) => ({
  path,
  name: '',
  description: '',
  upstream: '',
  tags: [],
  tools: [], // names
  stars: 0,
  python: false,
  license: '',
  transport: '',
  updated: '',
  requests: 0, // of the last five minutes
  kind: 'disabled',
  reason: '',
  detail: '',
  checked: null,
  since: null,
  latency: null, // ms
  numTools: 0,
  version: 0, // of the record
});

// takeRecord fills a row from a record, or from what a list has of one.
export function takeRecord(row, record) {
  row.name = record.server_name;
  row.description = record.description ?? '';
  row.upstream = record.proxy_pass_url ?? '';
  row.tags = record.tags ?? [];
  row.tools = record.tool_names ?? (record.tool_list ?? []).map((tool) => tool.name);
  row.stars = record.num_stars ?? 0;
  row.python = Boolean(record.is_python);
  row.license = record.license === 'N/A' ? '' : (record.license ?? '');
  row.transport = record.transport ?? '';
  row.updated = record.updated_at ?? '';
  row.requests = record.traffic?.requests ?? 0;
  row.version = record.health?.version ?? 0;
  row.detail = record.health?.detail ?? '';
  if (record.health) takeHealth(row, record.health);
  delete row.text;
  delete row.key;
  delete row.change;
}

// takeHealth fills it from a health message; what that leaves out stays.
export function takeHealth(row, health) {
  ({ kind: row.kind, reason: row.reason } = split(health.status));
  if ('last_checked_iso' in health) row.checked = health.last_checked_iso;
  if ('since_iso' in health) row.since = health.since_iso;
  if ('latency_ms' in health) row.latency = health.latency_ms;
  if (Number.isInteger(health.num_tools)) row.numTools = health.num_tools;
  delete row.change;
}

// textOf is what the search looks through. A line feed is in no term.
export function textOf(row) {
  row.text ??= fold([row.name, row.path, row.description, ...row.tags, ...row.tools].join('\n'));
  return row.text;
}

// keyOf is what the order by name goes by. A line feed sorts before anything
// that a name can go on with.
export function keyOf(row) {
  row.key ??= `${fold(row.name)}\n${row.path}`;
  return row.key;
}

// changedOf is when the service, or its health, last became other than it was,
// as ISO text.
export function changedOf(row) {
  if (!row.since) return row.updated;
  return Date.parse(row.since) > Date.parse(row.updated) ? row.since : row.updated;
}

// changeOf is the same as a number, for an order that compares it often.
export function changeOf(row) {
  row.change ??= Date.parse(changedOf(row));
  return row.change;
}

// statusOf is the status as the API writes it.
export const statusOf = (row) => (row.reason ? `${row.kind}: ${row.reason}` : row.kind);
