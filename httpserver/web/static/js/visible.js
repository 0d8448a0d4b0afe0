// Text of strangers, made plain: characters that change how others look, or
// look like none, are written out, and what is too long is cut.

// Controls (but not line breaks and tabs), formats such as marks of direction
// (but not the joiners that letters are made of): as show.go has it.
const unseen = /(?![\n\r\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu;

export function visible(text) {
  return String(text).replace(unseen, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

// shorten cuts a text and says by how much.
export function shorten(text, most) {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}\n… and ${(text.length - most).toLocaleString('en')} characters more`;
}
