// The login page. The part of an address after # never reaches the server, but
// the browser keeps it on the way here: it goes along to where one came from.
const next = document.querySelector('input[name=next]');
if (!next.value.includes('#')) next.value += location.hash;

// Other tabs find out at once that the session is over.
try {
  localStorage.setItem('login', String(Date.now()));
} catch {
  // They find out when they look.
}
