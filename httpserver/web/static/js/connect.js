// How to connect: the copy buttons, and the client that was looked at last,
// which the next service's page begins with.
import { startCopying } from './copy.js';

const clients = document.getElementById('clients');

try {
  const last = localStorage.getItem('client');
  const input = [...clients.querySelectorAll('input')].find((one) => one.value === last);
  if (input) input.checked = true;
} catch {
  // Storage is closed to us: the first it is.
}
clients.addEventListener('change', (e) => {
  try {
    localStorage.setItem('client', e.target.value);
  } catch {
    // It holds for this page at least.
  }
});
startCopying();
