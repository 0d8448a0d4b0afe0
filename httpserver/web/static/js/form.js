// The form: brings what is wrong into view, proposes a path from the name, and
// is sent once only, without leaving the page before it is right.
import { call } from './api.js';
import { clearErrors, showErrors, summarize } from './errors.js';
import { forgetDraft, keepDraft, restoreDraft } from './draft.js';
import { complain } from './toast.js';

const form = document.getElementById('service');
const summary = document.getElementById('summary');
const name = form.elements.namedItem('name');
const path = document.getElementById('path');
const send = form.querySelector('[type=submit]');
const editing = 'editing' in form.dataset;
// What is changed leads back to the list as it was; what is new may not be in it.
const back = editing ? cameFrom() : '/';

restoreDraft(form);
for (const link of document.querySelectorAll('main a[href="/"]')) link.href = cameFrom();
if (!summary.hidden) summary.focus();

if (!editing && path.value === '') {
  let own = false;
  path.addEventListener('input', () => {
    own = path.value !== '';
  });
  name.addEventListener('input', () => {
    if (!own) path.value = propose(name.value);
  });
}

// cameFrom is the list that led here, with what was looked for in it.
function cameFrom() {
  const from = URL.parse(document.referrer);
  return from?.origin === location.origin && from.pathname === '/' ? `/${from.search}` : '/';
}

// propose makes a path of letters, digits and dashes.
function propose(text) {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return slug && `/${slug.slice(0, 60)}`;
}

form.addEventListener('submit', async (e) => {
  e.preventDefault();
  send.disabled = true;
  keepDraft(form);
  try {
    await call('POST', form.getAttribute('action'), new FormData(form));
    forgetDraft();
    location.assign(back);
  } catch (error) {
    forgetDraft();
    send.disabled = false;
    refused(error);
  }
});

function refused(error) {
  // The one thing that a path can be besides wrong.
  const errors = error.status === 409 ? [{ field: 'path', message: error.message }] : error.fields;
  clearErrors(form);
  summary.hidden = true;
  if (errors.length === 0) {
    complain(error);
    return;
  }
  showErrors(form, errors);
  summarize(form, summary, errors);
}

// The back button may bring the page back as it was left.
addEventListener('pageshow', () => {
  send.disabled = false;
});
