// A field with a field for each property.
import { el, icon } from './dom.js';
import { hint, legend, readAll } from './fields-frame.js';
import { shorten, visible } from './visible.js';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// objectField has a field per property. Within another group it is a group of
// its own, which is left out until it is added, unless it is required.
export function objectField(shape, about) {
  const names = shape.properties.map(([name]) => name);
  let fields = [];
  const body = el('div', { class: 'group-body' });
  const build = () => {
    fields = shape.properties.map(([name, schema]) => about.make(schema, { name, required: shape.required.includes(name), depth: about.depth + 1, form: about.form }));
    body.replaceChildren(...fields.map((one) => one.node));
  };
  const read = () => {
    const values = readAll(fields);
    return `{${names.flatMap((name, i) => (values[i] === undefined ? [] : [`${JSON.stringify(name)}:${values[i]}`])).join(',')}}`;
  };
  const fill = (value) => isObject(value) && Object.keys(value).every((name) => names.includes(name)) && names.every((name, i) => fields[i].fill(Object.hasOwn(value, name) ? value[name] : undefined));
  if (about.depth === 0) {
    build();
    return { node: body, read, fill };
  }
  const frame = el('fieldset', { class: 'group' }, legend(about), hint(shape), body);
  return optional({ node: frame, body, read, fill, build, nullable: shape.nullable }, about);
}

// optional adds a group on request, and takes it away again. One that is
// required and may be null is null then.
function optional({ node, body, read, fill, build, nullable }, about) {
  const needed = about.required && !nullable;
  let there = false;
  const add = el('button', { type: 'button', class: 'button' }, icon('plus'), 'Add ', el('bdi', {}, visible(shorten(about.name, 60))));
  const remove = el('button', { type: 'button', class: 'button quiet group-remove' }, icon('close'), 'Leave out');
  const set = (on) => {
    if (on && !there) build();
    if (!on) body.replaceChildren();
    there = on;
    add.hidden = on;
    remove.hidden = !on || needed;
  };
  add.addEventListener('click', () => {
    set(true);
    body.querySelector('input, textarea, select, button')?.focus();
  });
  remove.addEventListener('click', () => {
    set(false);
    add.focus();
  });
  node.append(add, remove);
  set(needed);
  return {
    node,
    read: () => (there ? read() : about.required ? 'null' : undefined),
    fill(value) {
      const absent = value === undefined || (value === null && about.required && nullable);
      set(!absent || needed);
      return absent || fill(value);
    },
  };
}
