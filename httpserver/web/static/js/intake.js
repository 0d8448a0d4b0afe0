// Uploading and pasting: a file or a text is planned as soon as it is there,
// also when it is dropped or pasted anywhere on the page.
import { clearErrors, showErrors } from './errors.js';
import { lead, plan } from './plan.js';
import { complain } from './toast.js';

const how = document.getElementById('how');
const upload = document.getElementById('upload');
const paste = document.getElementById('paste');
const field = document.getElementById('text');
const chooser = document.getElementById('file');
const most = 1 << 20; // bytes, of the gateway's too
const pause = 300; // ms after the last key

// What was given on each tab. The plan is about the one that is looked at.
const given = { form: '', upload: '', paste: field.value };
let timer;

const tab = () => how.querySelector('input:checked').value;
const turnTo = (name) => {
  document.getElementById(`how-${name}`).checked = true;
};

async function show() {
  const at = tab();
  const form = at === 'upload' ? upload : paste;
  clearErrors(form);
  try {
    await plan(given[at]);
  } catch (error) {
    if (at !== tab()) return;
    if (error.fields.length === 0) complain(error);
    showErrors(form, error.fields.map(({ message }) => ({ field: at === 'upload' ? 'file' : 'text', message })));
  }
}

async function take(file) {
  if (!file) return;
  turnTo('upload');
  if (file.size > most) return refuse(`Give a file of at most ${most} bytes.`);
  try {
    given.upload = await file.text();
  } catch {
    // A folder is dropped like a file, and a file may have changed since.
    return refuse('The browser cannot read this. Give a file, and choose it again if it has changed.');
  }
  await show();
  return lead();
}

async function refuse(message) {
  given.upload = '';
  await show();
  showErrors(upload, [{ field: 'file', message }]);
}

how.addEventListener('change', (e) => {
  if (e.target.name === 'how') show();
});
field.addEventListener('input', () => {
  given.paste = field.value;
  clearTimeout(timer);
  timer = setTimeout(show, pause);
});
chooser.addEventListener('change', () => take(chooser.files[0]));
upload.addEventListener('submit', (e) => {
  e.preventDefault();
  take(chooser.files[0]);
});
paste.addEventListener('submit', (e) => {
  e.preventDefault();
  clearTimeout(timer);
  show().then(lead);
});
// What is registered need not stand on the page any longer: it has secrets.
document.addEventListener('registered', () => {
  given.upload = given.paste = field.value = chooser.value = '';
});

document.addEventListener('paste', (e) => {
  if (e.target.closest?.('input, textarea')) return;
  const [file] = e.clipboardData.files;
  const text = e.clipboardData.getData('text/plain');
  if (file) {
    take(file);
  } else if (/^\s*[[{/]/.test(text)) {
    turnTo('paste');
    given.paste = field.value = text;
    show().then(lead);
  } else {
    return;
  }
  e.preventDefault();
});

const hasFile = (e) => e.dataTransfer?.types.includes('Files');
const mark = (on) => document.body.classList.toggle('dragging', on);

addEventListener('dragover', (e) => {
  if (!hasFile(e)) return;
  e.preventDefault();
  mark(true);
});
addEventListener('dragleave', (e) => {
  if (e.relatedTarget === null) mark(false);
});
addEventListener('drop', (e) => {
  mark(false);
  if (!hasFile(e)) return;
  e.preventDefault();
  const { files } = e.dataTransfer;
  if (files.length > 1) {
    turnTo('upload');
    refuse('Drop one file at a time.');
    return;
  }
  take(files[0]);
});

if (given.paste !== '' && tab() === 'paste') show();
