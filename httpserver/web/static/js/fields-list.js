// A field with a field for each element of a list.
import { el, icon } from './dom.js';
import { hint, legend, readAll, Wrong } from './fields-frame.js';

const mostItems = 100;

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
