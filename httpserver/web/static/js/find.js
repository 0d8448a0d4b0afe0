// What is looked for. It stands in the address, so that a reload, a bookmark
// and somebody else see the same, and the back button goes back: a choice is a
// step of the history, a letter of the search is not.

const usual = { query: '', status: 'all', tags: [], transport: '', sort: 'name' };
const known = {
  status: ['all', 'enabled', 'disabled', 'issues'],
  transport: ['', 'streamable-http', 'http+sse', 'unknown'],
  sort: ['name', 'status', 'changed', 'traffic'],
};
const pause = 400; // ms between two changes of the address: Safari allows 100 in 30 s
const watchers = [];
let current = usual;
let writing = 0; // the timer of the next change
let stale = false; // the address lags behind

export const find = () => current;
export const isFiltered = () => Boolean(current.query || current.status !== 'all' || current.tags.length || current.transport);

// onFind calls back when something else is looked for.
export function onFind(watcher) {
  watchers.push(watcher);
}

export function startFinding() {
  current = read();
  // A page number belongs to those without script.
  if (new URLSearchParams(location.search).has('page')) history.replaceState(null, '', address());
  addEventListener('popstate', () => {
    stale = false;
    current = read();
    tell();
  });
  // A click may lead away, and the way back is to what was looked for.
  addEventListener('click', write, true);
}

// choose changes what is looked for, by a step that the back button takes back.
export function choose(changes) {
  write();
  const before = address();
  current = { ...current, ...changes };
  if (address() !== before) history.pushState(null, '', address());
  tell();
}

// type changes it as somebody types.
export function type(query) {
  current = { ...current, query };
  stale = true;
  if (!writing) write();
  tell();
}

// write brings the address up to date, and again after a pause if it has to.
function write() {
  clearTimeout(writing);
  writing = 0;
  if (!stale) return;
  stale = false;
  history.replaceState(null, '', address());
  writing = setTimeout(write, pause);
}

// everything is the change that takes all filters off; the order stays.
export const everything = () => ({ ...usual, sort: current.sort });

// address is where the page shows what is looked for, or would after changes.
export function address(changes = {}) {
  const { query, status, tags, transport, sort } = { ...current, ...changes };
  const asked = new URLSearchParams();
  const set = (name, value) => value !== usual[name] && asked.set(name, value);
  set('query', query);
  set('sort', sort);
  set('status', status);
  for (const tag of tags) asked.append('tag', tag);
  set('transport', transport);
  return asked.size ? `/?${asked}` : '/';
}

function read() {
  const asked = new URLSearchParams(location.search);
  const one = (name) => (known[name].includes(asked.get(name)) ? asked.get(name) : usual[name]);
  return {
    query: asked.get('query') ?? '',
    status: one('status'),
    tags: [...new Set(asked.getAll('tag').map((tag) => tag.trim()).filter(Boolean))].slice(0, 64),
    transport: one('transport'),
    sort: one('sort'),
  };
}

function tell() {
  for (const watcher of watchers) watcher();
}
