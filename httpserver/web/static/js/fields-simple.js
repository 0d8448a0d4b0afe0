// Fields without fields inside: text, numbers, yes or no, one of some values,
// and JSON for whatever is none of these.
import { el } from './dom.js';
import { checks } from './fields-checks.js';
import { framed } from './fields-frame.js';
import { shorten, visible } from './visible.js';

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
