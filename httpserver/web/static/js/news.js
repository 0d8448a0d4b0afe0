// What changes by itself, for those who don't see it: gathered for a while, so
// that fifty servers that go down together are one sentence.
import { setText } from './dom.js';
import { count } from './number.js';
import { word } from './status.js';
import * as store from './store.js';

const gather = 3_000; // ms
const most = 3; // services that are told of one by one
const known = new Map(); // path → { name, kind }, as last told
const waiting = new Set(); // paths that something may be told of
let timer = 0;
let begun = false;

export function startNews() {
  store.onChange((changes) => {
    if (!store.isLoaded()) return;
    for (const path of begun ? changes : store.paths()) {
      if (!begun) learn(path);
      // A check that runs has found nothing yet.
      else if (store.get(path)?.kind !== 'checking' && store.get(path)?.kind !== known.get(path)?.kind) waiting.add(path);
    }
    begun = true;
    if (waiting.size) timer ||= setTimeout(tell, gather);
  });
}

function learn(path) {
  const row = store.get(path);
  if (row) known.set(path, { name: row.name, kind: row.kind });
  else known.delete(path);
}

function tell() {
  timer = 0;
  const news = [...waiting].filter((path) => store.get(path)?.kind !== known.get(path)?.kind);
  waiting.clear();
  if (news.length) setText(document.getElementById('news'), news.length > most ? sum(news) : news.map(sentence).join(' '));
  news.forEach(learn);
}

function sentence(path) {
  const row = store.get(path);
  if (!row) return `${known.get(path).name} was removed.`;
  const status = word(row.kind) + (row.reason && `, ${row.reason}`);
  return known.has(path) ? `${row.name}: ${status}.` : `${row.name} was added: ${status}.`;
}

function sum(news) {
  const groups = Map.groupBy(news, (path) => (store.get(path) ? word(store.get(path).kind) : 'Removed'));
  return `${count(news.length, 'service')} changed: ${[...groups].map(([name, { length }]) => `${length} ${name.toLowerCase()}`).join(', ')}.`;
}
