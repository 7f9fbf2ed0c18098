import { DELIVERY_TABLE, TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, vi } from "vitest";
import { createDeliveryStore } from "#aws/delivery-store.ts";
import { createJobStore } from "#aws/job-store.ts";
import { conclude } from "#domain/job/transition.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { acceptedJob, START } from "#test/support/jobs.ts";
import { seal } from "#test/support/webhooks.ts";
import { receiveWebhook, type WebhookDependencies } from "#use-cases/webhook/receive-webhook.ts";

const CLIENT_ID = "0123456789abcdef";
const SECRET = "abcdefghijklmnopqrstuvwx";

let dependencies: WebhookDependencies;
let client: DynamoDBClient;
let executions: FakeExecutions;
/** Tokens that an execution waits with. */
let waiting: Set<string>;
let succeeded: string[];
let id: string;
let counter = 0;

it.beforeEach(({ table }) => {
  client = table.client;
  id = `webhook-${counter++}`;
  waiting = new Set();
  succeeded = [];
  executions = fakeExecutions();
  dependencies = {
    store: createJobStore({ client, tableName: TABLE, retentionDays: 0 }),
    deliveries: createDeliveryStore(client, DELIVERY_TABLE),
    executions,
    callbacks: {
      async succeed(token) {
        succeeded.push(token);
        return waiting.delete(token);
      },
    },
    credentials: async () => [{ clientId: CLIENT_ID, clientSecret: SECRET }],
    now: () => START,
    log: { info: () => {}, warn: () => {}, error: () => {}, appendKeys: () => {} },
    eventBusName: "events",
    publish: async () => {},
    enterInLedger: async () => {},
    defaultDeadlineHours: 24,
    windowMs: 3_600_000,
    startsTracking: true,
  };
});

function webhook(status = 3, nonce = "0001", videoModelId = id, type: unknown = "lipsync") {
  const payload = JSON.stringify({ _id: videoModelId, status, type, url: "" });
  return JSON.stringify(seal(payload, CLIENT_ID, SECRET, START, nonce));
}
const receive = (text: string) => receiveWebhook(dependencies, text);

/** A job on record; with a token when its execution waits for a callback. */
async function followed(status: Parameters<typeof conclude>[1] | "accepted", token?: string) {
  const job = { ...acceptedJob(), videoModelId: id, execution: executions.arnOf(`${id}-1`) };
  executions.states.set(job.execution, "running");
  await dependencies.store.create(status === "accepted" ? job : conclude(job, status, START));
  if (token === undefined) return;
  waiting.add(token);
  await client.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { videoModelId: { S: id } },
      UpdateExpression: "SET taskToken = :token",
      ExpressionAttributeValues: { ":token": { S: token } },
    }),
  );
}

describe("a verified webhook", () => {
  it("wakes the execution that waits, and changes nothing on the record but its count", async () => {
    await followed("accepted", "token-1");
    const before = await dependencies.store.get(id);

    expect(await receive(webhook())).toBe("woke");

    expect(succeeded).toEqual(["token-1"]);
    expect(await dependencies.store.get(id)).toEqual(before);
    expect(await dependencies.store.wakes(id)).toEqual({ count: 1, ended: true });
  });

  it("that tells of progress wakes as well, without claiming an end", async () => {
    await followed("accepted", "token-1");

    expect(await receive(webhook(2))).toBe("woke");
    expect(await dependencies.store.wakes(id)).toEqual({ count: 1, ended: false });
  });

  it("while nobody waits is counted, so that the execution notices", async () => {
    await followed("accepted");

    expect(await receive(webhook())).toBe("stale");
    expect(await dependencies.store.wakes(id)).toEqual({ count: 1, ended: true });
    expect(executions.started).toEqual([]);
  });

  it("with a token that is over is a success to AKOOL", async () => {
    await followed("accepted", "token-1");
    waiting.clear();

    expect(await receive(webhook())).toBe("stale");
  });

  it("delivered again does nothing", async () => {
    await followed("accepted", "token-1");
    await receive(webhook());

    expect(await receive(webhook())).toBe("replayed");
    expect(await dependencies.store.wakes(id)).toMatchObject({ count: 1 });
    expect(succeeded).toHaveLength(1);
  });

  it("that failed half-way is dealt with as a whole when AKOOL comes again", async () => {
    await followed("accepted", "token-1");
    const { succeed } = dependencies.callbacks;
    dependencies.callbacks.succeed = () => Promise.reject(new Error("throttled"));
    await expect(receive(webhook())).rejects.toThrow("throttled");
    dependencies.callbacks.succeed = succeed;

    expect(await receive(webhook())).toBe("woke");
  });
});

describe("a webhook for a video that nobody follows", () => {
  it("starts following it", async () => {
    expect(await receive(webhook())).toBe("started");
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("is remembered as done, so that it is polled soon though AKOOL shows it late", async () => {
    await receive(webhook());

    expect(await dependencies.store.wakes(id)).toEqual({ count: 1, ended: true });
  });

  it("does not begin again what is cancelled meanwhile", async () => {
    await followed("processing");
    const { wake } = dependencies.store;
    dependencies.store = {
      ...dependencies.store,
      async wake(videoModelId, ended) {
        const woken = await wake(videoModelId, ended);
        const job = await dependencies.store.get(videoModelId);
        if (job) await dependencies.store.replace(job, conclude(job, "cancelled", START));
        return woken;
      },
    };

    expect(await receive(webhook())).toBe("stale");
    expect(executions.started).toEqual([]);
  });

  it.each(["timed_out", "processing"] as const)("begins no sixth attempt at %s", async (status) => {
    await followed(status);
    executions.states.set(executions.arnOf(`${id}-1`), "ended");
    const job = await dependencies.store.get(id);
    if (job) await dependencies.store.replace(job, { ...job, attempt: 5, version: job.version });

    expect(await receive(webhook())).toBe("stale");
    expect(executions.started).toEqual([]);
  });

  it("is ignored where that is configured", async () => {
    dependencies.startsTracking = false;

    expect(await receive(webhook())).toBe("ignored");
    expect(await dependencies.store.get(id)).toBeUndefined();
  });

  it.each(["../../etc", "", "short", "x".repeat(65)])(
    "starts nothing when its id is %j, and the log tells which it was",
    async (malformedId) => {
      const appendKeys = vi.fn();
      dependencies.log = { info: () => {}, warn: () => {}, error: () => {}, appendKeys };

      expect(await receive(webhook(3, "0001", malformedId))).toBe("malformed");

      expect(executions.started).toEqual([]);
      expect(appendKeys.mock.calls).toEqual([[{ malformedId }]]);
    },
  );

  it("keeps of a malformed id no more than a line in the log", async () => {
    const appendKeys = vi.fn();
    dependencies.log = { info: () => {}, warn: () => {}, error: () => {}, appendKeys };

    await receive(webhook(3, "0001", "a b ".repeat(500)));

    expect(JSON.stringify(appendKeys.mock.calls).length).toBeLessThan(150);
  });

  it.each(["image", "audio", "background change", "faceswap", "Background-Change"])(
    "starts nothing when it is of the type %j, which AKOOL does not serve to polls",
    async (type) => {
      expect(await receive(webhook(3, "0001", id, type))).toBe("ignored");
      expect(await dependencies.store.get(id)).toBeUndefined();
      expect(executions.started).toEqual([]);
    },
  );

  it.each(["talking photo", "video translate", "avatar", "lipsync", "something new", "", null, 7])(
    "starts following it when it is of the type %j",
    async (type) => {
      expect(await receive(webhook(3, "0001", id, type))).toBe("started");
    },
  );

  it.each(["image", "faceswap"])(
    "wakes a job that is followed, though its type is %j",
    async (type) => {
      await followed("accepted", "token-1");

      expect(await receive(webhook(3, "0001", id, type))).toBe("woke");
      expect(succeeded).toEqual(["token-1"]);
    },
  );

  it("begins again a job that has ended, whatever the type, unless AKOOL has denied it", async () => {
    await followed("timed_out");
    expect(await receive(webhook(3, "0001", id, "faceswap"))).toBe("started");

    id = `${id}-denied`;
    await followed("not_found");
    expect(await receive(webhook(3, "0001", id, "faceswap"))).toBe("stale");
  });

  it.each(["timed_out", "not_found", "rejected", "archive_failed"] as const)(
    "any more, since it is %s, starts another attempt",
    async (status) => {
      await followed(status);

      expect(await receive(webhook())).toBe("started");
      expect(executions.started).toEqual([`${id}-2`]);
    },
  );

  it.each(["archived", "failed", "expired", "cancelled"] as const)(
    "any more, since it is %s, changes nothing",
    async (status) => {
      await followed(status);

      expect(await receive(webhook())).toBe("stale");
      expect(executions.started).toEqual([]);
    },
  );
});

describe("a forged webhook", () => {
  it("is refused ten thousand times without touching store or AKOOL", async () => {
    const untouchable = () => Promise.reject(new Error("touched"));
    dependencies.store = { ...dependencies.store, wake: untouchable, get: untouchable };
    dependencies.deliveries = { isKnown: untouchable, remember: untouchable };
    const genuine = JSON.parse(webhook());
    const forged = JSON.stringify({ ...genuine, signature: "0".repeat(40) });

    for (let i = 0; i < 10_000; i++) expect(await receive(forged)).toBe("refused");
  });

  it("cannot be made by a fault of the store into an acceptance", async () => {
    dependencies.credentials = () => Promise.reject(new Error("no secret"));

    await expect(receive(webhook())).rejects.toThrow("no secret");
  });
});

describe("the count of webhooks", () => {
  it("survives the workflow's writes, and does not disturb them", async () => {
    await followed("accepted");
    const read = await dependencies.store.get(id);
    await receive(webhook());

    if (read) await dependencies.store.replace(read, { ...read, pollCount: 1 });

    expect(await dependencies.store.wakes(id)).toEqual({ count: 1, ended: true });
  });

  it("is nothing for a job that is not on record", async () => {
    expect(await dependencies.store.wakes("never-heard-of")).toEqual({ count: 0, ended: false });
  });

  it("passes on what is no missing record", async () => {
    await client.send(
      new PutItemCommand({
        TableName: TABLE,
        Item: { videoModelId: { S: id }, wakeCount: { S: "not a number" } },
      }),
    );

    await expect(receive(webhook())).rejects.toMatchObject({ name: "ValidationException" });
  });
});
