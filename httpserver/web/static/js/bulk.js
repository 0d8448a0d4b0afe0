// Changing many services: a question, how far it is, and what came of each,
// with a way to try again those that failed.
import { batch } from './batch.js';
import { acts } from './bulk-acts.js';
import { el, icon, setText } from './dom.js';
import { count } from './number.js';
import * as pick from './pick.js';
import * as store from './store.js';
import { toast } from './toast.js';
import { now, say } from './view.js';

const most = 200; // outcomes that are listed

const dialog = document.getElementById('bulk');
const part = (name) => document.getElementById(`bulk-${name}`);
const bar = part('progress');

let next = null; // { act, paths }, which a click carries out
let running = null; // the batch under way

export function startBulk() {
  document.getElementById('picked').addEventListener('click', (e) => {
    const name = e.target.closest('[data-bulk]')?.dataset.bulk;
    if (name) ask(acts[name]);
  });
  part('go').addEventListener('click', run);
  part('retry').addEventListener('click', run);
  part('close').addEventListener('click', leave);
  dialog.addEventListener('cancel', (e) => {
    e.preventDefault();
    leave();
  });
}

function ask(act) {
  // Browsers close a dialog at the second Escape, whatever goes on in it.
  if (running) {
    dialog.showModal();
    return;
  }
  const paths = pick.paths();
  if (!paths.length) return;
  next = { act, paths };
  setText(part('title'), `${act.verb} ${count(paths.length, 'service')}?`);
  setText(part('about'), act.about);
  bar.hidden = true;
  part('retry').hidden = true;
  part('go').hidden = false;
  part('go').className = `button ${act === acts.delete ? 'danger' : 'primary'}`;
  setText(part('go'), `${act.verb} ${paths.length}`);
  setText(part('close'), 'Cancel');
  part('list').replaceChildren(...rows(paths.map((path) => store.get(path)).map(({ path, name, kind }) => ({ path, name, kind, text: '' }))));
  dialog.showModal();
  part('close').focus();
}

// leave stops a run, or closes the dialog when none is under way.
function leave() {
  if (running) {
    running.stop();
    setText(part('close'), 'Stopping');
    return;
  }
  dialog.close();
  const open = document.getElementById('picked').hidden ? document.getElementById('main') : document.querySelector('#picked [data-bulk]');
  open.focus({ preventScroll: true });
}

async function run() {
  const { act, paths } = next;
  const what = `${act.doing} ${count(paths.length, 'service')}`;
  part('go').hidden = true;
  part('retry').hidden = true;
  bar.hidden = false;
  bar.max = paths.length;
  bar.value = 0;
  setText(part('title'), what);
  setText(part('close'), 'Stop');
  part('close').focus();
  say(`${what}.`);
  running = batch(paths, act.run, (n) => {
    bar.value = n;
    setText(part('about'), `${n} of ${paths.length} done`);
  });
  const outcome = await running.done;
  running = null;
  finish(act, outcome);
}

function finish(act, { good, bad, left }) {
  const said = [`${count(good.length, 'service')} ${act.done}`, bad.length && `${bad.length} failed`, left.length && `${left.length} left as they were`]
    .filter(Boolean).join(', ');
  next = { act, paths: bad.map(({ path }) => path).filter(store.get) };
  setText(part('title'), said);
  setText(part('about'), bad.length ? 'What failed comes first, with the reason.' : 'What came of each:');
  bar.hidden = true;
  part('retry').hidden = !next.paths.length;
  setText(part('close'), 'Close');
  part('list').replaceChildren(...rows([...bad, ...good]));
  now();
  say(`${said}.`);
  if (dialog.open) part('close').focus();
  else toast(`${said}.`, bad.length ? 'unhealthy' : 'healthy');
}

// rows lists services with what came of each, if anything did.
function rows(items) {
  const shown = items.slice(0, most).map(({ path, name, kind, text, failed }) =>
    el('li', { 'data-kind': kind, class: failed && 'failed' }, icon(failed ? 'error' : kind),
      el('bdi', { class: 'outcome-name' }, name), el('code', {}, path), el('span', { dir: 'auto' }, text)));
  if (items.length > most) shown.push(el('li', { class: 'muted' }, `and ${items.length - most} more`));
  return shown;
}
