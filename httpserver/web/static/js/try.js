// "Try it": the panel that calls one tool through the gateway, with a form made
// from its schema, and shows what came back and the same call for a shell.
import { call, Refused } from './api.js';
import { askFirst } from './try-ask.js';
import { el, icon } from './dom.js';
import { argumentsEditor } from './try-arguments.js';
import { callTool } from './mcp.js';
import { toolRequest } from './mcp-message.js';
import { failureView, resultView } from './tool-result.js';
import { shellView } from './try-shell.js';
import { shorten, visible } from './visible.js';

const patience = 120_000; // ms that a call may take
const mostHeard = 20; // notifications that are shown, the newest

// openTrial makes the panel of a tool. `way` is { path, url, era, revision,
// open, elsewhere, off }, the tool { name, schema, destructive }.
export function openTrial(way, tool) {
  const editor = argumentsEditor(tool.schema);
  const run = el('button', { type: 'submit', class: 'button primary' }, icon('play'), 'Call');
  const stop = el('button', { type: 'button', class: 'button', hidden: true }, icon('close'), 'Cancel');
  const heard = el('ol', { class: 'heard', 'aria-live': 'polite', hidden: true });
  const answer = el('div', { class: 'answer', tabindex: '-1' });
  const said = el('p', { class: 'sr-only', role: 'status' });
  const shell = shellView(way, tool, editor);
  const form = el(
    'form',
    { class: 'try', 'aria-label': `Try ${visible(shorten(tool.name, 100))}` },
    el('div', { class: 'try-head' }, el('h3', {}, 'Try it'), editor.modes),
    why(way),
    editor.node,
    el('div', { class: 'row' }, run, stop),
    said, heard, answer, shell.node,
  );
  run.disabled = way.off || way.elsewhere;
  let stopping = null;

  const hear = ({ method, params }) => {
    heard.hidden = false;
    heard.append(el('li', {}, el('bdi', {}, toldBy(method, params))));
    while (heard.children.length > mostHeard) heard.firstElementChild.remove();
  };

  form.addEventListener('input', shell.stale);
  form.addEventListener('keydown', (e) => {
    const sends = e.key === 'Enter' && !e.shiftKey && !e.isComposing && (e.ctrlKey || e.metaKey || (e.target.matches('textarea[rows="1"]') && !e.altKey));
    if (!sends) return;
    e.preventDefault();
    if (!run.disabled) form.requestSubmit();
  });
  stop.addEventListener('click', () => stopping?.abort(new Error('You cancelled the call.')));
  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    if (stopping || run.disabled) return;
    const args = editor.read();
    if (args === undefined) return;
    stopping = new AbortController();
    try {
      if (tool.destructive && !(await askFirst(tool.name))) return;
      await go(args);
    } finally {
      stopping = null;
    }
  });

  async function go(args) {
    busy(true);
    const late = setTimeout(() => stopping.abort(new Error(`No answer came within ${patience / 1_000} seconds.`)), patience);
    const began = performance.now();
    const took = () => performance.now() - began;
    try {
      const request = toolRequest(way.era, tool.name, args, tool.schema);
      shell.show(request);
      const got = await callTool(way, request, { signal: stopping.signal, hear });
      answer.replaceChildren(resultView(got, took()));
      said.textContent = got.result.isError === true ? 'The tool reports an error.' : 'Done.';
    } catch (error) {
      if (error.status === 401) await stillSignedIn();
      answer.replaceChildren(failureView(error, took()));
      said.textContent = error.message;
    } finally {
      clearTimeout(late);
      busy(false);
    }
  }

  function busy(on) {
    form.setAttribute('aria-busy', String(on));
    run.disabled = on;
    stop.hidden = !on;
    if (!on) {
      if (document.activeElement === document.body || document.activeElement === stop) run.focus();
      return;
    }
    heard.replaceChildren();
    heard.hidden = true;
    answer.replaceChildren(el('p', { class: 'muted waiting' }, 'Waiting for the answer'));
    said.textContent = 'Calling.';
  }
  return form;
}

// stillSignedIn goes to the login page if it was the gateway that knew nobody,
// and returns if it was the server behind it.
async function stillSignedIn() {
  try {
    await call('GET', '/tools?page=1000000');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

// why says what stands in the way of a call.
function why({ off, elsewhere }) {
  if (elsewhere) return el('p', { class: 'notice' }, icon('error'), 'The gateway listens at another address, which this page cannot call. The command below works in a shell.');
  return off && el('p', { class: 'notice' }, icon('disabled'), el('span', {}, 'The service is switched off. ', el('a', { href: '#enable' }, 'Switch it on'), ' first.'));
}

function toldBy(method, params) {
  const { progress, total, message, data } = params ?? {};
  const parts = [];
  if (method === 'notifications/progress' && Number.isFinite(progress)) parts.push(Number.isFinite(total) && total > 0 ? `${progress} of ${total}` : `${progress}`);
  for (const text of [message, data]) if (typeof text === 'string') parts.push(text);
  return visible(shorten(parts.join(': ') || String(method), 300));
}
