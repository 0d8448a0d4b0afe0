// The switch. It moves at once; if the server refuses it moves back, with the
// reason. Whatever the socket said meanwhile is newer and stands.
import { call } from './api.js';
import { statusOf } from './row.js';
import { split } from './status.js';
import * as store from './store.js';
import { complain } from './toast.js';

const turns = new Map(); // path → how often it was switched, while it is

export async function toggle(path) {
  const row = store.get(path);
  if (!row) return;
  const on = row.kind === 'disabled';
  const before = statusOf(row);
  const moment = store.now();
  const turn = (turns.get(path) ?? 0) + 1;
  turns.set(path, turn);
  const latest = () => turns.get(path) === turn && !store.heardSince(path, moment);

  store.note(path, split(on ? 'checking' : 'disabled'));
  try {
    const answer = await call('POST', `/toggle${path}`, { enabled: on ? 'on' : 'off' });
    if (latest()) show(path, answer);
  } catch (error) {
    if (latest()) store.note(path, split(before));
    if (error.status === 404) store.remove(path);
    complain(error);
  } finally {
    if (turns.get(path) === turn) turns.delete(path);
  }
}

// show takes what a toggle or a refresh answered.
export function show(path, { status, last_checked_iso: checked, num_tools: numTools }) {
  store.note(path, { ...split(status), checked, numTools });
}
