// What all fields of a form share: a label, what the schema says of them, and
// room for a complaint.
import { el, icon } from './dom.js';
import { shorten, visible } from './visible.js';

// Wrong says that a field holds no value; where and why stands beside it.
export class Wrong extends Error {}

let serial = 0;

// framed puts a label, the description and room for a complaint around an input.
export function framed(input, shape, { name, required, element }) {
  const id = `f${++serial}`;
  input.id = id;
  const note = el('span', { class: 'hint', id: `${id}-hint`, dir: 'auto' }, hintOf(shape, required));
  const complaint = el('span', { class: 'field-error', id: `${id}-error`, hidden: true }, icon('unhealthy'), el('span'));
  input.setAttribute('aria-describedby', `${id}-error ${id}-hint`);
  const label = el('label', { for: id }, el('bdi', {}, visible(shorten(name, 200))), required && !element && el('span', { class: 'required' }, 'required'));
  const node = el('div', { class: 'field' }, label, input, note.textContent && note, complaint);
  if (!note.textContent) input.setAttribute('aria-describedby', `${id}-error`);
  const clear = () => {
    node.classList.remove('wrong');
    input.removeAttribute('aria-invalid');
    complaint.hidden = true;
  };
  const complain = (message) => {
    node.classList.add('wrong');
    input.setAttribute('aria-invalid', 'true');
    complaint.lastChild.textContent = message;
    complaint.hidden = false;
    throw new Wrong(message);
  };
  input.addEventListener('input', clear);
  return { node, clear, complain };
}

const words = [
  ['minimum', 'at least'], ['exclusiveMinimum', 'more than'], ['maximum', 'at most'], ['exclusiveMaximum', 'less than'], ['multipleOf', 'a multiple of'],
  ['format', 'format'], ['pattern', 'must match'],
];

function hintOf(shape, required) {
  const { description, title, schema } = shape;
  const facts = words.filter(([keyword]) => Object.hasOwn(schema, keyword)).map(([keyword, word]) => `${word} ${shorten(typeof schema[keyword] === 'string' ? schema[keyword] : JSON.stringify(schema[keyword]), 100)}`);
  const said = shorten(description || title, 600).trim();
  if (shape.nullable && required) facts.push('empty for null');
  const known = facts.join(', ');
  const otherwise = Object.hasOwn(schema, 'default') && !required ? `Left out, it is ${shorten(JSON.stringify(schema.default), 100)}.` : '';
  return visible([said, known && `${known[0].toUpperCase()}${known.slice(1)}.`, otherwise].filter(Boolean).join(' '));
}

// legend and hint head a group of fields.
export const legend = (about) => el('legend', {}, el('bdi', {}, visible(shorten(about.name, 200))), about.required && !about.element && el('span', { class: 'required' }, 'required'));
export const hint = (shape) => shape.description && el('p', { class: 'hint', dir: 'auto' }, visible(shorten(shape.description, 600)));

// readAll reads the fields of a group, all of them, so that all complaints show at once.
export function readAll(fields) {
  let wrong;
  const values = fields.map((one) => {
    try {
      return one.read();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      wrong ??= error;
      return undefined;
    }
  });
  if (wrong) throw wrong;
  return values;
}
