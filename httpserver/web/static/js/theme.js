// The theme: as the system, light, or dark, in turn, kept in this browser.
import { setIcon } from './dom.js';

const says = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };
const after = { auto: 'light', light: 'dark', dark: 'auto' };

export function startThemes() {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const current = () => root.dataset.theme ?? 'auto';

  const show = () => {
    setIcon(button, current());
    button.querySelector('.sr-only').textContent = says[current()];
    button.title = says[current()];
  };
  const set = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
    show();
  };

  button.addEventListener('click', () => {
    const theme = after[current()];
    set(theme);
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // It holds for this page at least.
    }
  });
  // Other tabs follow.
  addEventListener('storage', (e) => e.key === 'theme' && set(e.newValue));
  show();
  button.hidden = false;
}
