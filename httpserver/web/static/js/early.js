// Runs before the first paint, so that a chosen theme or view never flashes.
'use strict';
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (localStorage.getItem('view') === 'table') document.documentElement.dataset.view = 'table';
} catch {
  // Storage is closed to us: the system's theme it is, and cards.
}
document.documentElement.classList.add('js');
