// The rows for headers on the form: one empty row at a time, and what they say.

const section = document.getElementById('upstream_headers');
const list = document.getElementById('header-rows');
const add = document.getElementById('add-header');

const inputs = (row) => row.querySelectorAll('input');
const isEmpty = (row) => Array.from(inputs(row)).every((input) => input.value === '');

// Without script there are several empty rows at once.
for (const row of Array.from(list.children).slice(1)) {
  if (isEmpty(row)) row.remove();
}

add.hidden = false;
add.addEventListener('click', () => {
  const row = list.lastElementChild.cloneNode(true);
  for (const input of inputs(row)) {
    input.value = '';
    input.removeAttribute('value');
    input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\d+$/, list.children.length + 1));
  }
  list.append(row);
  inputs(row)[0].focus();
});

// typedHeaders is what the rows say: values by name, without empty rows.
export function typedHeaders() {
  const said = Array.from(list.children, (row) => Array.from(inputs(row), (input) => input.value.trim()));
  return Object.fromEntries(said.filter(([name, value]) => name !== '' || value !== ''));
}

// hasHeaders says whether there are any, typed or stored.
export const hasHeaders = () => section.querySelector('.headers-set') !== null || Object.keys(typedHeaders()).length > 0;

// onHeaders calls f when a header is typed or one is to be removed.
export const onHeaders = (f) => section.addEventListener('input', f);
