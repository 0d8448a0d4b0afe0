// Where one was in the list. A browser restores that before the list is as
// long as it was, so the way back and a reload would end near the top.
import * as store from './store.js';

const key = 'scroll';

export function startScroll() {
  addEventListener('pagehide', () => {
    try {
      sessionStorage.setItem(key, JSON.stringify({ address: location.href, top: scrollY }));
    } catch {
      // Storage is closed to us: the browser does what it can.
    }
  });
  const [{ type }] = performance.getEntriesByType('navigation');
  let top = type === 'navigate' ? 0 : kept();
  // Who scrolls by hand knows better.
  addEventListener('wheel', () => {
    top = 0;
  }, { once: true, passive: true });
  store.onChange(() => {
    if (!top || !store.isLoaded()) return;
    scrollTo({ top, behavior: 'instant' });
    top = 0;
  });
}

function kept() {
  try {
    const { address, top } = JSON.parse(sessionStorage.getItem(key));
    return address === location.href && Number.isFinite(top) ? top : 0;
  } catch {
    return 0;
  }
}
