// The switch. It moves at once; if the server refuses it moves back, with the
// reason. Whatever the socket said meanwhile is newer and stands.
import { call } from './api.js';
import * as board from './board.js';
import { fillHealth, healthOf } from './card.js';
import { complain } from './toast.js';

const turns = new WeakMap(); // card → how often it was switched

export async function toggle(card) {
  const { path } = card.dataset;
  const on = card.querySelector('.switch').getAttribute('aria-checked') !== 'true';
  const before = healthOf(card);
  const heard = board.timesHeard(path);
  const turn = (turns.get(card) ?? 0) + 1;
  turns.set(card, turn);
  const latest = () => turns.get(card) === turn && board.timesHeard(path) === heard;

  show(card, { status: on ? 'checking' : 'disabled' });
  try {
    const answer = await call('POST', `/toggle${path}`, { enabled: on ? 'on' : 'off' });
    if (latest()) show(card, answer);
  } catch (error) {
    if (latest()) show(card, before);
    if (error.status === 404) board.remove(path);
    complain(error);
  }
}

function show(card, health) {
  fillHealth(card, health);
  board.changed(card);
}
