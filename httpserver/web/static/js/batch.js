// Does one thing with many services, a few at a time, until it is stopped.
import { split, word } from './status.js';
import * as store from './store.js';

const abreast = 4; // requests at once; browsers make six

// batch starts at once. `run` takes a path and returns the status that came of
// it, or none where the service is gone; `told` is called with how many are
// done. It returns { stop, done }: done resolves to { good, bad, left }, where
// each outcome is { path, name, kind, text, failed } and left are paths.
export function batch(paths, run, told) {
  const queue = [...paths];
  const good = [];
  const bad = [];
  const worker = async () => {
    for (let path = queue.shift(); path; path = queue.shift()) {
      const name = store.get(path)?.name ?? path;
      try {
        good.push({ path, name, ...shown(await run(path)) });
      } catch (error) {
        bad.push({ path, name, kind: 'unhealthy', text: error.message, failed: true });
      }
      told(good.length + bad.length);
    }
  };
  let left = [];
  const stop = () => {
    left = left.concat(queue.splice(0));
  };
  return { stop, done: Promise.all(Array.from({ length: abreast }, worker)).then(() => ({ good, bad, left })) };
}

function shown(status) {
  if (!status) return { kind: 'disabled', text: 'Deleted' };
  const { kind, reason } = split(status);
  return { kind, text: word(kind) + (reason && `: ${reason}`) };
}
