// The figures above the list, counted anew after each change. Until every
// service has its card they stay as the server counted them.
import * as board from './board.js';
import { setText } from './dom.js';
import { enabled, issue } from './status.js';

export function startStats() {
  const links = [...document.querySelectorAll('[data-filter]')];
  board.onChange(() => {
    if (!board.whole()) return;
    const n = { all: 0, enabled: 0, disabled: 0, issues: 0 };
    for (const { dataset } of board.all()) {
      n.all++;
      if (enabled(dataset.kind)) n.enabled++;
      else n.disabled++;
      if (issue(dataset.kind)) n.issues++;
    }
    for (const link of links) {
      const count = n[link.dataset.filter];
      link.classList.toggle('some', count > 0);
      setText(link.querySelector('.figure'), String(count));
    }
  });
}
