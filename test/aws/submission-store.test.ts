import {
  clientAt,
  dynaliteTable,
  SUBMISSION_TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createSubmissionStore, type Submission } from "#aws/submission-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { type LossyProxy, lossyProxy } from "#test/support/lossy-proxy.ts";

let table: TestStore;
let counter = 0;
let closers: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  table = await dynaliteTable();
});
afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
});
afterAll(() => table.close());

function intent(): Submission {
  return {
    idempotencyKey: `submission-${counter++}`,
    requestHash: "hash",
    state: "submitting",
    request: { image: "https://example.com/a.png" },
    tags: {},
    estimatedCredits: 20,
    createdAt: "2026-11-01T00:00:00.000Z",
    updatedAt: "2026-11-01T00:00:00.000Z",
    version: 1,
  };
}

function nextIntentOf({ idempotencyKey }: Submission): Submission {
  return { ...intent(), idempotencyKey };
}

const direct = () => createSubmissionStore(table.client, SUBMISSION_TABLE);

/** A store whose SDK repeats what it is not answered; the first answer to the operation is lost. */
async function storeThatLoses(
  operation: string,
  meanwhile: () => Promise<unknown> = async () => {},
) {
  const proxy: LossyProxy = await lossyProxy(table.endpoint, async (asked, nth) => {
    if (asked !== operation || nth > 1) return false;
    await meanwhile();
    return true;
  });
  const client = clientAt(proxy.endpoint);
  closers.push(() => client.destroy(), proxy.close);
  return { store: createSubmissionStore(client, SUBMISSION_TABLE), proxy };
}

/** As an older release has written it. */
async function oldRecord(): Promise<Submission> {
  const old = intent();
  const { idempotencyKey } = await direct().create(old);
  await table.client.send(
    new UpdateItemCommand({
      TableName: SUBMISSION_TABLE,
      Key: { idempotencyKey: { S: idempotencyKey } },
      UpdateExpression: "REMOVE incarnation, writeId",
    }),
  );
  return old;
}

describe("a submission whose request the SDK repeats, because its first answer was lost", () => {
  it("is created once, by its own writer", async () => {
    const { store, proxy } = await storeThatLoses("UpdateItem");

    const created = await store.create(intent());

    expect(proxy.operations).toEqual(["UpdateItem", "UpdateItem", "GetItem"]);
    expect(await direct().get(created.idempotencyKey)).toEqual(created);
  });

  it("is replaced once", async () => {
    const created = await direct().create(intent());
    const { store } = await storeThatLoses("UpdateItem");

    const refused = await store.replace(created, { ...created, state: "refused" });

    expect(refused).toMatchObject({ state: "refused", version: 2 });
    expect(await direct().get(created.idempotencyKey)).toEqual(refused);
  });

  it("is removed without a conflict", async () => {
    const created = await direct().create(intent());
    const { store, proxy } = await storeThatLoses("DeleteItem");

    await store.remove(created);

    expect(proxy.operations).toEqual(["DeleteItem", "DeleteItem", "GetItem"]);
    expect(await direct().get(created.idempotencyKey)).toBeUndefined();
  });

  it("is not removed when it is another intent that has taken the key meanwhile", async () => {
    const first = await direct().create(intent());
    let second: Submission | undefined;
    const { store } = await storeThatLoses("DeleteItem", async () => {
      second = await direct().create({ ...first });
    });

    await store.remove(first);

    expect(second).toMatchObject({ version: 1 });
    expect(await direct().get(first.idempotencyKey)).toEqual(second);
  });

  it("is not overwritten when it is another intent that has taken the key meanwhile", async () => {
    const first = await direct().create(intent());
    await direct().remove(first);
    const second = await direct().create(nextIntentOf(first));

    const late = direct().replace(first, { ...first, state: "submit_unknown" });

    await expect(late).rejects.toThrow(VersionConflict);
    expect(await direct().get(first.idempotencyKey)).toEqual(second);
  });
});

describe("a submission that an older release has written", () => {
  it("is replaced", async () => {
    const old = await oldRecord();

    await direct().replace(old, { ...old, state: "refused" });

    expect(await direct().get(old.idempotencyKey)).toMatchObject({ state: "refused", version: 2 });
  });

  it("is removed", async () => {
    const old = await oldRecord();

    await direct().remove(old);

    expect(await direct().get(old.idempotencyKey)).toBeUndefined();
  });

  it("is not removed when it has changed", async () => {
    const old = await oldRecord();
    await direct().replace(old, { ...old, state: "refused" });

    await expect(direct().remove(old)).rejects.toThrow(VersionConflict);
  });

  it("does not remove a newer intent", async () => {
    const old = await oldRecord();
    await direct().remove(old);
    const second = await direct().create(nextIntentOf(old));

    await expect(direct().remove(old)).rejects.toThrow(VersionConflict);

    expect(await direct().get(old.idempotencyKey)).toEqual(second);
  });
});
