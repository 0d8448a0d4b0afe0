// The store: every service there is, by path. It alone changes rows. It knows
// nothing of elements, and tells its watchers at most once per frame.
import { newRow, takeHealth, takeRecord } from './row.js';

const rows = new Map(); // path → row
const newest = new Map(); // path → the newest version that a message had
const heard = new Map(); // path → when it was last heard of, in messages
const dirty = new Set(); // paths that changed since the last frame
const watchers = [];
let clock = 0; // counts messages
let frame = 0;
let loaded = false;

export const get = (path) => rows.get(path);
export const all = () => rows.values();
export const paths = () => [...rows.keys()];
export const size = () => rows.size;
export const isLoaded = () => loaded;
export const versionOf = (path) => rows.get(path)?.version ?? -1;

// now and heardSince tell whether anything was said of a path meanwhile.
export const now = () => clock;
export const heardSince = (path, moment) => (heard.get(path) ?? 0) > moment;

// onChange calls back with the set of changed paths. A path that is in no row
// any more was removed.
export function onChange(watcher) {
  watchers.push(watcher);
}

// load takes the records of all services.
export function load(records) {
  for (const value of records) record(value.path, value);
  loaded = true;
  schedule();
}

// renew forgets which versions there were. A server that comes back may have
// older data than it went with.
export const renew = () => newest.clear();

// record takes a record. What a later message said of its health stands.
export function record(path, value) {
  const row = rows.get(path) ?? newRow(path);
  const later = newest.get(path) > (value.health?.version ?? 0) ? { kind: row.kind, reason: row.reason } : null;
  takeRecord(row, value);
  if (later) Object.assign(row, later);
  rows.set(path, row);
  change(path);
}

// health takes a message. One with an older version than one before is
// dropped.
export function health(path, message) {
  if (message.version < newest.get(path)) return;
  if (message.version) newest.set(path, message.version);
  heard.set(path, ++clock);
  const row = rows.get(path);
  if (!row) return;
  takeHealth(row, message);
  change(path);
}

// note changes a row by what is neither record nor news: what somebody is
// doing to it here, or how much it is used.
export function note(path, values) {
  const row = rows.get(path);
  if (!row || Object.keys(values).every((name) => row[name] === values[name])) return;
  Object.assign(row, values);
  change(path);
}

export function remove(path) {
  newest.delete(path);
  heard.set(path, ++clock);
  if (rows.delete(path)) change(path);
}

// forgetGone forgets when paths were heard of that are not there any more.
export function forgetGone() {
  for (const path of heard.keys()) if (!rows.has(path)) heard.delete(path);
}

function change(path) {
  dirty.add(path);
  schedule();
}

function schedule() {
  frame ||= requestAnimationFrame(flush);
}

// flush tells the watchers now rather than in the next frame.
export function flush() {
  cancelAnimationFrame(frame);
  frame = 0;
  const changes = new Set(dirty);
  dirty.clear();
  for (const watcher of watchers) watcher(changes);
}
