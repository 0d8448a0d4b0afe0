// Puts what the server drew anew in the place of what it drew before. Whoever
// reads there keeps the focus, what is open, and how far it is scrolled: what
// has a data-key is the same thing in both.

export function adopt(place, ...fresh) {
  const keyed = (nodes) => nodes.flatMap((node) => [...node.querySelectorAll('[data-key]')]);
  const before = new Map(keyed([place]).map((node) => [node.dataset.key, node]));
  const had = place.contains(document.activeElement);
  const focused = had ? document.activeElement.closest('[data-key]')?.dataset.key : null;
  const scrolled = new Map();
  for (const [key, { scrollTop, scrollLeft }] of before) if (scrollTop || scrollLeft) scrolled.set(key, { scrollTop, scrollLeft });
  const after = new Map(keyed(fresh).map((node) => [node.dataset.key, node]));
  for (const [key, node] of after) if (before.get(key)?.open) node.open = true;
  place.replaceChildren(...fresh);
  for (const [key, { scrollTop, scrollLeft }] of scrolled) after.get(key)?.scrollTo({ top: scrollTop, left: scrollLeft, behavior: 'instant' });
  if (!had) return;
  // What had the focus may be no more; its place is the nearest to it.
  const next = after.get(focused) ?? place;
  if (next === place) place.tabIndex = -1;
  next.focus({ preventScroll: true });
}
