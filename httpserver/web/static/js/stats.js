// The figures above the list, counted anew after each change. Until every
// service has its card they stay as the server counted them.
import * as board from './board.js';
import { setText } from './dom.js';
import { enabled, issue } from './status.js';

export function startStats() {
  const figures = Object.fromEntries(
    [...document.querySelectorAll('[data-filter]')].map((link) => [link.dataset.filter, link.querySelector('.figure')]),
  );
  board.onChange(() => {
    if (!board.whole()) return;
    const n = { all: 0, enabled: 0, disabled: 0, issues: 0 };
    for (const { dataset } of board.all()) {
      n.all++;
      if (enabled(dataset.kind)) n.enabled++;
      else n.disabled++;
      if (issue(dataset.kind)) n.issues++;
    }
    for (const [name, figure] of Object.entries(figures)) setText(figure, String(n[name]));
  });
}
