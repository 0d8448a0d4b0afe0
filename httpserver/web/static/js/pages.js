// Pages of our own, fetched to show a part of them. The browser parses them as
// it would on a visit, and runs nothing in them.
import { Refused, toLogin } from './api.js';

const patience = 30_000; // ms

// fetchPage resolves to the document at a path of ours.
export function fetchPage(path) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', path);
    request.responseType = 'document';
    request.timeout = patience;
    request.setRequestHeader('Accept', 'text/html');
    const lost = () => reject(new Refused(0, 'The gateway did not answer. Check the connection and try again.'));
    request.addEventListener('error', lost);
    request.addEventListener('timeout', lost);
    request.addEventListener('load', () => {
      // Whoever is signed out is led to the login form: neither of the two
      // outcomes is for this.
      if (new URL(request.responseURL).pathname === '/login') toLogin();
      else if (request.status === 200 && request.response) resolve(request.response);
      else reject(new Refused(request.status, request.status === 404 ? 'The service is not registered any more.' : `The gateway answered ${request.status}. Try again in a moment.`));
    });
    request.send();
  });
}
