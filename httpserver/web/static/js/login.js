// The part of an address after # never reaches the server, but the browser
// keeps it on the way to this page: it goes along to where one came from.
const next = document.querySelector('input[name=next]');
if (!next.value.includes('#')) next.value += location.hash;
