// Fields without fields inside: text, numbers, yes or no, one of some values,
// and JSON for whatever is none of these.
import { el, icon } from './dom.js';
import { shorten, visible } from './visible.js';

// Wrong says that a field holds no value; where and why stands beside it.
export class Wrong extends Error {}

let serial = 0;

// framed puts a label, the description and room for a complaint around an input.
function framed(input, shape, { name, required, element }) {
  const id = `f${++serial}`;
  input.id = id;
  const hint = el('span', { class: 'hint', id: `${id}-hint`, dir: 'auto' }, hintOf(shape, required));
  const complaint = el('span', { class: 'field-error', id: `${id}-error`, hidden: true }, icon('unhealthy'), el('span'));
  input.setAttribute('aria-describedby', `${id}-error ${id}-hint`);
  const label = el('label', { for: id }, el('bdi', {}, visible(shorten(name, 200))), required && !element && el('span', { class: 'required' }, 'required'));
  const node = el('div', { class: 'field' }, label, input, hint.textContent && hint, complaint);
  if (!hint.textContent) input.setAttribute('aria-describedby', `${id}-error`);
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

const aNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

// checks turn what was typed into JSON, or return a complaint as an Error.
export const checks = {
  string(typed, s) {
    const n = [...typed].length;
    if (n < s.minLength) return new Error(`Give at least ${s.minLength} characters.`);
    if (n > s.maxLength) return new Error(`Give at most ${s.maxLength} characters; these are ${n}.`);
    return JSON.stringify(typed);
  },
  integer(typed, s) {
    return /^-?(0|[1-9]\d*)$/.test(typed.trim()) ? inBounds(typed.trim(), s) : new Error('Give a whole number, such as 3.');
  },
  number(typed, s) {
    return aNumber.test(typed.trim()) ? inBounds(typed.trim(), s) : new Error('Give a number, such as 1.5.');
  },
  boolean(typed) {
    return typed;
  },
};

function inBounds(typed, s) {
  const n = Number(typed);
  if (n < s.minimum) return new Error(`Give at least ${s.minimum}.`);
  if (n > s.maximum) return new Error(`Give at most ${s.maximum}.`);
  if (n <= s.exclusiveMinimum) return new Error(`Give more than ${s.exclusiveMinimum}.`);
  if (n >= s.exclusiveMaximum) return new Error(`Give less than ${s.exclusiveMaximum}.`);
  if (s.multipleOf > 0 && Math.abs(n / s.multipleOf - Math.round(n / s.multipleOf)) > 1e-9) return new Error(`Give a multiple of ${s.multipleOf}.`);
  return typed;
}

// textField is a string, a number or a boolean. Empty means left out.
export function textField(shape, about) {
  const { type, schema } = shape;
  if (type === 'boolean') return selectField(shape, about, [['true', 'Yes'], ['false', 'No']]);
  const input = type === 'string'
    ? el('textarea', { rows: 1, spellcheck: 'false', autocomplete: 'off', dir: 'auto' })
    : el('input', { inputmode: type === 'integer' ? 'numeric' : 'decimal', autocomplete: 'off' });
  const frame = framed(input, shape, about);
  if (about.required && ['string', 'number'].includes(typeof schema.default)) input.value = String(schema.default);
  return {
    node: frame.node,
    read() {
      frame.clear();
      if (input.value === '' && about.required && shape.nullable) return 'null';
      if (input.value === '') return about.required ? frame.complain(type === 'string' ? 'This is needed. To send an empty text, edit as JSON.' : 'This is needed.') : undefined;
      const checked = checks[type](input.value, schema);
      return checked instanceof Error ? frame.complain(checked.message) : checked;
    },
    fill(value) {
      if (value === null && about.required && shape.nullable) value = undefined;
      if (value !== undefined && typeof value !== (type === 'string' ? 'string' : 'number')) return false;
      if (type === 'string' && value === '') return false;
      input.value = value === undefined ? '' : String(value);
      return true;
    },
  };
}

// selectField chooses among JSON texts.
function selectField(shape, about, choices) {
  if (shape.nullable) choices = [...choices, ['null', 'null']];
  const options = choices.map(([value, label]) => el('option', { value }, label));
  const select = el('select', {}, el('option', { value: '' }, about.required ? 'Choose' : 'Left out'), ...options);
  const frame = framed(select, shape, about);
  const has = (json) => choices.some(([value]) => value === json);
  const proposed = choices.length === 1 && about.required ? choices[0][0] : JSON.stringify(shape.schema.default);
  if (about.required && has(proposed)) select.value = proposed;
  return {
    node: frame.node,
    read() {
      frame.clear();
      if (select.value === '') return about.required ? frame.complain('Choose one.') : undefined;
      return select.value;
    },
    fill(value) {
      const json = value === undefined ? '' : JSON.stringify(value);
      if (json !== '' && !has(json)) return false;
      select.value = json;
      return true;
    },
  };
}

export function enumField(shape, about) {
  const label = (value) => visible(shorten(typeof value === 'string' && value !== '' ? value : JSON.stringify(value), 200));
  return selectField(shape, about, shape.values.map((value) => [JSON.stringify(value), label(value)]));
}

// jsonField takes any JSON.
export function jsonField(shape, about) {
  const input = el('textarea', { rows: 3, spellcheck: 'false', autocomplete: 'off', class: 'json' });
  const frame = framed(input, shape, { ...about, name: `${about.name} (JSON)` });
  return {
    node: frame.node,
    read() {
      frame.clear();
      const typed = input.value.trim();
      if (typed === '') return about.required ? frame.complain('This is needed, as JSON.') : undefined;
      try {
        JSON.parse(typed);
      } catch (error) {
        return frame.complain(`This is no JSON: ${error.message}`);
      }
      return typed;
    },
    fill(value) {
      input.value = value === undefined ? '' : JSON.stringify(value, null, 2);
      return true;
    },
  };
}
