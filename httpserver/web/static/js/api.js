// Calls to our own API. A failure comes back as an Error whose message is a
// sentence to show; an expired session leads to the login page and back.

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const patience = 30_000; // ms; longer than any check may take

// call sends `form`, if given, urlencoded, and returns the JSON that came back,
// or null when there was none.
export function call(method, path, form) {
  return send(method, path, {}, form && new URLSearchParams(form));
}

// callJSON sends a value as JSON, and is otherwise as call.
export function callJSON(method, path, value) {
  return send(method, path, { 'Content-Type': 'application/json' }, JSON.stringify(value));
}

async function send(method, path, headers, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(patience),
    });
  } catch (cause) {
    throw new Refused(0, 'The gateway did not answer. Check the connection and try again.', { cause });
  }
  if (response.status === 401) {
    toLogin();
    // The page is on its way out: nothing may go on with what it asked for.
    return new Promise(() => {});
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Refused(response.status, explain(response, answer));
}

export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

// explain reads a problem of RFC 9457. Where it lists fields its detail says
// the same again, and their names are those of the API.
function explain(response, body) {
  const fields = Array.isArray(body?.errors) ? body.errors.map((e) => e.message) : [];
  const said = (fields.length > 0 ? fields : [body?.detail ?? body?.title]).filter((part) => typeof part === 'string' && part !== '');
  return [...new Set(said)].join(' ') || `The gateway answered ${response.status} ${response.statusText}.`;
}
