// Times that say how long ago, how long since, or when due (data-say), and go on
// saying it. The words are those of show.go.
import { el, setText } from './dom.js';

// ahead is how far the server's clock is ahead of ours, in milliseconds. A
// page tells when it was drawn, and what it says is "ago" by that clock.
let ahead = 0;

export function setServerTime(isoText) {
  const drawn = Date.parse(isoText);
  const began = performance.timeOrigin + (performance.getEntriesByType('navigation')[0]?.responseStart ?? 0);
  // Within a few seconds it is the network, not the clock.
  if (Math.abs(drawn - began) > 5000) ahead = drawn - began;
}

export const serverNow = () => Date.now() + ahead;

function ago(then, now = serverNow()) {
  const s = Math.floor((now - then) / 1000);
  if (s < 5) return 'just now';
  if (s < 60) return `${s} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86400)} days ago`;
}

// lasting is a length of time.
function lasting(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} days`;
}

const words = {
  since: (then, now) => lasting(now - then),
  due: (then, now) => (then - now < 1000 ? 'now' : `in ${lasting(then - now)}`),
};

// showTime makes node say when; without a time it says `otherwise`.
export function showTime(node, isoText, otherwise = '') {
  const then = Date.parse(isoText ?? '');
  if (Number.isNaN(then)) {
    setText(node, otherwise);
    return;
  }
  let time = node.querySelector('time');
  if (!time) {
    time = el('time');
    node.replaceChildren(time);
  }
  time.dateTime = isoText;
  tick(time);
}

// tick is called for thousands of elements each second, so what was read once
// is kept.
const known = new WeakMap(); // <time> → { iso, then, say }

function tick(time) {
  const iso = time.dateTime;
  let moment = known.get(time);
  if (moment?.iso !== iso) {
    moment = { iso, then: Date.parse(iso), say: words[time.dataset.say] ?? ago };
    known.set(time, moment);
    time.title = new Date(moment.then).toLocaleString();
  }
  setText(time, moment.say(moment.then, serverNow()));
}

// tickAll brings the times in a part of the page up to date.
export function tickAll(part) {
  for (const time of part.getElementsByTagName('time')) tick(time);
}

export function startClock() {
  const all = document.getElementsByTagName('time');
  const step = () => {
    if (!document.hidden) for (const time of all) tick(time);
  };
  step();
  setInterval(step, 1000);
  document.addEventListener('visibilitychange', step);
}
