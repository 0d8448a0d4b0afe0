// Fetches the records that the board lacks: each by itself when they are few,
// all in one request when they are many.
import { call } from './api.js';
import * as board from './board.js';

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

// A path that fails is left alone: the next message about it asks again.
async function fetchWanted() {
  const now = [...wanted];
  wanted.clear();
  try {
    if (now.length > few) await fetchAll();
    else await Promise.all(Array.from({ length: abreast }, () => fetchEach(now)));
  } finally {
    busy = wanted.size > 0;
    if (busy) setTimeout(fetchWanted, gather);
  }
}

async function fetchAll() {
  try {
    const records = await call('GET', '/api/server_details/all');
    for (const [path, record] of Object.entries(records)) board.record(path, record);
  } catch (error) {
    console.warn('records:', error.message);
  }
}

async function fetchEach(queue) {
  for (let path = queue.pop(); path; path = queue.pop()) {
    try {
      board.record(path, await call('GET', `/api/server_details${path}`));
    } catch (error) {
      if (error.status === 404) board.remove(path);
      else console.warn('record of', path, error.message);
    }
  }
}
