import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { notificationsOf } from "#test/support/alarm.ts";
import { readEmf, valuesOf } from "#test/support/emf.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import { openWorkflow, type Workflow } from "./harness.ts";

const MINUTE = 60_000;
const POLL_MAX = 5 * MINUTE;
const JOBS = 200;
const WEBHOOK_URL = "https://api.example.com/webhooks/akool";
const OLD_KEY = "the-key-before-rotation!";
const complete = { kind: "complete", file: { kind: "sample" } } as const;

const secret = { text: JSON.stringify({ apiKey: defaultApiKey }) };
const lines: string[] = [];
let secretsManager: TestServer;
let workflow: Workflow;

beforeAll(async () => {
  secretsManager = await serve((_request, response) => {
    response
      .setHeader("content-type", "application/x-amz-json-1.1")
      .end(JSON.stringify({ SecretString: secret.text }));
  });
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  workflow = await openWorkflow({
    AKOOL_API_KEY: undefined,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    WEBHOOK_URL,
    // Metrics go through the global console, where a test can read them.
    POWERTOOLS_DEV: "true",
    POWERTOOLS_METRICS_DISABLED: "false",
  });
});
afterAll(async () => {
  await workflow.close();
  await secretsManager.close();
  vi.restoreAllMocks();
});
beforeEach(() => {
  secret.text = JSON.stringify({ apiKey: defaultApiKey });
  lines.length = 0;
});

/** Lets that much virtual time pass. */
function pass(ms: number): Promise<void> {
  return workflow.clock.runUntil(new Promise((resolve) => setTimeout(resolve, ms)));
}

async function allEnded(executions: readonly string[]): Promise<void> {
  for (const arn of executions) await workflow.end(arn);
}

async function changeOf(id: string, status: string): Promise<number> {
  const job = await workflow.job(id);
  const change = job?.statusHistory.find((line) => line.status === status);
  return Date.parse(change?.at ?? "");
}

const alarmSchema = z.object({
  EvaluationPeriods: z.int(),
  Threshold: z.number(),
  Metrics: z.tuple([
    z.object({ Expression: z.literal("FILL(counted, 0)") }),
    z.object({
      MetricStat: z.object({
        Period: z.int(),
        Stat: z.literal("Sum"),
        Metric: z.object({ MetricName: z.literal("AkoolAccountFault") }),
      }),
    }),
  ]),
  DatapointsToAlarm: z.literal(1),
  TreatMissingData: z.literal("notBreaching"),
});

/** The one alarm on the account, as the stack defines it. */
function accountAlarm() {
  const found = Object.entries(synthesizeTemplate().findResources("AWS::CloudWatch::Alarm"));
  const [, resource] = found.find(([id]) => id.startsWith("MonitoringAccountFault")) ?? [];
  const alarm = alarmSchema.parse(resource?.Properties);
  return {
    metricName: "AkoolAccountFault",
    threshold: alarm.Threshold,
    periodSeconds: alarm.Metrics[1].MetricStat.Period,
    evaluationPeriods: alarm.EvaluationPeriods,
  };
}

describe("a bad key", () => {
  it("makes two hundred jobs wait, raises one alarm, and once mended all go on within one poll", async () => {
    secret.text = JSON.stringify({ apiKey: OLD_KEY });
    const ids = Array.from({ length: JOBS }, (_, i) =>
      workflow.akool.addJob(
        { queueMs: 30_000, processMs: 80_000, end: complete },
        // For a tenth a webhook is expected: a healthy AKOOL is asked about them hours apart.
        ...(i % 10 === 0 ? [WEBHOOK_URL] : []),
      ),
    );
    const executions: string[] = [];
    for (const id of ids) executions.push(await workflow.start({ videoModelId: id }));

    await pass(25 * MINUTE);
    const waiting = await Promise.all(ids.map((id) => workflow.job(id)));
    const mended = workflow.clock.now();
    secret.text = JSON.stringify({ apiKey: defaultApiKey });
    await allEnded(executions);

    expect(new Set(waiting.map((job) => job?.status))).toEqual(new Set(["accepted"]));
    for (const id of ids) {
      expect((await workflow.job(id))?.status).toBe("archived");
      expect((await changeOf(id, "completed")) - mended).toBeLessThanOrEqual(POLL_MAX + 1_000);
    }
    const data = readEmf(lines);
    expect(valuesOf(data, "AkoolAccountFault").length).toBeGreaterThan(JOBS);
    expect(notificationsOf(accountAlarm(), data)).toBe(1);
    expect(valuesOf(data, "JobBegun")).toHaveLength(JOBS);
    expect(valuesOf(data, "JobArchived")).toHaveLength(JOBS);
    expect(valuesOf(data, "AkoolLook").length).toBeGreaterThan(2 * JOBS);
    expect(valuesOf(data, "CreditsCharged")).toEqual(Array(JOBS).fill(20));
  }, 300_000);

  it("that was rotated while a function knew the old one costs no job another poll", async () => {
    const id = workflow.akool.addJob({ queueMs: 0, processMs: 10 * MINUTE, end: complete });
    const execution = await workflow.start({ videoModelId: id });
    await pass(30_000);

    // The function's cache holds what is not AKOOL's key (any more); the secret is right already.
    secret.text = JSON.stringify({ apiKey: OLD_KEY });
    await pass(6 * MINUTE);
    secret.text = JSON.stringify({ apiKey: defaultApiKey });
    const before = workflow.akool.calls(id);
    lines.length = 0;
    await workflow.clock.runUntil(
      vi.waitUntil(() => workflow.akool.calls(id) > before, { interval: 0, timeout: 60_000 }),
    );

    expect(valuesOf(readEmf(lines), "AkoolAccountFault")).toEqual([]);
    await allEnded([execution]);
    expect((await workflow.job(id))?.status).toBe("archived");
  });
});

describe("a key that is bad when a fresh address is asked for", () => {
  it("makes the archive wait, not fail, and once mended it goes on within one poll", async () => {
    const file = { kind: "gone-then", after: 1, file: { kind: "sample" } } as const;
    const id = workflow.akool.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
    workflow.sabotage.current = async ({ resource }, run) => {
      // From the first copy on: the poll before it still had the right key.
      if (resource.includes("ArchiveVideo")) {
        workflow.sabotage.current = undefined;
        secret.text = JSON.stringify({ apiKey: OLD_KEY });
      }
      return run();
    };
    const execution = await workflow.start({ videoModelId: id });

    await pass(2 * 60 * MINUTE);
    const waiting = await workflow.job(id);
    const mended = workflow.clock.now();
    secret.text = JSON.stringify({ apiKey: defaultApiKey });
    await allEnded([execution]);

    expect(waiting?.status).toBe("completed");
    expect((await workflow.job(id))?.status).toBe("archived");
    expect((await changeOf(id, "archived")) - mended).toBeLessThanOrEqual(POLL_MAX + 1_000);
    expect(notificationsOf(accountAlarm(), readEmf(lines))).toBe(1);
  });
});
