// Keeps the store as the registry is: messages as they come, a look at the
// whole list when something may have been missed, and now and then, because a
// check that found nothing new, and traffic, are not announced. A session that
// ended shows on each look, and leads to the login page and back.
import { poll } from './api.js';
import { startLight } from './light.js';
import { fetchAll, unwant, want } from './records.js';
import { connect } from './socket.js';
import * as store from './store.js';

const url = '/ws/health_status';
// How long to wait between looks, which grow with the number of services.
const pauses = [
  { upTo: 100, ms: 10_000 },
  { upTo: 500, ms: 30_000 },
  { upTo: Infinity, ms: 60_000 },
];
const again = 2_000; // ms until the first list is asked for again

let named = new Set(); // paths that this connection has named
let first = true; // the next message is this connection's first
let before = false; // there was a connection before this one
let etag = null;
let heard = 0; // when the socket said something last
let giveUp = () => {}; // the socket's connection

export async function goLive() {
  const state = startLight();
  state('connecting');
  while (!(await load())) {
    state('offline');
    await new Promise((done) => setTimeout(done, again));
  }

  giveUp = connect(url, {
    state,
    open() {
      heard = performance.now();
      named = new Set();
      store.renew();
      first = true;
      // Whoever was away may have been signed out meanwhile.
      if (before) look();
      before = true;
    },
    message(changes) {
      heard = performance.now();
      apply(changes);
      if (!first) return;
      first = false;
      // The first message is the snapshot, or the first part of a large one.
      if (store.paths().some((path) => !named.has(path))) look();
    },
    lost: look,
  });
  lookLater();
  document.addEventListener('visibilitychange', () => document.hidden || look());
  addEventListener('pageshow', (e) => e.persisted && look());
  // Another tab shows the login page: the session may be over.
  addEventListener('storage', (e) => e.key === 'login' && look());
}

async function load() {
  try {
    await fetchAll();
    return true;
  } catch (error) {
    console.warn('the list:', error.message);
    return false;
  }
}

// lookLater looks again and again, while somebody can see it.
function lookLater() {
  const { ms } = pauses.find(({ upTo }) => store.size() <= upTo);
  setTimeout(async () => {
    if (!document.hidden) await look();
    lookLater();
  }, ms);
}

function apply(changes) {
  for (const [path, health] of Object.entries(changes)) {
    if (typeof health?.status !== 'string') continue;
    named.add(path);
    if (health.status === 'removed') {
      unwant(path);
      store.remove(path);
      continue;
    }
    take(path, health);
  }
}

function take(path, health) {
  const known = store.versionOf(path);
  store.health(path, health);
  if (health.version !== known) want(path);
}

// look reads the whole list, but for what the socket said since it was asked
// for: that is newer.
async function look() {
  const asked = store.now();
  const began = performance.now();
  let answer;
  try {
    answer = await poll('/api/services?fields=health,traffic', etag);
  } catch (error) {
    // Silence on both ways means that nothing comes through any more.
    if (error.status === 0 && heard < began) giveUp();
    return;
  }
  if (!answer.value) return;
  ({ etag } = answer);
  const here = new Set();
  for (const { path, health, traffic } of answer.value.services) {
    here.add(path);
    if (store.heardSince(path, asked)) continue;
    take(path, health);
    store.note(path, { detail: health.detail ?? '', requests: traffic?.requests ?? 0 });
  }
  for (const path of store.paths()) if (!here.has(path) && !store.heardSince(path, asked)) store.remove(path);
  store.forgetGone();
}
