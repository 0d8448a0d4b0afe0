// "Check now": a check and a new discovery, and what came of it.
import { check } from './acts.js';
import { storyOf } from './card-story.js';
import { split, word } from './status.js';
import * as store from './store.js';
import { complain, toast } from './toast.js';

const busy = new Set(); // paths that are being checked

export async function refresh(path) {
  if (busy.has(path)) return;
  const name = store.get(path)?.name ?? path;
  mark(path, true);
  try {
    const story = storyOf(path);
    const { kind, reason } = split(await check(path, story && (() => story.check())));
    toast(`${name}: ${word(kind).toLowerCase()}${reason && `, ${reason}`}`, kind);
  } catch (error) {
    complain(error);
  } finally {
    mark(path, false);
  }
}

function mark(path, on) {
  if (on) busy.add(path);
  else busy.delete(path);
  store.note(path, { busy: on });
}

// showBusy turns the button's icon while the check runs.
export function showBusy(card, path) {
  const button = card.querySelector('[data-do=refresh] button');
  if (busy.has(path)) button.setAttribute('aria-busy', 'true');
  else button.removeAttribute('aria-busy');
}
