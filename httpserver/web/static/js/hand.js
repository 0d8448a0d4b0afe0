// Whether somebody has a hand on the list: nothing may then jump from under
// it. A pointer or a focus that has rested for a while holds nothing back, or
// a page that is left open would show an old order all day.

const rest = 15_000; // ms
const list = document.getElementById('cards');
let over = false;
let moved = -rest;
let timer = 0;
let released = () => {};

export const isHeld = () => (over || list.contains(document.activeElement)) && performance.now() - moved < rest;

// startHand calls letGo when the hand is taken off, or has rested.
export function startHand(letGo) {
  released = letGo;
  list.addEventListener('pointermove', (e) => {
    over = e.pointerType === 'mouse';
    touch();
  }, { passive: true });
  list.addEventListener('pointerdown', touch, { passive: true });
  list.addEventListener('keydown', touch);
  list.addEventListener('pointerleave', (e) => {
    // The button that tells of another order may lie over the list.
    if (e.relatedTarget instanceof Element && e.relatedTarget.closest('#held')) return;
    over = false;
    soon();
  });
  list.addEventListener('focusout', soon);
  document.addEventListener('mouseleave', () => {
    over = false;
    soon();
  });
}

function touch() {
  moved = performance.now();
  clearTimeout(timer);
  timer = setTimeout(released, rest);
}

// soon asks once the focus has come to where it goes.
function soon() {
  setTimeout(() => isHeld() || released());
}
