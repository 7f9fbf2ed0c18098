/**
 * Whether AKOOL's `webhookUrl` of a job is the address at which this deployment takes webhooks: the
 * same place however it is spelled. A query does not matter, and `localhost` is this machine.
 *
 * @param own nothing where no webhook can come
 * @param told as AKOOL gives it back, hence anything
 */
export function leadsTo(own: string | undefined, told: unknown): boolean {
  if (own === undefined || typeof told !== "string" || !URL.canParse(told)) return false;
  return placeOf(own) === placeOf(told);
}

function placeOf(address: string): string {
  const { protocol, hostname, port, pathname } = new URL(address);
  return [protocol, hostname === "localhost" ? "127.0.0.1" : hostname, port, pathname].join("|");
}
