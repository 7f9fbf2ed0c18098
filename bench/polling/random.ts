/** Random numbers that are the same in every run. */
interface Random {
  /** In [0, 1). */
  uniform(): number;
}

/** mulberry32: small, fast, and good enough for simulations. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return { uniform };
}
