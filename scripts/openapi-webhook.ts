import { WEBHOOK_ROUTE } from "#http/routes.ts";

/**
 * The probes of the webhook's address, which need no authorization. The webhook itself is left out:
 * AKOOL alone calls it, and documents its form.
 */
export function webhookProbes(failures: object): Record<string, object> {
  const probe = (operationId: string) => ({
    operationId,
    summary: "Whether AKOOL's webhook can be delivered to this address",
    description:
      "Providers probe an address before they call it. AKOOL's own call is a POST to the same " +
      "address, and is no operation of this API.",
    security: [],
    responses: { 200: { description: "It can." }, ...failures },
  });
  return {
    [WEBHOOK_ROUTE.path]: {
      get: probe("probeAkoolWebhook"),
      head: probe("probeAkoolWebhookHead"),
    },
  };
}
