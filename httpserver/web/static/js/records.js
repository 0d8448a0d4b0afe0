// Fetches the records that the store lacks: each by itself when they are few,
// all in one lean request when they are many.
import { call } from './api.js';
import * as store from './store.js';

const gather = 50; // ms to wait for more
const few = 20;
const abreast = 4;

const wanted = new Set();
let busy = false;

export function want(path) {
  wanted.add(path);
  if (!busy) {
    busy = true;
    setTimeout(fetchWanted, gather);
  }
}

// fetchAll fills the store with all there is.
export async function fetchAll() {
  const before = store.now();
  const { services } = await call('GET', '/api/services');
  // What the socket named since may have come or gone after this was written.
  const here = new Set(services.map(({ path }) => path));
  for (const path of store.paths()) if (!here.has(path) && !store.heardSince(path, before)) store.remove(path);
  store.load(services.filter(({ path }) => store.get(path) || !store.heardSince(path, before)));
}

// A path that fails is left alone: the next message about it asks again.
async function fetchWanted() {
  const now = [...wanted];
  wanted.clear();
  try {
    if (now.length > few) await fetchAll();
    else await Promise.all(Array.from({ length: abreast }, () => fetchEach(now)));
  } catch (error) {
    console.warn('records:', error.message);
  } finally {
    busy = wanted.size > 0;
    if (busy) setTimeout(fetchWanted, gather);
  }
}

async function fetchEach(queue) {
  for (let path = queue.pop(); path; path = queue.pop()) {
    try {
      store.record(path, await call('GET', `/api/server_details${path}`));
    } catch (error) {
      if (error.status === 404) store.remove(path);
      else console.warn('record of', path, error.message);
    }
  }
}
