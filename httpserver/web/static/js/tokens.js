// The tokens: the copy button of a new one, and a form whose services can be
// searched, and that is sent once only.
import { startCopying } from './copy.js';

startCopying();
(document.getElementById('made-title') ?? document.getElementById('summary'))?.focus();

const form = document.getElementById('new-token');
form.addEventListener('submit', () => {
  form.querySelector('[type=submit]').disabled = true;
});
// The back button may bring the page back as it was left.
addEventListener('pageshow', () => {
  form.querySelector('[type=submit]').disabled = false;
});

// The question whether to revoke lies over others: Escape and a press beside it
// close it, and the focus is where it was.
const asked = () => document.querySelector('.revoke[open]');
document.addEventListener('keydown', (e) => {
  const question = e.key === 'Escape' && asked();
  if (!question) return;
  question.open = false;
  question.querySelector('summary').focus();
});
document.addEventListener('pointerdown', (e) => {
  const question = asked();
  if (question && !question.contains(e.target)) question.open = false;
});

const finder = document.getElementById('finder');
if (finder) {
  const input = document.getElementById('find');
  const choices = [...document.querySelectorAll('#services .choice')].map((node) => ({ node, text: node.textContent.toLowerCase() }));
  input.addEventListener('input', () => {
    const terms = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { node, text } of choices) {
      node.hidden = !terms.every((term) => text.includes(term));
      shown += node.hidden ? 0 : 1;
    }
    document.getElementById('shown').textContent = `${shown} of ${choices.length} shown`;
  });
  // Enter looks; it does not make a token.
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Enter') e.preventDefault();
  });
  finder.hidden = false;
}
