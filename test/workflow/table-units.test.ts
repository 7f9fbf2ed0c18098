import { readFileSync } from "node:fs";
import { defaultApiKey, defaultClientId } from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isEnded } from "#domain/job/job-status.ts";
import { type MeteringProxy, meteringProxy, type Units } from "#test/support/metering-proxy.ts";
import { seal } from "#test/support/webhooks.ts";
import { openWorkflow, type Workflow } from "./harness.ts";

/** Three to enter the indexes, two for each of four changes of the status, three to be published. */
const INDEX_WRITES = 14;

const WEBHOOK_URL = "https://archiver.example.com/webhooks/akool";

let meter: MeteringProxy;
let workflow: Workflow;
beforeAll(async () => {
  meter = await meteringProxy();
  workflow = await openWorkflow({
    AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint,
    AKOOL_CLIENT_ID: defaultClientId,
    WEBHOOK_URL,
  });
  meter.target = workflow.dynamoDbEndpoint;
});
afterAll(async () => {
  await workflow.close();
  await meter.close();
});
beforeEach(() => {
  meter.units.clear();
  meter.calls.length = 0;
});

const addJob = (webhookUrl?: string) =>
  workflow.akool.addJob(
    {
      ...{ queueMs: 30_000, processMs: 80_000, webhook: { lost: true } },
      end: { kind: "complete", file: { kind: "sample" } },
    },
    webhookUrl,
  );

function post(name: string, path: string, body: unknown) {
  return workflow.call(name, {
    ...{ version: "2.0", routeKey: "$default", rawPath: path, rawQueryString: "" },
    headers: { "content-type": "application/json" },
    requestContext: {
      http: { method: "POST", path, sourceIp: "127.0.0.1" },
      ...{ requestId: "r", stage: "$default" },
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  });
}

async function submit(videoModelId: string): Promise<void> {
  expect(await post("JobApi", "/jobs", { videoModelId })).toMatchObject({ statusCode: 202 });
}

let nonces = 0;
async function deliver(_id: string, status: number): Promise<void> {
  const payload = JSON.stringify({ _id, status, type: "face_swap" });
  const sealed = seal(
    payload,
    defaultClientId,
    defaultApiKey,
    workflow.clock.now() / 1000,
    nonces++,
  );
  expect(await post("AkoolWebhook", "/webhooks/akool", sealed)).toMatchObject({ statusCode: 200 });
}

async function untilEnded(id: string) {
  for (;;) {
    await workflow.pass(10_000);
    const job = await workflow.job(id);
    if (job !== undefined && isEnded(job.status)) return job;
  }
}

/** @param table what its logical id begins with */
function unitsIn(units: ReadonlyMap<string, Units>, table: string): Units {
  const [, found] = [...units].find(([name]) => name.startsWith(table)) ?? [];
  return found ?? expect.fail(`no request to ${table}`);
}

const unitsOf = (table: string) => unitsIn(meter.units, table);

const updatesOf = (table: string) =>
  meter.calls.filter((call) => call.startsWith(`UpdateItem ${table}`)).length;

const page = readFileSync(new URL("../../docs/costs.md", import.meta.url), "utf8");
const thousand = (count: number) => Math.round(count).toLocaleString("en-US");

/** Its polls are of the mean number that the page computes with. */
const MEAN_POLLS = 18.3;

describe("a job from acceptance to archive consumes what docs/costs.md says", () => {
  it("polled", async () => {
    const id = addJob();
    await submit(id);
    const { pollCount, status } = await untilEnded(id);

    expect(status).toBe("archived");
    expect(meter.calls.filter((call) => call.includes("refused"))).toEqual([]);
    const { read, write, indexWrite } = unitsOf("JobsTable");
    const besides = { write: write - 2 * pollCount, read: read - 2.5 * pollCount };
    expect(indexWrite).toBe(INDEX_WRITES);
    expect(besides.write).toBe(14);
    // Half a unit more where the function has to read the durations of such videos.
    expect([3, 3.5]).toContain(besides.read);
    const writes = 1_000 * (2 * MEAN_POLLS + besides.write + indexWrite);
    expect(page).toContain(
      `1,000 × (2 × ${MEAN_POLLS} + ${besides.write}) + ${thousand(1_000 * indexWrite)} for the indexes = ${thousand(writes)} |`,
    );
    expect(page).toContain(`1,000 × (2.5 × ${MEAN_POLLS} + 3.5) = 49,250 |`);
    expect(unitsOf("LedgerTable")).toEqual({ read: 1, write: 3, indexWrite: 0 });
    expect(page).toContain("3 writes and a read of one unit each | 3,000 and 1,000 |");
  });

  it("with webhooks", async () => {
    const id = addJob(WEBHOOK_URL);
    await submit(id);
    await workflow.pass(30_000);
    await deliver(id, 2);
    await workflow.pass(80_000);
    await deliver(id, 3);
    const { pollCount, status } = await untilEnded(id);

    expect({ pollCount, status }).toEqual({ pollCount: 3, status: "archived" });
    expect(meter.calls.filter((call) => call.includes("refused"))).toEqual([]);
    const { read, indexWrite } = unitsOf("JobsTable");
    expect(indexWrite).toBe(INDEX_WRITES);
    expect([10, 10.5]).toContain(read);
    expect(unitsOf("DeliveriesTable")).toEqual({ read: 2, write: 2, indexWrite: 0 });
    expect(unitsOf("LedgerTable")).toEqual({ read: 1, write: 3, indexWrite: 0 });
    // A task token of AWS's is longer than the emulator's: three units for each update of the record.
    const updates = updatesOf("JobsTable");
    const writes = 1_000 * (3 * updates + 2 + indexWrite);
    expect(page).toContain(
      `${thousand(1_000 * updates)} × 3 units + 2,000 deliveries + ${thousand(1_000 * indexWrite)} = ${thousand(writes)} |`,
    );
    expect(page).toContain("10,500 + 2,000 = 12,500 |");
  });
});

describe("a run of the sweeper consumes what docs/costs.md says", () => {
  it("after a job, and after none", async () => {
    const id = addJob();
    await submit(id);
    await untilEnded(id);
    meter.units.clear();

    await workflow.sweep();
    const counting = new Map(meter.units);
    meter.units.clear();
    await workflow.sweep();

    // A ticket and two sums of the hour, a ticket and a sum of its month, and the mark that goes.
    expect(unitsIn(counting, "LedgerTable").write - unitsOf("LedgerTable").write).toBe(6);
    expect(unitsOf("LedgerTable")).toEqual({ read: 1.5, write: 1, indexWrite: 0 });
    expect(unitsOf("JobsTable")).toEqual({ read: 24, write: 0, indexWrite: 0 });
    expect(page).toContain("25.5 read units and one write");
    expect(page).toContain("takes six writes");
  });
});
