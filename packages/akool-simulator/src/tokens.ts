import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { type Answer, businessCode, refusal, tokenAnswer } from "./answer.ts";
import type { WebhookKeys } from "./webhook-body.ts";

const tokenRequest = z.object({ clientId: z.string(), clientSecret: z.string() });

/** The tokens that the simulator has issued. */
export class Tokens {
  readonly #keys: WebhookKeys;
  readonly #valid = new Set<string>();

  constructor(keys: WebhookKeys) {
    this.#keys = keys;
  }

  /** Answers getToken. @param body - the request body as it came */
  give(body: string): Answer {
    const request = tokenRequest.safeParse(parseJson(body));
    if (!request.success) return refusal(businessCode.parameter, z.prettifyError(request.error));
    const { clientId, clientSecret } = request.data;
    if (clientId !== this.#keys.clientId || clientSecret !== this.#keys.clientSecret) {
      // AKOOL does not document its code for this.
      return refusal(businessCode.noAccount, "simulator: wrong clientId or clientSecret");
    }
    const token = `simulated-token-${randomUUID()}`;
    this.#valid.add(token);
    return tokenAnswer(token);
  }

  accepts(token: string): boolean {
    return this.#valid.has(token);
  }

  /** Expires every token. */
  end(): void {
    this.#valid.clear();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
