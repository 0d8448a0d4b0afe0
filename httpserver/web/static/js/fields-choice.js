// A field of one of several schemas.
import { el } from './dom.js';
import { hint, legend } from './fields-frame.js';
import { shorten, visible } from './visible.js';

// choiceField has the fields of the schema that a select chooses.
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
