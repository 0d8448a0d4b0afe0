// Numbers as show.go writes them.

// short is a count in little room: 999, 1.2k, 15k, 2.3M.
export function short(n) {
  for (const [size, sign] of [[1_000_000, 'M'], [1_000, 'k']]) {
    if (n >= 10 * size) return `${Math.floor(n / size)}${sign}`;
    if (n >= size) return `${Math.floor((n * 10) / size) / 10}${sign}`;
  }
  return String(n);
}

// count is a number with its noun: "1 tool", "3 tools".
export const count = (n, noun) => `${n} ${n === 1 ? noun : `${noun}s`}`;
