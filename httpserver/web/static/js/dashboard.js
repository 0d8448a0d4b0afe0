// The dashboard: takes over the forms that the page has without script, and
// follows the registry.
import { askToDelete } from './delete.js';
import { startFilter } from './filter.js';
import { goLive } from './live.js';
import { refresh } from './refresh.js';
import { startReveal } from './reveal.js';
import { startStats } from './stats.js';
import { setServerTime } from './time.js';
import { toggle } from './toggle.js';

const list = document.getElementById('cards');
const actions = { toggle, refresh, delete: askToDelete };

list.addEventListener('submit', (e) => {
  const action = actions[e.target.dataset.do];
  if (!action) return;
  e.preventDefault();
  action(e.target.closest('.card'));
});
list.addEventListener('click', (e) => {
  const ask = e.target.closest('.ask > summary');
  if (!ask) return;
  e.preventDefault();
  askToDelete(ask.closest('.card'));
});

setServerTime(list.dataset.now);
startStats();
startFilter();
startReveal();
goLive();
