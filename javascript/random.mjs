// Numbers that look random and are the same for the same seed.

/** Returns the next number from 0 up to, and not including, 1. */
export function randomOf(seed) {
  let state = (seed * 0x9e3779b1) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    /** A whole number below another one. */
    below: (limit) => Math.floor(next() * limit),
    /** Whether something happens that does so with a probability. */
    happens: (probability) => next() < probability,
    /** One of some values. */
    oneOf: (values) => values[Math.floor(next() * values.length)],
  };
}

const PIECES = ["a", "bc", "def ", "ü", "→", "😀", "e\u0301", "line\n", "0123456789", "👩‍👩‍👧"];

/** A short text with characters of every length. */
export function textOf(random) {
  let text = random.oneOf(PIECES);
  while (random.happens(0.4)) {
    text += random.oneOf(PIECES);
  }
  return text;
}

/** A value of any kind that JSON has. */
export function valueOf(random, depth = 0) {
  const kinds = [null, true, false, random.below(100000) - 50000, random.below(1000) / 7, textOf(random)];
  if (depth < 2 && random.happens(0.3)) {
    const inner = [valueOf(random, depth + 1), valueOf(random, depth + 1)];
    return random.happens(0.5) ? inner : { a: inner[0], ["ключ"]: inner[1] };
  }
  return random.oneOf(kinds);
}

/** The end of the character that a place in a text may lie inside of: editors do not cut one in half. */
export function boundary(text, at) {
  const inside = at > 0 && at < text.length && /[\ud800-\udbff]/.test(text[at - 1]) && /[\udc00-\udfff]/.test(text[at]);
  return inside ? at + 1 : at;
}
