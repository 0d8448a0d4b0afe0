// The keyboard: what the help dialog says.
import { find, type } from './find.js';
import { otherLayout } from './layout.js';
import * as pick from './pick.js';
import * as store from './store.js';
import { word } from './status.js';
import { across, bring, placeOf, shownPaths } from './window.js';

const input = document.getElementById('query');
const help = document.getElementById('help');
let current = null; // path of the card that had the focus last

export function startKeys() {
  document.addEventListener('keydown', press);
  document.getElementById('cards').addEventListener('focusin', (e) => {
    current = e.target.closest('.card')?.dataset.path ?? current;
  });
  document.getElementById('help-open').addEventListener('click', () => help.showModal());
  input.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown') go(shownPaths()[0], e);
    if (e.key === 'Escape' && input.value) {
      e.preventDefault();
      type('');
    }
  });
}

function press(e) {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('dialog')) return;
  if (e.target.closest('input:not([type=checkbox]), textarea, select')) return;
  const action = Object.hasOwn(actions, e.key) ? actions[e.key] : null;
  action?.(e);
}

const actions = {
  '/': (e) => {
    e.preventDefault();
    input.select();
  },
  '?': () => help.showModal(),
  v: otherLayout,
  j: (e) => step(1, e),
  k: (e) => step(-1, e),
  ArrowRight: (e) => onCard(e) && step(1, e),
  ArrowLeft: (e) => onCard(e) && step(-1, e),
  ArrowDown: (e) => onCard(e) && step(across(), e),
  ArrowUp: (e) => onCard(e) && step(-across(), e),
  Home: (e) => onCard(e) && go(shownPaths()[0], e),
  End: (e) => onCard(e) && go(shownPaths().at(-1), e),
  Enter: (e) => onCard(e) && open(e),
  ' ': (e) => onCard(e) && choose(e),
  x: (e) => card(e) && choose(e),
  X: (e) => card(e) && choose(e),
  Escape: escape,
};

const card = (e) => e.target.closest('.card');
// Enter, Space and the arrows belong to the controls in a card: they mean the
// card only where it has the focus itself.
const onCard = (e) => e.target.matches('.card');

// step goes to a neighbour; from elsewhere, to where one was.
function step(by, e) {
  const order = shownPaths();
  if (!order.length) return;
  const at = placeOf(current);
  if (at < 0 || !card(e)) return go(order[Math.max(at, 0)], e);
  const to = at + by;
  // Past the end of a grid's last row but one, the last card is next.
  if (to >= 0 && to < order.length) go(order[to], e);
  else if (to >= order.length && at < order.length - 1) go(order.at(-1), e);
  else e.preventDefault();
}

function go(path, e) {
  if (path === undefined) return;
  e.preventDefault();
  const node = bring(path);
  const { name, kind, reason } = store.get(path) ?? {};
  node.tabIndex = -1;
  node.setAttribute('aria-label', `${name}, ${word(kind)}${reason && `, ${reason}`}`);
  node.focus({ preventScroll: true });
}

function open(e) {
  e.preventDefault();
  const health = card(e).querySelector('.health');
  health.open = !health.open;
}

function choose(e) {
  e.preventDefault();
  pick.pick(card(e).dataset.path, undefined, e.shiftKey);
}

// escape takes back one thing at a time, the nearest first.
function escape(e) {
  const at = card(e);
  const health = at?.querySelector('.health');
  if (health?.open) {
    const inside = health.contains(document.activeElement);
    health.open = false;
    if (inside) health.querySelector('summary').focus();
    return;
  }
  if (pick.size()) pick.clear();
  else if (find().query) type('');
}
