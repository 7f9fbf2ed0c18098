import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const KEY = "k".repeat(24);
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(() => served.close());

const doctor = (...flags: string[]) =>
  command(["doctor", "--stack", STACK, "--region", "us-east-1", ...flags]);

/** What is wrong, where it shows, and the beginning of its remedy. */
const FAULTS: readonly [
  fault: string,
  plant: (it: Deployed) => void,
  line: string,
  remedy: string,
][] = [
  [
    "no client id",
    (it) => {
      it.secret = JSON.stringify({ apiKey: KEY });
    },
    "client id         is missing",
    "add clientId, then: aws secretsmanager put-secret-value",
  ],
  [
    "a key of wrong length",
    (it) => {
      it.secret = JSON.stringify({ apiKey: `${KEY}x`, clientId: "client" });
    },
    "key's length      is 25 characters, AKOOL's have 16, 24, 32",
    "copy the key anew",
  ],
  [
    "no secret",
    (it) => {
      it.secret = undefined;
    },
    "secret            akool-video-archiver/akool does not exist",
    "aws secretsmanager create-secret --name akool-video-archiver/akool",
  ],
  [
    "a topic without subscriber",
    (it) => {
      it.subscribers = "0";
    },
    "alarm subscribers the topic has none",
    "aws sns subscribe --topic-arn arn:aws:sns:us-east-1:123456789012:alarms",
  ],
  [
    "a dead-letter queue that is not empty",
    (it) => {
      it.deadLetters.push({ body: {} }, { body: {} });
    },
    "dead letters      2 in the queue",
    "akool-archiver dead-letters list",
  ],
  [
    "a sweeper that has stopped",
    (it) => {
      it.metrics.SweepChecked = 0;
    },
    "sweeper           has not run for 20 minutes",
    "see docs/operations.md, The sweeper does not run",
  ],
  [
    "a webhook that was never opened",
    (it) => {
      it.metrics.WebhookVerified = 0;
    },
    "webhook           none was opened in 7 days, 0 refused",
    'give AKOOL\'s create calls "webhookurl":"http://127.0.0.1:',
  ],
  [
    "videos that expire",
    (it) => {
      it.jobs = [{ videoModelId: "689174694b4dbdd4ab3d28c9", videoExpiresAt: soon() }];
    },
    "not archived, and deleted by AKOOL within 48 hours: 689174694b4dbdd4ab3d28c9",
    "akool-archiver show 689174694b4dbdd4ab3d28c9",
  ],
  [
    "an account without credits",
    (it) => {
      it.answers["GET /summary"] = { status: 200, body: { balance: { credits: 0, at: soon() } } };
    },
    "AKOOL's credits   none are left (0)",
    "buy credits at AKOOL",
  ],
  [
    "too few executions at once",
    (it) => {
      it.concurrency = 10;
    },
    "concurrency       Lambda runs 10 executions at once",
    "aws service-quotas request-service-quota-increase",
  ],
  [
    "alarms that tell nobody",
    (it) => {
      it.alarmTopics = [];
    },
    "alarm subscribers alarms are told to nobody",
    "npx cdk deploy -c archiver.alarmEmail=",
  ],
  [
    "an alarm that is going off",
    (it) => {
      it.ringing = [`${STACK}-Monitoring-OwnFault`];
    },
    `alarms            1 going off: ${STACK}-Monitoring-OwnFault`,
    "see docs/operations.md",
  ],
  [
    "webhooks that are refused",
    (it) => {
      it.metrics.WebhookVerified = 0;
      it.metrics.WebhookRefused = 7;
    },
    "none was opened in 7 days, 7 refused",
    "the secret's clientId and apiKey are not those of the account",
  ],
  [
    "a secret that is no JSON",
    (it) => {
      it.secret = KEY;
    },
    "secret            is no JSON object",
    "aws secretsmanager put-secret-value --secret-id akool-video-archiver/akool",
  ],
  [
    "a secret without a key",
    (it) => {
      it.secret = JSON.stringify({ clientId: "client", note: 1 });
    },
    "secret            holds no apiKey",
    "aws secretsmanager put-secret-value",
  ],
  [
    "a service that refuses the caller",
    (it) => {
      const body = { __type: "AccessDeniedException", message: "not you" };
      it.answers["GET /2016-08-19/account-settings"] = { status: 403, body };
    },
    "concurrency       could not be checked:",
    "the caller needs the permission",
  ],
  [
    "an API that refuses the caller",
    (it) => {
      it.answers["GET /health"] = { status: 403, body: { message: "Forbidden" } };
    },
    "API               refuses: Forbidden (HTTP 403)",
    "the caller needs execute-api:Invoke",
  ],
  [
    "a subscriber who has not confirmed",
    (it) => {
      it.subscribers = "0";
      it.pending = "1";
    },
    "alarm subscribers 1 has not confirmed yet",
    "aws sns subscribe",
  ],
];

describe("doctor, of a deployed stack", () => {
  it("finds nothing to do where all is well", async () => {
    const { code, out } = await doctor();

    expect(out).not.toContain("to do");
    expect(out.match(/^ok /gm)).toHaveLength(14);
    expect(code).toBe(0);
  });

  it.each(FAULTS)("finds %s, and names the remedy", async (_fault, plant, line, remedy) => {
    plant(deployed);

    const { code, out } = await doctor();

    const lines = out.split("\n");
    const at = lines.findIndex((it) => it.startsWith("to do") && it.includes(line));
    expect(lines[at] ?? out).toContain(line);
    expect(lines[at + 1]).toContain(`→ ${remedy}`);
    expect(out.match(/^to do/gm)).toHaveLength(1);
    expect(code).toBe(1);
  });

  it("never shows the secret", async () => {
    const { out, error } = await doctor("--json");

    expect(out + error).not.toContain(KEY);
  });
});

describe("doctor, of this machine", () => {
  it("finds another program on the port", async () => {
    const other = createServer((_request, response) => response.end("hello"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    const { code, out } = await command(["doctor", "--local", `http://127.0.0.1:${port}`]);
    other.close();

    expect(out).toContain("is in use by another program");
    expect(out).toContain("→ npm start -- serve --port 8800");
    expect(code).toBe(1);
  });

  it("finds that nothing runs, that there is no key, and a directory that will not do", async () => {
    const free = createServer();
    free.listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, "close");
    const address = `http://127.0.0.1:${port}`;

    const { out } = await command(["doctor", "--local", address, "--data", "/dev/null"]);

    expect(out).toMatch(/nothing listens there\n.*→ npm start -- serve/);
    expect(out).toMatch(/AKOOL_API_KEY.*is not set in this shell\n.*→ read -rs AKOOL_API_KEY/);
    expect(out).toMatch(/data directory.*is no directory/);
  });

  it("finds a key with which no webhook can be opened", async () => {
    const environment = { AKOOL_API_KEY: "short", AKOOL_CLIENT_ID: "client" };

    const { out } = await command(["doctor", "--local", "http://127.0.0.1:9"], environment);

    expect(out).toContain("is 5 characters, AKOOL's have 16, 24, 32");
    expect(out).not.toContain("short");
  });
});
