// The arguments of a call: the form, or the same as JSON.
import { el, icon } from './dom.js';
import { formFields } from './fields.js';
import { Wrong } from './fields-frame.js';

let serial = 0;

// argumentsEditor is { node, modes, read }. read() is a JSON object as text, or
// undefined once it has said what is wrong; quietly, nothing is said.
export function argumentsEditor(schema) {
  const id = `args-${++serial}`;
  let fields = formFields(schema);
  const body = el('div', { class: 'try-fields' });
  const text = el('textarea', { id, rows: 8, class: 'json', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-error` });
  const complaint = el('span', { class: 'field-error', id: `${id}-error`, hidden: true }, icon('unhealthy'), el('span'));
  const json = el('div', { class: 'field' }, el('label', { for: id }, 'Arguments as JSON'), text, complaint);
  const toggle = el('button', { type: 'button', class: 'button quiet', 'aria-pressed': 'false' }, 'Edit as JSON');
  const modes = fields && toggle;
  let asJSON = !fields;

  const show = () => {
    toggle.setAttribute('aria-pressed', String(asJSON));
    if (asJSON) body.replaceChildren(json);
    else body.replaceChildren(fields.none ? el('p', { class: 'muted' }, 'It names no arguments.') : fields.node);
  };
  const complain = (message) => {
    complaint.lastChild.textContent = message;
    complaint.hidden = !message;
    if (message) text.setAttribute('aria-invalid', 'true');
    else text.removeAttribute('aria-invalid');
    json.classList.toggle('wrong', Boolean(message));
  };
  const parsed = (quietly) => {
    try {
      const value = JSON.parse(text.value.trim() || '{}');
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
      if (!quietly) complain('Arguments are a JSON object, such as {"city": "Berlin"}.');
    } catch (error) {
      if (!quietly) complain(`This is no JSON: ${error.message}`);
    }
    return undefined;
  };
  const read = ({ quietly = false } = {}) => {
    if (asJSON) {
      const value = parsed(quietly);
      if (value === undefined && !quietly) text.focus();
      return value && (text.value.trim() || '{}');
    }
    try {
      return fields.read();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      if (!quietly) (body.querySelector('[aria-invalid="true"]') ?? body.querySelector('p.field-error:not([hidden])'))?.focus();
      return undefined;
    }
  };

  text.addEventListener('input', () => complain(''));
  toggle.addEventListener('click', () => {
    if (!asJSON) {
      // What is wrong in the form is no reason to stay in it.
      const args = read({ quietly: true });
      if (args !== undefined) text.value = JSON.stringify(JSON.parse(args), null, 2);
      else if (!text.value) text.value = '{}';
      complain('');
      asJSON = true;
    } else {
      const value = parsed(false);
      if (value === undefined) return;
      const anew = formFields(schema);
      if (!anew.fill(value)) {
        complain('The form has no place for some of this. Call it from here, or change it.');
        return;
      }
      fields = anew;
      asJSON = false;
    }
    show();
  });
  show();
  return { node: body, modes, read };
}
