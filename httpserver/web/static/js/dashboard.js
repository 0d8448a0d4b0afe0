// The dashboard: follows the registry, and takes over the forms and links that
// the page has without script, once it knows all services.
import { startBulk } from './bulk.js';
import { tagAddress } from './card.js';
import { showStory, startStories } from './card-story.js';
import { askToDelete } from './delete.js';
import { startFacets } from './facets.js';
import { startFilters } from './filters.js';
import { startFinding } from './find.js';
import { startKeys } from './keys.js';
import { startLayout } from './layout.js';
import { goLive } from './live.js';
import { startNews } from './news.js';
import { startPicking } from './pick.js';
import { refresh, showBusy } from './refresh.js';
import { startScroll } from './scroll.js';
import * as store from './store.js';
import { startTable } from './table.js';
import { setServerTime } from './time.js';
import { toggle } from './toggle.js';
import { decorate, startView } from './view.js';

const list = document.getElementById('cards');
const actions = { toggle, refresh, delete: askToDelete };

list.addEventListener('submit', (e) => {
  const action = actions[e.target.dataset.do];
  if (!action || !store.isLoaded()) return;
  e.preventDefault();
  action(e.target.closest('.card').dataset.path);
});
list.addEventListener('click', (e) => {
  const ask = e.target.closest('.ask > summary');
  if (!ask || !store.isLoaded()) return;
  e.preventDefault();
  askToDelete(ask.closest('.card').dataset.path);
});

setServerTime(list.dataset.now);
startFinding();
startLayout();
startTable();
decorate(showBusy);
decorate(showStory);
decorate((card) => {
  for (const link of card.querySelectorAll('[data-tag]')) link.href = tagAddress(link.dataset.tag);
});
startView();
startScroll();
startStories();
startPicking();
startFilters();
startFacets();
startBulk();
startKeys();
startNews();
goLive();
