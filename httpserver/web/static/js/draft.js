// What a form had in it when it was sent, in case the session has ended: it is
// there again once somebody has signed in. Values of headers are secrets and
// are not kept.

const key = 'draft';

export function keepDraft(form) {
  const values = controls(form).map((control) => [control.id, control.type === 'checkbox' ? control.checked : control.value]);
  try {
    sessionStorage.setItem(key, JSON.stringify({ page: location.pathname, values }));
  } catch {
    // Storage is closed to us, or full: it is typed again, then.
  }
}

export function forgetDraft() {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

// restoreDraft fills the form if the way here led over the login page.
export function restoreDraft(form) {
  try {
    const { page, values } = JSON.parse(sessionStorage.getItem(key)) ?? {};
    forgetDraft();
    if (page !== location.pathname || URL.parse(document.referrer)?.pathname !== '/login') return;
    const had = new Map(values);
    for (const control of controls(form)) {
      if (!had.has(control.id)) continue;
      if (control.type === 'checkbox') control.checked = had.get(control.id);
      else control.value = had.get(control.id);
    }
  } catch {
    // It is no draft of ours.
  }
}

const controls = (form) => [...form.elements].filter(({ id, name, type }) => id && name && type !== 'password' && type !== 'hidden');
