// One thing done with many services: a question, a few at a time, and what came
// of each, with a way to try again those that failed.
import { call } from './api.js';
import { el, icon, setText } from './dom.js';
import { count } from './number.js';
import * as pick from './pick.js';
import { check } from './refresh.js';
import { split, word } from './status.js';
import * as store from './store.js';
import { show } from './toggle.js';
import { now, say } from './view.js';

const abreast = 4; // requests at once; browsers make six
const most = 200; // outcomes that are listed

const dialog = document.getElementById('bulk');
const part = (name) => document.getElementById(`bulk-${name}`);
const bar = part('progress');

// What can be done: the question, what it means, how it is called while it
// runs and when it is done, and the call, which returns the status it led to.
const acts = {
  enable: {
    verb: 'Enable',
    about: 'Each is checked at once, and routed.',
    doing: 'Enabling',
    done: 'enabled',
    run: (path) => turn(path, 'on'),
  },
  disable: {
    verb: 'Disable',
    about: 'Callers get 503 until they are enabled again. Nothing is lost.',
    doing: 'Disabling',
    done: 'disabled',
    run: (path) => turn(path, 'off'),
  },
  check: {
    verb: 'Check',
    about: 'Each is asked for its health and its tools. Those that are disabled cannot be.',
    doing: 'Checking',
    done: 'checked',
    run: check,
  },
  delete: {
    verb: 'Delete',
    about: 'They are taken off the list, with their tools and their health. The servers behind them are left alone. This cannot be undone.',
    doing: 'Deleting',
    done: 'deleted',
    run: async (path) => {
      await call('POST', `/delete${path}`);
      store.remove(path);
      return 'deleted';
    },
  },
};

let act = null;
let todo = []; // paths, of the run to come or under way
let failed = []; // paths
let running = false;
let stopping = false;

export function startBulk() {
  document.getElementById('picked').addEventListener('click', (e) => {
    const name = e.target.closest('[data-bulk]')?.dataset.bulk;
    if (name) ask(acts[name]);
  });
  part('go').addEventListener('click', run);
  part('retry').addEventListener('click', () => {
    todo = failed;
    run();
  });
  part('close').addEventListener('click', leave);
  dialog.addEventListener('cancel', (e) => {
    e.preventDefault();
    leave();
  });
}

async function turn(path, enabled) {
  const moment = store.now();
  const answer = await call('POST', `/toggle${path}`, { enabled });
  if (!store.heardSince(path, moment)) show(path, answer);
  return answer.status;
}

function ask(chosen) {
  act = chosen;
  todo = pick.paths();
  if (!todo.length) return;
  setText(part('title'), `${act.verb} ${count(todo.length, 'service')}?`);
  setText(part('about'), act.about);
  bar.hidden = true;
  part('retry').hidden = true;
  part('go').hidden = false;
  part('go').className = `button ${act === acts.delete ? 'danger' : 'primary'}`;
  setText(part('go'), `${act.verb} ${todo.length}`);
  setText(part('close'), 'Cancel');
  list(todo.map((path) => ({ path, text: '' })));
  dialog.showModal();
  part('close').focus();
}

// leave stops a run, or closes the dialog when none is under way.
function leave() {
  if (running) {
    stopping = true;
    setText(part('close'), 'Stopping');
    return;
  }
  dialog.close();
  const open = document.getElementById('picked').hidden ? document.getElementById('main') : document.querySelector('#picked [data-bulk]');
  open.focus({ preventScroll: true });
}

async function run() {
  const queue = [...todo];
  const all = queue.length;
  const outcomes = [];
  running = true;
  stopping = false;
  part('go').hidden = true;
  part('retry').hidden = true;
  bar.hidden = false;
  bar.max = all;
  bar.value = 0;
  setText(part('title'), `${act.doing} ${count(all, 'service')}`);
  setText(part('close'), 'Stop');
  part('close').focus();
  say(`${act.doing} ${count(all, 'service')}.`);
  const worker = async () => {
    while (queue.length && !stopping) {
      outcomes.push(await attempt(queue.shift()));
      bar.value = outcomes.length;
      setText(part('about'), `${outcomes.length} of ${all} done`);
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  running = false;
  finish(outcomes, queue);
}

async function attempt(path) {
  const name = store.get(path)?.name ?? path;
  try {
    const { kind, reason } = split(await act.run(path));
    return { path, name, kind, text: kind === 'deleted' ? 'Deleted' : word(kind) + (reason && `: ${reason}`) };
  } catch (error) {
    if (error.status === 404) store.remove(path);
    return { path, name, kind: 'unhealthy', text: error.message, failed: true };
  }
}

function finish(outcomes, left) {
  const bad = outcomes.filter((outcome) => outcome.failed);
  const good = outcomes.filter((outcome) => !outcome.failed);
  failed = bad.map(({ path }) => path);
  const said = [`${count(good.length, 'service')} ${act.done}`, bad.length && `${bad.length} failed`, left.length && `${left.length} left as they were`]
    .filter(Boolean).join(', ');
  setText(part('title'), said);
  setText(part('about'), bad.length ? 'What failed comes first, with the reason.' : 'What came of each:');
  bar.hidden = true;
  part('retry').hidden = !bad.some(({ path }) => store.get(path));
  setText(part('close'), 'Close');
  part('close').focus();
  list([...bad, ...good]);
  say(`${said}.`);
  now();
}

function list(items) {
  const rows = items.slice(0, most).map(({ path, name, kind, text, failed: bad }) => {
    const row = store.get(path);
    const mark = kind && (kind === 'deleted' ? 'disabled' : kind);
    return el('li', { 'data-kind': mark ?? row?.kind, class: bad && 'failed' }, icon(bad ? 'error' : (mark ?? row?.kind ?? 'disabled')),
      el('bdi', { class: 'outcome-name' }, name ?? row?.name ?? path), el('code', {}, path), el('span', { dir: 'auto' }, text));
  });
  if (items.length > most) rows.push(el('li', { class: 'muted' }, `and ${items.length - most} more`));
  part('list').replaceChildren(...rows);
}
