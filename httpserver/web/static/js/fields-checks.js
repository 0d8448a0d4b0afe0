// What was typed, as JSON, if the schema lets it pass.

const aNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

// checks turn what was typed into JSON, or return a complaint as an Error.
export const checks = {
  string(typed, s) {
    const n = [...typed].length;
    if (n < s.minLength) return new Error(`Give at least ${s.minLength} characters.`);
    if (n > s.maxLength) return new Error(`Give at most ${s.maxLength} characters; these are ${n}.`);
    return JSON.stringify(typed);
  },
  integer(typed, s) {
    return /^-?(0|[1-9]\d*)$/.test(typed.trim()) ? inBounds(typed.trim(), s) : new Error('Give a whole number, such as 3.');
  },
  number(typed, s) {
    return aNumber.test(typed.trim()) ? inBounds(typed.trim(), s) : new Error('Give a number, such as 1.5.');
  },
  boolean(typed) {
    return typed;
  },
};

function inBounds(typed, s) {
  const n = Number(typed);
  if (n < s.minimum) return new Error(`Give at least ${s.minimum}.`);
  if (n > s.maximum) return new Error(`Give at most ${s.maximum}.`);
  if (n <= s.exclusiveMinimum) return new Error(`Give more than ${s.exclusiveMinimum}.`);
  if (n >= s.exclusiveMaximum) return new Error(`Give less than ${s.exclusiveMaximum}.`);
  if (s.multipleOf > 0 && Math.abs(n / s.multipleOf - Math.round(n / s.multipleOf)) > 1e-9) return new Error(`Give a multiple of ${s.multipleOf}.`);
  return typed;
}
