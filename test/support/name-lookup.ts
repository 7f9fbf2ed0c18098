import dns, { type LookupAddress } from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

const systemLookup = dns.lookup;

/** What was asked of the faked name look-up, oldest first. */
export interface NameLookup {
  readonly asked: readonly string[];
}

/**
 * Replaces the system's name look-up, below everything that connects. Each look-up takes the next of
 * the answers; the last one stays. Undo it with {@link restoreNameLookup}.
 *
 * @param answers the addresses of each answer
 */
export function fakeNameLookup(...answers: readonly (readonly string[])[]): NameLookup {
  const asked: string[] = [];
  const fake = (hostname: string, options: dns.LookupOptions, callback: Callback) => {
    const isNumber = isIP(hostname) !== 0;
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    const addresses = isNumber ? [hostname] : answer;
    if (!isNumber) asked.push(hostname);
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    process.nextTick(() => {
      if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? "", found[0]?.family);
    });
  };
  Object.assign(dns, { lookup: fake });
  syncBuiltinESMExports();
  return { asked };
}

/** Gives the system's own look-up back. */
export function restoreNameLookup(): void {
  Object.assign(dns, { lookup: systemLookup });
  syncBuiltinESMExports();
}

type Callback = (error: null, found: string | LookupAddress[], family?: number) => void;
