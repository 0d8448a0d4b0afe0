// Keeps the board as the registry is: messages as they come, a look at the
// whole map when something may have been missed, and now and then, because a
// check that found nothing new is not announced.
import { call } from './api.js';
import * as board from './board.js';
import { el, setText } from './dom.js';
import { want } from './records.js';
import { connect } from './socket.js';

const url = '/ws/health_status';
// How long to wait between looks at the whole map, which grows with the number
// of services.
const pauses = [
  { upTo: 100, ms: 10_000 },
  { upTo: 500, ms: 30_000 },
  { upTo: Infinity, ms: 60_000 },
];
const says = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline: what you see may be out of date',
};

let named = new Set(); // paths that this connection has named
let first = true; // the next message is this connection's first

export function goLive() {
  const light = document.getElementById('live');
  const text = el('span');
  light.replaceChildren(el('span', { class: 'live-dot' }), text);
  light.hidden = false;

  connect(url, {
    state(name) {
      light.dataset.state = name;
      setText(text, says[name]);
    },
    open() {
      named = new Set();
      first = true;
    },
    message(changes) {
      apply(changes);
      if (!first) return;
      first = false;
      // The first message is the snapshot, or the first part of a large one.
      if (board.paths().some((path) => !named.has(path))) look();
    },
    lost: look,
  });
  lookLater();
  document.addEventListener('visibilitychange', () => document.hidden || look());
}

// lookLater looks again and again, while somebody can see it.
function lookLater() {
  const { ms } = pauses.find(({ upTo }) => board.size() <= upTo);
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
      board.remove(path);
      continue;
    }
    const known = board.versionOf(path);
    board.health(path, health);
    if (known < 0 || health.version > known) want(path);
  }
}

// look reads the whole map and takes away the cards that are in neither the
// map nor anything the socket said since.
async function look() {
  const before = new Set(board.paths());
  let map;
  try {
    map = await call('GET', url);
  } catch {
    return; // the indicator says it already
  }
  for (const path of before) {
    if (!(path in map) && !named.has(path)) board.remove(path);
  }
  board.expect(Object.keys(map).length);
  for (const [path, health] of Object.entries(map)) {
    // A service that went while the map was under way stays away: a card that
    // is missing is only made when the socket, or a later look, names it.
    const card = board.find(path);
    if (card || !named.has(path)) apply({ [path]: health });
  }
}
