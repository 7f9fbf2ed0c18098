/** How origin and store are reached in one scenario. */
export interface Network {
  /** As shown in tables. */
  readonly label: string;
  /** Milliseconds before each answer, and once more for each new connection. */
  readonly latencyMs: number;
  /** Of each connection; undefined for no limit. */
  readonly bytesPerSecond: number | undefined;
  /** The same latency of the store. */
  readonly storeLatencyMs: number;
  /** Larger videos are not copied over it: it shows the share of the round trips. */
  readonly largestBytes: number;
}

/**
 * 25 MB/s is our choice: what one connection to a CDN commonly gives. A TCP handshake takes one round
 * trip and a request another, so a new connection costs the latency twice.
 */
export const NETWORKS: Readonly<Record<string, Network>> = {
  limited: {
    label: "40 ms latency, 25 MB/s a connection",
    latencyMs: 40,
    bytesPerSecond: 25_000_000,
    storeLatencyMs: 0,
    largestBytes: Number.POSITIVE_INFINITY,
  },
  loopback: {
    label: "loopback, no limit",
    latencyMs: 0,
    bytesPerSecond: undefined,
    storeLatencyMs: 0,
    largestBytes: Number.POSITIVE_INFINITY,
  },
  distant: {
    label: "loopback, 40 ms to the store",
    latencyMs: 0,
    bytesPerSecond: undefined,
    storeLatencyMs: 40,
    largestBytes: 10_000_000,
  },
};
