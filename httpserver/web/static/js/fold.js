// Text as searches and orders compare it: without accents and in small
// letters, as fold.go has it.

const ascii = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex

export function fold(text) {
  return (ascii.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '')).toLowerCase();
}

// terms are the words of a query, each of which must be found.
export const terms = (query) => fold(query).split(/\s+/).filter(Boolean);
