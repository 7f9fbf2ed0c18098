import { createHash } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { JOB_REQUESTED_DETAIL_TYPE } from "#domain/events/events.ts";
import { seal } from "#test/support/webhooks.ts";
import type { Playing } from "./playing.ts";
import { CREDENTIALS } from "./world.ts";

export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** What API Gateway answers when its function fails. */
const SERVER_FAULT: ApiAnswer = { status: 500, body: {} };

/** The ways in, as API Gateway, EventBridge and Step Functions offer them. */
export class EntryPoints {
  readonly #playing: Playing;

  constructor(playing: Playing) {
    this.#playing = playing;
  }

  /** @param route such as `POST /jobs` */
  api(route: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.#gateway(
      "JobApi",
      route,
      body === undefined ? undefined : JSON.stringify(body),
      headers,
    );
  }

  /** One of AKOOL's webhooks, as it was sealed. */
  webhook(text: string): Promise<ApiAnswer> {
    return this.#gateway("AkoolWebhook", "POST /webhooks/akool", text, {});
  }

  /** The text of a webhook; the same number gives the same text. */
  sealed(videoModelId: string, status: number, nonce: number, secret = CREDENTIALS.apiKey): string {
    const payload = JSON.stringify({ _id: videoModelId, status, type: "avatar", url: "" });
    const now = this.#playing.world.clock.now();
    return JSON.stringify(seal(payload, CREDENTIALS.clientId, secret, now, nonce));
  }

  /** @returns whether EventBridge has taken it */
  async requestByEvent(detail: object): Promise<boolean> {
    const { world } = this.#playing;
    const Entries = [
      {
        Source: "somebody",
        DetailType: JOB_REQUESTED_DETAIL_TYPE,
        Detail: JSON.stringify(detail),
        EventBusName: world.assembly.eventBus.name,
      },
    ];
    return this.#try(async () => {
      const { FailedEntryCount } = await world.clients.events.send(
        new PutEventsCommand({ Entries }),
      );
      return FailedEntryCount === 0;
    });
  }

  /** StartExecution by somebody who does not use the API. */
  start(name: string, input: object): Promise<boolean> {
    const { starter, world } = this.#playing;
    const stateMachineArn = world.assembly.stateMachine.arn;
    return this.#try(async () => {
      await world.outside(() =>
        starter.start({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      return true;
    });
  }

  stop(executionArn: string): Promise<boolean> {
    return this.#try(async () => {
      const { engine, world } = this.#playing;
      await world.outside(() => engine.stop(executionArn, "Stopped", "by hand"));
      return true;
    });
  }

  redrive(executionArn: string): Promise<boolean> {
    return this.#try(async () => {
      const { engine, world } = this.#playing;
      await world.outside(() => engine.redrive(executionArn));
      return true;
    });
  }

  async #try(call: () => Promise<boolean>): Promise<boolean> {
    const { world, callService } = this.#playing;
    try {
      return (await world.clock.runReal(() => callService("caller", call))) === true;
    } catch {
      return false;
    }
  }

  async #gateway(
    name: string,
    route: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer> {
    const { world, invoke, ledger } = this.#playing;
    const asset = world.functions.get(name);
    if (asset === undefined) throw new Error(`no function ${name}`);
    try {
      const answer = await invoke(asset.logicalId, gatewayEvent(route, body, headers));
      const { statusCode, body: text } = answer as { statusCode: number; body?: string };
      ledger.count(`${name} ${statusCode}`);
      return { status: statusCode, body: text === undefined ? {} : JSON.parse(text) };
    } catch {
      ledger.count(`${name} failed`);
      return SERVER_FAULT;
    }
  }
}

function gatewayEvent(route: string, body: string | undefined, headers: Record<string, string>) {
  const [method = "", path = ""] = route.split(" ");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", ...headers },
    requestContext: {
      http: { method, path, sourceIp: "127.0.0.1" },
      requestId: createHash("sha256").update(route).digest("hex").slice(0, 12),
      stage: "$default",
    },
    body,
    isBase64Encoded: false,
  };
}
