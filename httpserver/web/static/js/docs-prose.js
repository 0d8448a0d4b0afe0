// Descriptions, of which the contract has many, as elements: of Markdown just
// paragraphs, lists, headings and code. Nothing here parses HTML.
import { el } from './dom.js';

// inline shows what stands between backticks as code.
export function inline(text) {
  return text.trim().split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));
}

// blocks makes elements of several lines; headings are of the tag that fits
// the place.
export function blocks(text, heading = 'h3') {
  const made = [];
  for (const { tag, said } of pieces(text)) {
    if (tag !== 'li') {
      made.push(el(tag === 'h' ? heading : 'p', {}, ...inline(said)));
      continue;
    }
    if (made.at(-1)?.localName !== 'ul') made.push(el('ul'));
    made.at(-1).append(el('li', {}, ...inline(said)));
  }
  return made;
}

// pieces joins the lines of a paragraph or point. An empty line, a heading or
// the next point ends one; a line break does not.
function pieces(text) {
  const found = [];
  let open = null;
  for (const line of text.split('\n').map((l) => l.trim())) {
    const [, mark, rest] = /^(#{1,6}|[-*]) +(.*)$/.exec(line) ?? [];
    if (line === '') open = null;
    else if (mark?.startsWith('#')) {
      found.push({ tag: 'h', said: rest });
      open = null;
    } else if (mark) found.push((open = { tag: 'li', said: rest }));
    else if (open) open.said += ` ${line}`;
    else found.push((open = { tag: 'p', said: line }));
  }
  return found;
}
