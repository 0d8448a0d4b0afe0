// Calls to our own API. A failure comes back as an Error whose message is a
// sentence to show; an expired session leads to the login page and back.

// Refused has the status, 0 without an answer, and what is wrong with each
// field: { field, message }.
export class Refused extends Error {
  constructor(status, message, fields = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

const patience = 30_000; // ms; longer than any check may take
const brisk = 8_000; // ms; a poll waits for no check

// call sends `form`, if given, urlencoded, and returns the JSON that came back,
// or null when there was none.
export function call(method, path, form) {
  return send(method, path, {}, form && new URLSearchParams(form));
}

// poll gets what has changed since an earlier answer: its ETag and the value,
// which is null if nothing has.
export async function poll(path, etag) {
  let tag = null;
  const value = await send('GET', path, etag ? { 'If-None-Match': etag } : {}, undefined, {
    within: brisk,
    look: (response) => {
      tag = response.headers.get('ETag');
    },
  });
  return { etag: tag, value };
}

// callJSON sends a value as JSON, and is otherwise as call. A signal takes it
// back: it fails then with the signal's reason.
export function callJSON(method, path, value, signal) {
  return send(method, path, { 'Content-Type': 'application/json' }, JSON.stringify(value), { signal });
}

// callEvents has take read the stream of events that comes back.
export function callEvents(method, path, take) {
  return send(method, path, { Accept: 'text/event-stream' }, undefined, { take });
}

async function send(method, path, headers, body, { signal, look, take, within = patience } = {}) {
  const late = AbortSignal.timeout(within);
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Refused(0, 'The gateway did not answer. Check the connection and try again.', { cause });
  }
  if (response.status === 401) {
    toLogin();
    // The page is on its way out: nothing may go on with what it asked for.
    return new Promise(() => {});
  }
  // What a form leads to once it is done is the caller's to decide.
  if (response.type === 'opaqueredirect') return null;
  look?.(response);
  if (response.status === 304) return null;
  if (response.ok && take) return take(response);
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Refused(response.status, explain(response, answer), wrongFields(answer));
}

export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
}

const wrongFields = (body) => (Array.isArray(body?.errors) ? body.errors : []);

// explain reads a problem of RFC 9457. Where it lists fields its detail says
// the same again, and their names are those of the API.
function explain(response, body) {
  const fields = wrongFields(body).map((e) => e.message);
  const said = (fields.length > 0 ? fields : [body?.detail ?? body?.title]).filter((part) => typeof part === 'string' && part !== '');
  return [...new Set(said)].join(' ') || `The gateway answered ${response.status} ${response.statusText}.`;
}
