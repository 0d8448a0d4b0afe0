// Fetches the records that the store lacks: each by itself when they are few,
// all in one lean request when they are many.
import { call } from './api.js';
import * as store from './store.js';

const gather = 50; // ms to wait for more
const few = 20;
const abreast = 4;
const again = 5_000; // ms after which what failed is asked for again

const wanted = new Set();
let timer = 0;

export function want(path) {
  wanted.add(path);
  timer ||= setTimeout(fetchWanted, gather);
}

// unwant is for a path that is gone.
export const unwant = (path) => wanted.delete(path);

// fetchAll fills the store with all there is.
export async function fetchAll() {
  const before = store.now();
  const { services } = await call('GET', '/api/services');
  // What the socket named since may have come or gone after this was written.
  const here = new Set(services.map(({ path }) => path));
  for (const path of store.paths()) if (!here.has(path) && !store.heardSince(path, before)) store.remove(path);
  store.load(services.filter(({ path }) => store.get(path) || !store.heardSince(path, before)));
}

// fetchWanted fetches at most a third of the time, however much changes.
async function fetchWanted() {
  const paths = [...wanted];
  wanted.clear();
  const began = performance.now();
  const failed = await (paths.length > few ? fetchMany(paths) : fetchFew(paths));
  if (failed.length) setTimeout(() => failed.forEach(want), again);
  const took = performance.now() - began;
  timer = setTimeout(() => {
    timer = 0;
    if (wanted.size) fetchWanted();
  }, Math.max(gather, 2 * took));
}

async function fetchMany(paths) {
  try {
    await fetchAll();
    return [];
  } catch (error) {
    console.warn('records:', error.message);
    return paths;
  }
}

async function fetchFew(paths) {
  const failed = [];
  const worker = async () => {
    for (let path = paths.pop(); path; path = paths.pop()) {
      const moment = store.now();
      try {
        const record = await call('GET', `/api/server_details${path}`);
        // What was said meanwhile may be that it is gone.
        if (store.get(path) || !store.heardSince(path, moment)) store.record(path, record);
        else want(path);
      } catch (error) {
        if (error.status === 404) store.remove(path);
        else failed.push(path);
      }
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  return failed;
}
