// Lays out as many cards as have been scrolled to, and the rest when they are.
// The style sheet does the same until this runs; without script all are there.

const step = 120; // as in card.css
const ahead = '1500px'; // how far below the view more are laid out

const list = document.getElementById('cards');
const more = document.getElementById('more');
let limit = step;

export function startReveal() {
  const watch = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      extend();
      // Still in view, it would not be reported again.
      watch.unobserve(more);
      watch.observe(more);
    },
    { rootMargin: `0px 0px ${ahead}` },
  );
  more.addEventListener('click', extend);
  layOut();
  list.classList.add('revealed');
  watch.observe(more);
}

// restart goes back to the first cards: something else is looked for.
export function restart() {
  limit = step;
}

function extend() {
  limit += step;
  layOut();
}

// layOut decides which of the cards that are not hidden can wait, and returns
// how many there are. A card that holds the focus never waits.
export function layOut() {
  let n = 0;
  for (const card of list.children) {
    if (card.hidden) continue;
    n++;
    card.classList.toggle('later', n > limit && !card.contains(document.activeElement));
  }
  more.hidden = n <= limit;
  return n;
}
