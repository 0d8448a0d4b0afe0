// What is on the page: the services that are asked for, in their order, as the
// store changes and as something else is asked for.
import { fillCard, newCard } from './card.js';
import { setText } from './dom.js';
import { find, isFiltered, onFind } from './find.js';
import { isHeld, startHand } from './hand.js';
import { count } from './number.js';
import { arrange } from './order.js';
import * as store from './store.js';
import { place } from './table.js';
import * as view from './window.js';

const held = document.getElementById('held');
let rows = new Map(); // path → row, of all that is shown; some may be gone
const decorators = [];
let watchers = [];
let said = 0;

// startView shows the store.
export function startView() {
  view.startWindow({ make: newCard, fill, place });
  startHand(settle);
  held.addEventListener('click', () => {
    apply(wanted());
    document.getElementById('main').focus({ preventScroll: true });
  });
  onFind(() => {
    if (!store.isLoaded()) return; // The page is as the server made it.
    apply(wanted());
    scrollUp();
    announce();
  });
  store.onChange(update);
}

// onShow calls back when other services are shown, or the same in another order.
export function onShow(watcher) {
  watchers = [...watchers, watcher];
}

// decorate adds to what filling a card shows: called with card and path.
export function decorate(decorator) {
  decorators.push(decorator);
}

// now shows the store's order whoever has a hand on the list: it is theirs.
export function now() {
  store.flush();
  apply(wanted(), true);
}

const wanted = () => arrange(store.all(), find());

function fill(card, path) {
  const row = store.get(path) ?? rows.get(path);
  if (row) fillCard(card, row);
  const gone = !store.get(path);
  if (card.classList.contains('gone') !== gone) {
    card.classList.toggle('gone', gone);
    card.inert = gone;
  }
  for (const decorator of decorators) decorator(card, path);
}

function update(changes) {
  if (!store.isLoaded()) return;
  const next = wanted();
  if (!isHeld()) apply(next, true);
  else hold(next);
  view.refill(changes);
}

function settle() {
  if (!held.hidden) apply(wanted(), true);
}

function apply(next, steady = false) {
  held.hidden = true;
  rows = new Map(next.map((path) => [path, store.get(path)]));
  const before = view.shownPaths();
  if (before.length !== next.length || next.some((path, i) => path !== before[i])) view.show(next, { steady });
  tell();
}

// hold keeps the order and says that there is another. Those that went stay as
// they were, and do nothing any more.
function hold(next) {
  const before = view.shownPaths();
  const here = new Set(next);
  const there = new Set(before);
  const fresh = next.filter((path) => !there.has(path)).length;
  const less = before.filter((path) => !here.has(path)).length;
  const same = before.length === next.length && next.every((path, i) => path === before[i]);
  held.hidden = same;
  if (!same) {
    const news = [fresh && `${fresh} more`, less && `${less} less`].filter(Boolean).join(', ') || 'Another order';
    setText(held.querySelector('span'), `${news}: show`);
  }
  tell();
}

function tell() {
  const shown = view.shownPaths().length;
  const all = store.size();
  document.getElementById('finding').hidden = all === 0;
  document.getElementById('none-yet').hidden = all > 0;
  document.getElementById('none-match').hidden = all === 0 || shown > 0;
  setText(document.getElementById('shown'), isFiltered() ? `${shown} of ${count(all, 'service')}` : count(all, 'service'));
  for (const watcher of watchers) watcher();
}

// announce tells those who don't see the list, once typing pauses.
function announce() {
  clearTimeout(said);
  said = setTimeout(() => say(`${count(view.shownPaths().length, 'service')} shown`), 600);
}

// say has a screen reader say something, and shows nothing.
export function say(text) {
  setText(document.getElementById('said'), text);
}

// scrollUp goes to the first of what was looked for, if it is out of view.
function scrollUp() {
  const { top } = document.getElementById('finding').getBoundingClientRect();
  if (top < 0) scrollBy({ top: top - 72, behavior: 'instant' });
}
