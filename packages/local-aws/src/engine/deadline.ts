/** The longest delay of setTimeout (2^31 - 1 ms); it fires at once for a longer one. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Calls back at a time that may be months away; at once if it has passed.
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
