import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as z from "zod/mini";
import { type ApiAnswer, send } from "#rehearsal/deployment/requests.ts";
import { call, jsonOf } from "./client.ts";
import { reaches, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** `akool-archiver console` against the deployed stack, and the API of the hosted one. */
export const consoleScenarios: readonly Scenario[] = [
  {
    name: "akool-archiver console lists, plays and retries with the person's credentials",
    run: use,
  },
  { name: "akool-archiver console gives nothing to whoever has not opened it", run: refuse },
];

const readySchema = z.object({ type: z.literal("ready"), url: z.url() });
const listSchema = z.object({ jobs: z.array(z.looseObject({ videoModelId: z.string() })) });
const linkSchema = z.object({ url: z.url() });

/** The command as somebody runs it, in a process of its own. */
async function withConsole(
  { context, emulator }: Stage,
  log: string,
  work: (address: URL) => Promise<void>,
): Promise<void> {
  const file = (path: string) => join(context.root, path);
  const command = [
    "console",
    "--stack",
    "AkoolVideoArchiver",
    "--port",
    "0",
    "--no-open",
    "--json",
  ];
  const child: ChildProcess = context.processes.start(
    process.execPath,
    [
      "--import",
      file("rehearsal/localhost-names.ts"),
      file("packages/cli/src/main.ts"),
      ...command,
    ],
    { cwd: context.root, env: emulator.environment, log },
  );
  try {
    const line = await until("the console's address", async () => {
      const output = await context.processes.output(log);
      assert.equal(child.exitCode, null, output);
      return output.split("\n").find((text) => text.startsWith("{"));
    });
    await work(new URL(readySchema.parse(JSON.parse(line)).url));
  } finally {
    const ended = once(child, "exit");
    if (child.kill("SIGTERM")) await ended;
  }
}

async function use(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.isFinished);
  await call(stage, "POST", "/jobs", { videoModelId: id });
  const { archive } = await reaches(stage, id, "archived");
  const stopped = stage.akool.addJob(SCRIPTS.neverEnds);
  await call(stage, "POST", "/jobs", { videoModelId: stopped });
  await reaches(stage, stopped, "processing");
  await withConsole(stage, "console", async (address) => {
    const cookie = await open(address);
    const page = (method: string, path: string) =>
      ask(address, method, path, {
        cookie,
        "sec-fetch-site": "same-origin",
        accept: "application/json",
      });

    const listed = jsonOf(await page("GET", "/jobs?status=archived"), listSchema);
    assert.ok(
      listed.jobs.some(({ videoModelId }) => videoModelId === id),
      "it is not listed",
    );
    const link = jsonOf(await page("GET", `/jobs/${id}/video?disposition=inline`), linkSchema);
    const video = await send(stage.emulator, { method: "GET", url: link.url });
    assert.deepEqual([video.status, video.body.length], [200, archive?.bytes]);
    assert.equal((await page("DELETE", `/jobs/${stopped}`)).status, 200);
    assert.equal((await page("POST", `/jobs/${stopped}/retry`)).status, 202);
  });
  stage.akool.updateJob(stopped, SCRIPTS.isFinished);
  assert.equal((await reaches(stage, stopped, "archived")).attempt, 2);
}

async function refuse(stage: Stage): Promise<void> {
  await withConsole(stage, "console-refusals", async (address) => {
    const cookie = await open(address);
    const own = { "sec-fetch-site": "same-origin", cookie };
    const refused: Record<string, Record<string, string>> = {
      "a browser without the cookie": { "sec-fetch-site": "same-origin" },
      "a program without the cookie": {},
      "a page of another origin": {
        ...own,
        origin: "https://example.com",
        "sec-fetch-site": "cross-site",
      },
      "a page of another port": { ...own, "sec-fetch-site": "same-site" },
      "a rebound host name": { ...own, host: `example.com:${address.port}` },
    };
    for (const [who, headers] of Object.entries(refused)) {
      const { status, body } = await ask(address, "GET", "/jobs", headers);
      assert.ok([401, 403].includes(status), `${who}: ${status}`);
      assert.ok(!body.includes("jobs"), who);
    }
    assert.equal((await ask(address, "GET", "/nowhere", own)).status, 404);
    assert.equal((await exchange(address)).status, 401, "a token works once");
  });
}

/** What the page does with the address that was printed. @returns the cookie */
async function open(address: URL): Promise<string> {
  const { status, headers } = await exchange(address);
  assert.equal(status, 200);
  const [cookie] = z.array(z.string()).parse(headers["set-cookie"]);
  return cookie?.split(";")[0] ?? "";
}

function exchange(address: URL): Promise<ApiAnswer> {
  const token = new URLSearchParams(address.hash.slice(1)).get("token");
  const body = JSON.stringify({ token });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return ask(address, "POST", "/_console/session", headers, body);
}

function ask(
  { hostname, port }: URL,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      buffer(response).then((bytes) => resolve({ status, headers: answered, body: bytes }), reject);
    });
    sent.once("error", reject).end(body);
  });
}
