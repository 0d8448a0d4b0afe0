// What can be done with one service. The store takes what came of it, unless
// the socket said something since: that is newer.
import { call } from './api.js';
import { split } from './status.js';
import * as store from './store.js';

// enable switches a service on or off and returns the status that this led to.
// The store takes it only if it is still wanted.
export const enable = (path, on, wanted) => ask(path, `/toggle${path}`, { enabled: on ? 'on' : 'off' }, wanted);

// check returns the status that a check and a new discovery came to. Whoever
// shows its steps brings a send of their own.
export const check = (path, send) => ask(path, `/api/refresh${path}`, undefined, undefined, send);

export async function remove(path) {
  await ask(path, `/delete${path}`, undefined, () => false);
  store.remove(path);
}

async function ask(path, address, form, wanted = () => true, send = () => call('POST', address, form)) {
  const moment = store.now();
  try {
    const answer = await send();
    if (wanted() && !store.heardSince(path, moment)) {
      store.note(path, { ...split(answer.status), checked: answer.last_checked_iso, numTools: answer.num_tools });
    }
    return answer.status;
  } catch (error) {
    if (error.status === 404) store.remove(path);
    throw error;
  }
}
