// Buttons that copy what stands elsewhere on the page. They show once this
// runs: without script there is nothing that they could do.
import { el, icon, setIcon, setText } from './dom.js';
import { complain, toast } from './toast.js';

const remind = 2_000; // ms that a button says how it went

export function startCopying() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copy(button));
    button.hidden = false;
  }
}

// copyButton makes a button for a text that comes onto the page later, by its id.
export function copyButton(id, label) {
  const button = el('button', { class: 'button copy', type: 'button', 'data-copy': id, 'aria-label': label }, icon('copy'), el('span', {}, 'Copy'));
  button.addEventListener('click', () => copy(button));
  return button;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!(await put(source))) {
    complain(new Error('The browser does not let this page copy. The text is marked: copy it by hand.'));
    return;
  }
  const label = button.querySelector('span');
  setIcon(button, 'healthy');
  setText(label, 'Copied');
  toast('Copied.');
  setTimeout(() => {
    setIcon(button, 'copy');
    setText(label, 'Copy');
  }, remind);
}

// put says whether it worked. Browsers have the clipboard's own interface only
// on pages that came by TLS or from this machine; elsewhere the old command may
// do, which copies what is marked.
async function put(source) {
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    mark(source);
    return document.execCommand('copy');
  }
}

function mark(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}
