// "Check now" with its steps as they run, in the place where the story tells
// those of the last check. The markup of a step is the server's.
import { callEvents, Refused } from './api.js';
import { el, setIcon, setText } from './dom.js';
import { Budget, events } from './mcp-read.js';
import { visible } from './visible.js';

const most = 1 << 20; // bytes

// checkInSteps checks a service and resolves to what came of it.
export async function checkInSteps(path, place) {
  const show = begin(place);
  let result = null;
  try {
    await callEvents('POST', `/api/refresh${path}`, async ({ body }) => {
      for await (const { event, data } of events(body, new Budget(most))) {
        const said = JSON.parse(data);
        if (event === 'step') show(said);
        else if (event === 'result') result = said;
        else if (event === 'problem') throw new Refused(said.status, said.detail);
      }
    });
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
  if (!result) throw new Refused(0, 'The gateway broke off its answer. Try again.');
  return result;
}

// begin empties the list of steps, and returns what shows one in it. Where no
// story is told yet there is no list, and nothing to show.
function begin(place) {
  const section = place.querySelector('.story-steps');
  if (!section) return () => {};
  const blank = section.querySelector('.step-blank').content.firstElementChild;
  const list = el('ol', { class: 'steps running', 'aria-busy': true });
  section.querySelector('.steps, .muted').replaceWith(list);
  setText(section.querySelector('h3'), 'What this check does');
  return ({ number, ended, step }) => {
    while (list.children.length < number) list.append(document.importNode(blank, true));
    fill(list.children[number - 1], ended, step);
  };
}

function fill(item, ended, step) {
  const good = !step.problem && step.status > 0 && step.status < 400;
  const kind = !ended ? 'checking' : good ? 'healthy' : 'unhealthy';
  item.dataset.kind = kind;
  setIcon(item, kind);
  const part = (name, text) => setText(item.querySelector(`.step-${name}`), visible(text));
  part('what', [step.method, step.purpose].filter(Boolean).join(' '));
  part('url', step.url);
  const came = step.status ? ['HTTP', step.status, step.media_type].filter(Boolean).join(' ') : 'No response';
  part('status', ended ? came : 'Waiting for the answer');
  part('problem', step.problem ?? '');
  item.querySelector('.step-problem').hidden = !step.problem;
  part('took', ended ? took(step.duration_ms) : '');
}

// took is a length of time as show.go writes it.
function took(ms) {
  if (ms < 1) return '<1 ms';
  return Math.round(ms) < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
