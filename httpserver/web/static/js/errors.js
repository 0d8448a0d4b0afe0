// Errors of a form, each at its field, as the page has them without script.
import { el, icon, setText } from './dom.js';

// showErrors puts { field, message } where the fields are, in place of what
// was said before. A field may be a group of inputs, which can't be invalid
// itself. What the form has no field for is in the summary only.
export function showErrors(form, errors) {
  clearErrors(form);
  for (const { field, message } of errors) {
    const node = document.getElementById(field);
    const around = node?.closest('.field');
    if (!around || !form.contains(node)) continue;
    const id = `${field}-error`;
    if (node.role !== 'group') node.setAttribute('aria-invalid', 'true');
    node.setAttribute('aria-describedby', [id, ...described(node)].join(' '));
    if (around instanceof HTMLDetailsElement) around.open = true;
    around.classList.add('wrong');
    around.append(el('span', { class: 'field-error', id }, icon('unhealthy'), el('span', { dir: 'auto' }, message)));
  }
}

export function clearErrors(form) {
  for (const error of form.querySelectorAll('.field-error')) {
    const node = document.getElementById(error.id.replace(/-error$/, ''));
    node.removeAttribute('aria-invalid');
    node.setAttribute('aria-describedby', described(node).filter((id) => id !== error.id).join(' '));
    error.closest('.field').classList.remove('wrong');
    error.remove();
  }
}

const described = (node) => (node.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);

// summarize lists the errors above the form, and goes there.
export function summarize(form, summary, errors) {
  setText(summary.querySelector('b'), `Not saved yet: ${errors.length === 1 ? '1 field' : `${errors.length} fields`} to mend`);
  summary.querySelector('ul').replaceChildren(...errors.map(({ field, message }) => {
    const label = form.querySelector(`label[for="${CSS.escape(field)}"]`)?.textContent ?? document.getElementById(field)?.ariaLabel;
    return el('li', {}, el('a', { href: `#${field}` }, label ?? field), ': ', el('span', { dir: 'auto' }, message));
  }));
  summary.hidden = false;
  summary.focus();
}
