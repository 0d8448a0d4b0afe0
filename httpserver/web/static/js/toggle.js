// The switch. It moves at once; if the server refuses it moves back, with the
// reason. Whatever the socket said meanwhile is newer and stands.
import { enable } from './acts.js';
import { statusOf } from './row.js';
import { split } from './status.js';
import * as store from './store.js';
import { complain } from './toast.js';

// What is under way, by path: the moment of the last switch, and the status that
// the server is known to have had before it.
const switching = new Map();

export async function toggle(path) {
  const row = store.get(path);
  if (!row) return;
  const on = row.kind === 'disabled';
  const before = switching.get(path);
  const guessed = before && !store.heardSince(path, before.moment);
  const now = { moment: store.now(), status: guessed ? before.status : statusOf(row) };
  switching.set(path, now);
  const latest = () => switching.get(path) === now;

  store.note(path, split(on ? 'checking' : 'disabled'));
  try {
    const status = await enable(path, on, latest);
    if (!latest() && switching.has(path)) switching.get(path).status = status;
  } catch (error) {
    if (latest() && !store.heardSince(path, now.moment)) store.note(path, split(now.status));
    complain(error);
  } finally {
    if (latest()) switching.delete(path);
  }
}
