// The form: brings what is wrong into view, proposes a path from the name, and
// is sent once only.

const form = document.getElementById('service');
const name = form.elements.namedItem('name');
const path = document.getElementById('path');

document.getElementById('summary')?.focus();

if (!('editing' in form.dataset) && path.value === '') {
  let own = false;
  path.addEventListener('input', () => {
    own = path.value !== '';
  });
  name.addEventListener('input', () => {
    if (!own) path.value = propose(name.value);
  });
}

// propose makes a path of letters, digits and dashes.
function propose(text) {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return slug && `/${slug.slice(0, 60)}`;
}

form.addEventListener('submit', () => {
  form.querySelector('[type=submit]').disabled = true;
});
// The back button may bring the page back as it was left.
addEventListener('pageshow', () => {
  form.querySelector('[type=submit]').disabled = false;
});
