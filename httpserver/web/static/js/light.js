// The light that says whether the page follows the registry, and since when it
// does not.
import { el, setText } from './dom.js';

const says = {
  connecting: () => 'Connecting',
  live: () => 'Live',
  reconnecting: () => 'Reconnecting',
  offline: (since) => `Offline since ${since}: what you see may be out of date`,
};

// startLight returns a function that takes the state: a key of says.
export function startLight() {
  const light = document.getElementById('live');
  const text = el('span');
  let since = '';
  light.replaceChildren(el('span', { class: 'live-dot' }), text);
  light.hidden = false;
  return (state) => {
    if (state === 'live') since = '';
    else since ||= new Date().toLocaleTimeString([], { timeStyle: 'short' });
    light.dataset.state = state;
    setText(text, says[state](since));
  };
}
