// "Send": a form for one operation, the same request as a curl command, and
// the answer as it came. It uses the session that this page has.
import { el } from './dom.js';
import { curl } from './docs-curl.js';
import { asText, exampleOf, formType, partsType } from './docs-example.js';
import { cookiesOf } from './docs-spec.js';

const longestShown = 200_000; // characters of an answer

export function tryForm(spec, operation) {
  const inputs = operation.parameters.map((p) => [p, inputFor(spec, p)]);
  const types = Object.keys(operation.requestBody?.content ?? {});
  const type = el('select', {}, ...types.map((name) => el('option', {}, name)));
  const body = el('textarea', { rows: '6', spellcheck: 'false' });
  const cookies = cookiesOf(spec, operation);
  const command = el('code');
  const answer = el('div', { class: 'answer', 'aria-live': 'polite' });

  const request = () => build(operation, inputs, types.length ? type.value : '', body.value);
  const update = () => {
    command.textContent = curl(request(), location.origin, cookies);
  };
  const propose = () => {
    body.value = types.length ? asText(exampleOf(spec, operation.requestBody.content[type.value]), type.value) : '';
    update();
  };
  type.addEventListener('change', propose);
  propose();

  const form = el(
    'form',
    { class: 'try' },
    el('h3', {}, 'Try it'),
    ...inputs.map(([p, input]) => labelled(`${p.name} (${p.in})`, input)),
    types.length ? labelled('Content-Type', type) : null,
    types.length ? labelled('Body (of a form: a field per line)', body) : null,
    el('pre', { tabindex: '0' }, command),
    el('p', { class: 'row' }, el('button', { class: 'button primary', type: 'submit' }, 'Send')),
    answer,
  );
  form.addEventListener('input', update);
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    send(request(), answer);
  });
  return form;
}

const labelled = (text, input) => el('label', { class: 'field' }, el('span', {}, text), input);

// inputFor fills in the example of what is required, and hints at the others.
function inputFor(spec, parameter) {
  const example = exampleOf(spec, parameter);
  const text = example === undefined ? '' : String(example);
  return el('input', {
    [parameter.required ? 'value' : 'placeholder']: text,
    autocomplete: 'off',
    spellcheck: 'false',
  });
}

// build makes the request. A service path keeps its slashes: the plain URL is
// the one that the server documents.
function build(operation, inputs, type, body) {
  let path = operation.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const [p, { value }] of inputs) {
    if (p.in === 'path') {
      const segments = value.replace(/^\/+/, '').split('/').map(encodeURIComponent);
      path = path.replace(`{${p.name}}`, () => segments.join('/'));
    } else if (value === '') continue;
    else if (p.in === 'query') query.append(p.name, value);
    else if (p.in === 'header') headers[p.name] = value;
  }
  if (query.size) path += `?${query}`;
  const request = { method: operation.method.toUpperCase(), path, headers };
  if (type && body !== '') {
    // Of parts, whoever sends them makes the boundary, and names it there.
    if (type === partsType) request.parts = fieldsOf(body);
    else {
      headers['Content-Type'] = type;
      request.body = type === formType ? new URLSearchParams(fieldsOf(body)).toString() : body;
    }
  }
  return request;
}

// fieldsOf are the names and values of a form that was typed.
function fieldsOf(text) {
  const fields = text.split('\n').filter((line) => line.trim() !== '');
  return fields.map((line) => {
    const cut = line.indexOf('=');
    return cut < 0 ? [line, ''] : [line.slice(0, cut), line.slice(cut + 1)];
  });
}

function formData(parts) {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value);
  return data;
}

async function send({ method, path, headers, body, parts }, answer) {
  answer.replaceChildren(el('p', { class: 'muted' }, 'Waiting for the answer'));
  const began = performance.now();
  try {
    const response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...headers },
      body: parts ? formData(parts) : body,
      redirect: 'manual',
    });
    const text = await response.text();
    const took = `in ${Math.round(performance.now() - began)} ms`;
    answer.replaceChildren(...(response.type === 'opaqueredirect' ? redirected(took) : answered(response, text, took)));
  } catch (error) {
    answer.replaceChildren(el('p', { class: 'notice bad' }, `No answer: ${error.message}`));
  }
}

// redirected says what a script gets to know of a redirect: that there was one.
function redirected(took) {
  return [
    el('p', {}, el('b', {}, 'Redirected'), ` ${took}`),
    el('p', {}, 'The redirect was not followed, but what it set, such as a cookie, holds. A page may not read where it leads: run the command with ', el('code', {}, '-i'), ' to see.'),
  ];
}

function answered({ status, statusText, headers }, text, took) {
  return [
    el('p', {}, el('b', {}, `${status} ${statusText}`), ` ${took}`),
    el('pre', { tabindex: '0' }, el('code', {}, [...headers].map(([k, v]) => `${k}: ${v}`).join('\n'))),
    text && el('pre', { tabindex: '0' }, el('code', {}, shown(text))),
  ].filter(Boolean);
}

function shown(text) {
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // As it came, then.
  }
  return text.length > longestShown ? `${text.slice(0, longestShown)}\n… ${text.length} characters in all` : text;
}
