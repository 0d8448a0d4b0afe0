// The story of a service's health, as its page tells it: fetched from there,
// part by part as it is asked for, and again when there may be more to tell.
// There is no second telling here.
import { adopt } from './adopt.js';
import { el } from './dom.js';
import { fetchPage } from './pages.js';
import { checkInSteps } from './steps.js';
import { serverNow, tickAll } from './time.js';

const gather = 250; // ms for more reasons to tell it anew
// The result of a check that nobody announces is there some time after it was
// due, which says nothing where checks are seconds apart, or overdue.
const after = 1_500; // ms
const soonest = 3_000; // ms
const latest = 60_000; // ms

export class Story {
  #path;
  #part;
  #told;
  #timer = 0;
  #due = 0;
  #busy = false;
  #wanted = false;
  #ended = false;
  #checks = 0; // that are shown as they run

  // The part of the page is shown in place. told(part) is called with each new
  // one, before it is put there.
  constructor(path, part, place, told = () => {}) {
    this.#path = path;
    this.#part = part;
    this.#told = told;
    this.place = place;
  }

  // again tells it anew, soon, and once however often that is asked for. Where
  // nobody can see it, it waits for wake.
  again() {
    if (this.#ended) return;
    this.#wanted = true;
    this.#timer ||= setTimeout(() => this.#tell(), gather);
  }

  wake() {
    if (this.#wanted) this.again();
  }

  // check checks the service, shows the steps meanwhile, and resolves to what
  // came of it.
  async check() {
    this.#checks++;
    try {
      return await checkInSteps(this.#path, this.place);
    } finally {
      this.#checks--;
      this.again();
    }
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#due);
  }

  async #tell() {
    this.#timer = 0;
    if (this.#busy || this.#checks || document.hidden || !this.place.isConnected) return;
    this.#wanted = false;
    this.#busy = true;
    clearTimeout(this.#due);
    let next = latest;
    try {
      const part = (await fetchPage(`/health${this.#path}`)).querySelector(this.#part);
      if (this.#ended) return;
      if (this.#checks) this.#wanted = true;
      else next = this.#show(document.adoptNode(part));
    } catch (error) {
      if (!this.#ended) this.#fail(error);
    } finally {
      this.#busy = false;
    }
    if (this.#ended) return;
    if (this.#wanted) this.again();
    else this.#due = setTimeout(() => this.again(), next);
  }

  // show returns when to look again, in milliseconds.
  #show(part) {
    this.#told(part);
    adopt(this.place, ...part.children);
    tickAll(this.place);
    this.place.removeAttribute('aria-busy');
    const due = Date.parse(this.place.querySelector('time[data-say=due]')?.dateTime ?? '');
    if (Number.isNaN(due)) return latest;
    return Math.min(Math.max(due - serverNow() + after, soonest), latest);
  }

  // fail says why there is nothing, or nothing newer.
  #fail(error) {
    this.place.removeAttribute('aria-busy');
    const retry = el('button', { type: 'button', class: 'button', 'data-key': 'retry' }, 'Try again');
    retry.addEventListener('click', () => this.again());
    const note = el('div', { class: 'story-failed' }, el('p', {}, error.message), retry);
    const old = this.place.querySelector('.story-failed');
    if (old) old.replaceWith(note);
    else if (this.place.querySelector('.story')) this.place.prepend(note);
    else adopt(this.place, note);
  }
}

// skeleton holds the place of a story that is on its way.
export function skeleton() {
  return el('div', { class: 'story-skeleton', 'aria-hidden': true }, el('span'), el('span'), el('span'), el('span'));
}
