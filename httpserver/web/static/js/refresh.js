// "Check now": a check and a new discovery, and what came of it.
import { call } from './api.js';
import * as board from './board.js';
import { nameOf } from './card.js';
import { split, word } from './status.js';
import { complain, toast } from './toast.js';

export async function refresh(card) {
  const { path } = card.dataset;
  const button = card.querySelector('[data-do=refresh] button');
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  const heard = board.timesHeard(path);
  try {
    const answer = await call('POST', `/api/refresh${path}`);
    if (board.timesHeard(path) === heard) board.health(path, answer);
    const { kind, reason } = split(answer.status);
    toast(`${nameOf(card)}: ${word(kind).toLowerCase()}${reason && `, ${reason}`}`, kind);
  } catch (error) {
    if (error.status === 404) board.remove(path);
    complain(error);
  } finally {
    button.removeAttribute('aria-busy');
  }
}
