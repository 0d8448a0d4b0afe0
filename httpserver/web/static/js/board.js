// The board: every card there is, by path. It is the only module that adds and
// removes cards. Changes are gathered and drawn once per frame.
import { fillHealth, fillRecord, newCard } from './card.js';
import { forget, place } from './order.js';

const list = document.getElementById('cards');
const cards = new Map([...list.children].map((card) => [card.dataset.path, card]));
const heard = new Map(); // path → how many health messages there were
const newest = new Map(); // path → the newest version that a message had
const waiting = new Map(); // path → health that the next frame shows
const dirty = new Set(); // cards that changed since the last frame
const watchers = [];
let frame = 0;
let total = Number(list.dataset.total);

export const all = () => cards.values();
export const paths = () => [...cards.keys()];
export const size = () => cards.size;
export const find = (path) => cards.get(path);
export const timesHeard = (path) => heard.get(path) ?? 0;

// versionOf is the version of the record that the card shows; -1 without card.
export const versionOf = (path) => Number(cards.get(path)?.dataset.version ?? -1);

// whole says whether every service has its card. A page that came filtered
// gets the rest from the socket.
export const whole = () => cards.size >= total;
export const expect = (services) => {
  total = services;
};

// onChange calls back with the set of changed cards, at most once per frame.
export function onChange(watcher) {
  watchers.push(watcher);
}

// health shows a message in the next frame. A hidden tab has none; then the
// newest of each path waits, so this never grows beyond the services. A
// message with an older version than one before is dropped.
export function health(path, message) {
  if (message.version < newest.get(path)) return;
  if (message.version) newest.set(path, message.version);
  heard.set(path, timesHeard(path) + 1);
  if (!cards.has(path)) return;
  waiting.set(path, message);
  changed(cards.get(path));
}

// record shows a whole record, in a new card if there is none yet. A record
// older than the one that the card shows is dropped.
export function record(path, value) {
  const version = value.health?.version ?? 0;
  if (version < versionOf(path)) return;
  if (waiting.get(path)?.version < version) waiting.delete(path);
  const card = cards.get(path) ?? newCard(path);
  fillRecord(card, value);
  cards.set(path, card);
  place(card);
  changed(card);
}

// remove takes a card away. Focus that was on it goes to its neighbour.
export function remove(path) {
  waiting.delete(path);
  newest.delete(path);
  heard.delete(path);
  const card = cards.get(path);
  if (!card) return;
  if (card.contains(document.activeElement)) {
    const shown = ':not([hidden], .later)';
    const next = list.querySelector(`.card[data-path="${path}"] ~ .card${shown}`) ?? list.querySelector(`.card${shown}`);
    (next?.querySelector('.switch') ?? document.getElementById('main')).focus();
  }
  if (whole()) total = cards.size - 1;
  cards.delete(path);
  forget(card);
  card.remove();
  changed(card);
}

// changed tells the watchers about a card in the next frame.
export function changed(card) {
  dirty.add(card);
  frame ||= requestAnimationFrame(draw);
}

function draw() {
  frame = 0;
  for (const [path, message] of waiting) fillHealth(cards.get(path), message);
  waiting.clear();
  const changes = new Set(dirty);
  dirty.clear();
  for (const watcher of watchers) watcher(changes);
}
