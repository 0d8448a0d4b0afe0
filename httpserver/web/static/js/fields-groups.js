// Fields with fields inside: objects, lists, and choices between schemas.
import { el, icon } from './dom.js';
import { Wrong } from './fields-simple.js';
import { shorten, visible } from './visible.js';

const mostItems = 100;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// readAll reads all fields, so that all complaints show at once.
function readAll(fields) {
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

const legend = (about) => el('legend', {}, el('bdi', {}, visible(shorten(about.name, 200))), about.required && !about.element && el('span', { class: 'required' }, 'required'));
const hint = (shape) => shape.description && el('p', { class: 'hint', dir: 'auto' }, visible(shorten(shape.description, 600)));

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
  const fill = (value) => isObject(value) && Object.keys(value).every((name) => names.includes(name)) && names.every((name, i) => fields[i].fill(value[name]));
  if (about.depth === 0) {
    build();
    return { node: body, read, fill };
  }
  const frame = el('fieldset', { class: 'group' }, legend(about), hint(shape), body);
  return optional({ node: frame, body, read, fill, build }, about);
}

// optional adds a group on request, and takes it away again.
function optional({ node, body, read, fill, build }, about) {
  let there = false;
  const add = el('button', { type: 'button', class: 'button' }, icon('plus'), 'Add ', el('bdi', {}, visible(shorten(about.name, 60))));
  const remove = el('button', { type: 'button', class: 'button quiet group-remove' }, icon('close'), 'Leave out');
  const set = (on) => {
    if (on && !there) build();
    if (!on) body.replaceChildren();
    there = on;
    add.hidden = on;
    remove.hidden = !on || about.required;
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
  set(about.required);
  return {
    node,
    read: () => (there ? read() : undefined),
    fill(value) {
      set(value !== undefined || about.required);
      return value === undefined || fill(value);
    },
  };
}

// listField has a field per element.
export function listField(shape, about) {
  const most = Math.min(mostItems, Number.isInteger(shape.schema.maxItems) ? shape.schema.maxItems : mostItems);
  const least = Math.min(most, Number.isInteger(shape.schema.minItems) ? shape.schema.minItems : 0);
  let items = [];
  const body = el('ol', { class: 'group-items' });
  const add = el('button', { type: 'button', class: 'button' }, icon('plus'), 'Add an item');
  const complaint = el('p', { class: 'field-error', role: 'status', tabindex: '-1', hidden: true }, icon('unhealthy'), el('span'));
  const node = el('fieldset', { class: 'group' }, legend(about), hint(shape), body, complaint, add);
  const push = () => {
    const item = about.make(shape.items, { name: `Item ${items.length + 1}`, required: true, element: true, depth: about.depth + 1, form: about.form });
    const remove = el('button', { type: 'button', class: 'button quiet only-icon', 'aria-label': 'Remove this item' }, icon('close'));
    const entry = { ...item, row: el('li', {}, item.node, remove) };
    remove.addEventListener('click', () => {
      items = items.filter((one) => one !== entry);
      entry.row.remove();
      update();
      add.focus();
    });
    items.push(entry);
    body.append(entry.row);
    update();
    return entry;
  };
  const update = () => {
    add.disabled = items.length >= most;
    complaint.hidden = true;
  };
  add.addEventListener('click', () => push().node.querySelector('input, textarea, select, button')?.focus());
  if (about.required) for (let i = 0; i < least; i++) push();
  return {
    node,
    read() {
      complaint.hidden = true;
      if (!items.length && !about.required) return undefined;
      if (items.length < least) {
        complaint.lastChild.textContent = `Give at least ${least} ${least === 1 ? 'item' : 'items'}.`;
        complaint.hidden = false;
        throw new Wrong('too few items');
      }
      return `[${readAll(items).join(',')}]`;
    },
    fill(value) {
      if (value !== undefined && (!Array.isArray(value) || value.length > most)) return false;
      items = [];
      body.replaceChildren();
      update();
      return (value ?? []).every((one) => push().fill(one));
    },
  };
}

// choiceField is one of several schemas, chosen by a select.
export function choiceField(shape, about) {
  const label = (option, i) => visible(shorten([option.title, option.description].find((said) => typeof said === 'string') ?? `Option ${i + 1}`, 80));
  const choices = shape.options.map((option, i) => el('option', { value: i }, `${label(option, i)}${typeof option.type === 'string' ? ` (${visible(shorten(option.type, 20))})` : ''}`));
  const select = el('select', { 'aria-label': `Kind of ${visible(shorten(about.name, 60))}` }, !about.required && el('option', { value: '' }, 'Left out'), ...choices);
  const body = el('div', { class: 'group-body' });
  const node = el('fieldset', { class: 'group' }, legend(about), hint(shape), select, body);
  let chosen = null;
  const choose = () => {
    chosen = select.value === '' ? null : about.make(shape.options[select.value], { name: about.name, required: true, depth: about.depth + 1, form: about.form });
    body.replaceChildren(...(chosen ? [chosen.node] : []));
  };
  select.addEventListener('change', choose);
  choose();
  return {
    node,
    read: () => chosen?.read(),
    fill(value) {
      if (value === undefined) {
        select.value = '';
        choose();
        return !about.required;
      }
      return shape.options.some((_, i) => {
        select.value = String(i);
        choose();
        return chosen.fill(value);
      });
    },
  };
}
