/**
 * Finds the valid name that a misspelt one most likely meant.
 *
 * @param name what was written
 * @param candidates the valid names; at least one
 * @returns the candidate that shares most with it; the first of several equals
 */
export function nearestName(name: string, candidates: readonly string[]): string {
  return candidates.reduce((best, candidate) =>
    similarity(name, candidate) > similarity(name, best) ? candidate : best,
  );
}

/** Dice's coefficient of the letter pairs, which forgives words in another order. */
function similarity(one: string, other: string): number {
  const pairs = letterPairs(one);
  const others = letterPairs(other);
  const shared = [...pairs].filter((pair) => others.has(pair));
  return (2 * shared.length) / (pairs.size + others.size);
}

/** Case is ignored: it is the likeliest slip in a camelCase name. */
function letterPairs(name: string): Set<string> {
  const letters = [...name.toLowerCase()];
  return new Set(letters.map((letter, index) => letter + (letters[index + 1] ?? "")));
}
