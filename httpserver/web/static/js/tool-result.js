// What a tool returned, as elements. All of it is hostile: it becomes text, or
// an image of the few kinds that a browser only paints.
import { el, icon } from './dom.js';
import { shorten, visible } from './visible.js';

const longest = 100_000; // characters of one text
const mostBlocks = 100;
const largestImage = 3 << 20; // characters of base64
const painted = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

// resultView shows the result of tools/call, in ms how long it took, and the
// gateway's name for the request.
export function resultView({ result, raw, requestId }, ms) {
  const failed = result.isError === true;
  const structured = result.structuredContent;
  const blocks = (Array.isArray(result.content) ? result.content : []).filter((b) => !repeats(b, structured));
  const more = blocks.length - mostBlocks;
  return el(
    'div',
    { class: 'outcome', 'data-kind': failed ? 'unhealthy' : 'healthy' },
    head(failed ? 'unhealthy' : 'healthy', failed ? 'The tool reports an error' : 'Done', ms, requestId),
    ...blocks.slice(0, mostBlocks).map(block),
    more > 0 && el('p', { class: 'muted' }, `… and ${more} blocks more`),
    !blocks.length && structured === undefined && el('p', { class: 'muted' }, 'It returned nothing.'),
    structured !== undefined && el('h4', {}, 'Structured content'),
    structured !== undefined && code(JSON.stringify(structured, null, 2), 'Structured content'),
    el('details', { class: 'schema' }, el('summary', {}, icon('chevron'), 'The whole answer'), code(raw, 'The whole answer')),
  );
}

// failureView shows why there is no result.
export function failureView(error, ms) {
  const said = typeof error.said === 'string' ? error.said : '';
  return el(
    'div',
    { class: 'outcome', 'data-kind': 'unhealthy' },
    head('unhealthy', error.message, ms, error.requestId),
    said && el('p', { class: 'said', dir: 'auto' }, visible(shorten(said, 2_000))),
    Number.isInteger(error.code) && el('p', { class: 'small muted' }, `Code ${error.code}`),
  );
}

// repeats says whether a block is the structured content once more, as text for
// clients of old.
function repeats(b, structured) {
  if (structured === undefined || b?.type !== 'text') return false;
  try {
    return JSON.stringify(JSON.parse(b.text)) === JSON.stringify(structured);
  } catch {
    return false;
  }
}

// head says how it went. The request id is the gateway's and harmless, yet came
// through headers that a server had in its hands.
function head(kind, message, ms, requestId) {
  const took = ms === undefined ? '' : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
  return el(
    'p',
    { class: 'outcome-head' },
    icon(kind),
    el('strong', {}, message),
    took && el('span', { class: 'muted' }, took),
    requestId && el('span', { class: 'muted' }, 'Request ', el('code', {}, visible(shorten(requestId, 100)))),
  );
}

const code = (text, label) => el('pre', { tabindex: '0', 'aria-label': label }, el('code', {}, visible(shorten(text, longest))));
const words = (text) => el('pre', { class: 'words', tabindex: '0', dir: 'auto', 'aria-label': 'Text' }, visible(shorten(text, longest)));
const isText = (value) => typeof value === 'string';

function block(b) {
  if (b === null || typeof b !== 'object') return code(JSON.stringify(b), 'Content');
  if (b.type === 'text' && isText(b.text)) return words(b.text);
  if (b.type === 'image' && isText(b.data)) return image(b);
  if (b.type === 'audio' && isText(b.data)) return note(`Audio, ${kindOf(b)}, ${size(b.data)}: not played here.`);
  if (b.type === 'resource_link') return link(b);
  if (b.type === 'resource' && b.resource !== null && typeof b.resource === 'object') {
    const { text, blob } = b.resource;
    return el('div', {}, link(b.resource), isText(text) ? words(text) : note(isText(blob) ? `${size(blob)} of data: not shown.` : 'Nothing in it.'));
  }
  return code(JSON.stringify(b, null, 2), 'Content');
}

const kindOf = (b) => visible(shorten(isText(b.mimeType) ? b.mimeType : 'of no kind', 100));
const size = (base64) => `${Math.ceil((base64.length * 3) / 4 / 1024).toLocaleString('en')} KiB`;
const note = (text) => el('p', { class: 'muted' }, text);

function image(b) {
  const whole = b.data.length <= largestImage && /^[A-Za-z0-9+/]+={0,2}$/.test(b.data);
  if (!painted.includes(b.mimeType) || !whole) return note(`An image, ${kindOf(b)}, ${size(b.data)}: not shown here.`);
  const picture = el('img', { class: 'picture', alt: 'Image that the tool returned', src: `data:${b.mimeType};base64,${b.data}` });
  picture.addEventListener('error', () => picture.replaceWith(note(`An image, ${kindOf(b)}, that is broken.`)));
  return picture;
}

// link names a resource. It is the server's address and not to be clicked.
function link(r) {
  const parts = [r.title ?? r.name, r.description].filter(isText);
  return el('p', { class: 'resource' }, 'Resource ', el('code', {}, el('bdi', {}, visible(shorten(isText(r.uri) ? r.uri : 'without an address', 2_000)))), ...parts.map((part) => el('bdi', {}, ` ${visible(shorten(part, 500))}`)));
}
