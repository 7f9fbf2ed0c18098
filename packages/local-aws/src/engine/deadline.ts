/** setTimeout counts no further (2^31 - 1 ms): it would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Calls back at a moment that may be months away, at once if it has passed.
 *
 * @param at epoch milliseconds
 * @returns what cancels it
 */
export function callAt(at: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const remaining = at - Date.now();
    if (remaining <= 0) return callback();
    timer = setTimeout(arm, Math.min(remaining, LONGEST_TIMER_MS));
  };
  arm();
  return () => clearTimeout(timer);
}
