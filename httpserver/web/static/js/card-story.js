// The stories of the cards that are open. A card that scrolls out of view is
// taken apart; its story waits for the next one.
import * as store from './store.js';
import { skeleton, Story } from './story.js';
import { el } from './dom.js';

const stories = new Map(); // path → { story, seen: what was known when it was asked for }

export function startStories() {
  const list = document.getElementById('cards');
  list.addEventListener('toggle', ({ target }) => {
    if (!target.classList.contains('health')) return;
    const card = target.closest('.card');
    if (target.open) open(card);
    else close(card.dataset.path);
  }, true);
  store.onChange((changes) => {
    for (const path of changes) if (stories.has(path)) follow(path);
  });
  document.addEventListener('visibilitychange', () => {
    for (const { story } of stories.values()) story.wake();
  });
  for (const health of list.querySelectorAll('.health[open]')) open(health.closest('.card'));
}

// showStory gives a card that is made open the story that it had.
export function showStory(card, path) {
  const told = stories.get(path);
  const place = card.querySelector('.card-story');
  if (!told || place === told.story.place) return;
  place.replaceWith(told.story.place);
  told.story.wake();
}

// storyOf is the story that is told of a path, if one is.
export const storyOf = (path) => stories.get(path)?.story;

function open(card) {
  const { path } = card.dataset;
  if (!stories.has(path)) {
    const place = el('div', { class: 'card-story', 'aria-busy': true }, skeleton());
    stories.set(path, { story: new Story(path, '#story', place), seen: known(path) });
  }
  showStory(card, path);
  stories.get(path).story.again();
}

function close(path) {
  stories.get(path)?.story.end();
  stories.delete(path);
}

// follow tells a story anew if there is more than was known.
function follow(path) {
  const told = stories.get(path);
  const now = known(path);
  if (now === null) {
    close(path);
    return;
  }
  if (now === told.seen) return;
  told.seen = now;
  told.story.again();
}

const known = (path) => {
  const row = store.get(path);
  return row ? [row.version, row.kind, row.reason, row.checked, row.since].join('\n') : null;
};
