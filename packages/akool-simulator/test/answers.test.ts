import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { askAbout, codeOf, dataOf, rightKey } from "../src/client.ts";
import { UnknownSimulatedJobError } from "../src/job-book.ts";
import type { JobScript } from "../src/job-script.ts";
import {
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
  UnusableSimulatorKeyError,
} from "../src/simulator.ts";
import { clock, createTime, simulateEachTest, simulator } from "./set-up.ts";

/** The times of AKOOL's samples: created, and completed or failed 110 s later. */
const endTime = 1754363095482;
const sampleId = "689174694b4dbdd4ab3d28c9";
const sampleVideo = "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4";

const completing: JobScript = {
  queueMs: 10_000,
  processMs: 100_000,
  end: { kind: "complete", file: { kind: "sample" } },
};
const failing: JobScript = { ...completing, end: { kind: "fail" } };

simulateEachTest();

function sample(name: string): string {
  const url = new URL(`../samples/${name}.json`, import.meta.url);
  return readFileSync(url, "utf8").trim();
}

function ask(id: string, init?: RequestInit): Promise<Response> {
  return askAbout(simulator, id, init);
}

describe("infobymodelid answers as AKOOL's samples, byte for byte", () => {
  it("while a job queues", async () => {
    const id = simulator.addJob(completing);

    const body = await (await ask(id)).text();

    expect(body).toBe(sample("queueing").replaceAll(sampleId, id));
  });

  it("when a job is completed", async () => {
    const id = simulator.addJob(completing);
    clock.ms = endTime;

    const body = await (await ask(id)).text();

    const video = `${simulator.origin}/result/${endTime}-1.mp4`;
    expect(body).toBe(sample("completed").replaceAll(sampleId, id).replaceAll(sampleVideo, video));
  });

  it("when a job has failed", async () => {
    const id = simulator.addJob(failing);
    clock.ms = endTime;

    const body = await (await ask(id)).text();

    expect(body).toBe(sample("failed").replaceAll(sampleId, id));
  });

  it("while a job is processed, with the time of the change and no video", async () => {
    const id = simulator.addJob(completing);
    clock.ms = createTime + 10_000;

    const data = await dataOf(ask(id));

    expect(data).toMatchObject({ video_status: 2, update_time: createTime + 10_000 });
    expect(data).not.toHaveProperty("video");
  });
});

describe("a job follows its script", () => {
  it.each([
    ["queues until its processing starts", 9_999, 1],
    ["is processed from then on", 10_000, 2],
    ["is processed until its end", 109_999, 2],
    ["is completed at its end", 110_000, 3],
  ])("and %s", async (_, ageMs, expected) => {
    const id = simulator.addJob(completing);
    clock.ms = createTime + ageMs;

    const data = await dataOf(ask(id));

    expect(data.video_status).toBe(expected);
  });

  it("and stays in processing for good if it never ends", async () => {
    const id = simulator.addJob({ ...completing, end: { kind: "never" } });
    clock.ms = endTime + 30 * 24 * 3_600_000;

    const data = await dataOf(ask(id));

    expect(data.video_status).toBe(2);
  });

  it("and may have been created before it was added", async () => {
    const id = simulator.addJob({ ...completing, createdAgoMs: 20_000 });

    const data = await dataOf(ask(id));

    expect(data).toMatchObject({ create_time: createTime - 20_000, video_status: 2 });
  });

  it("and gives its own reason for failing", async () => {
    const id = simulator.addJob({ ...failing, end: { kind: "fail", reason: "No face found." } });
    clock.ms = endTime;

    const data = await dataOf(ask(id));

    expect(data.faceswap_fail_reason).toBe("No face found.");
  });

  it("and can be given another one", async () => {
    const id = simulator.addJob({ ...completing, end: { kind: "never" } });
    clock.ms = endTime;

    simulator.updateJob(id, { end: { kind: "fail" } });

    expect((await dataOf(ask(id))).video_status).toBe(4);
  });

  it("but a job that is not there cannot be changed", () => {
    const change = () => simulator.updateJob(sampleId, completing);

    expect(change).toThrow(UnknownSimulatedJobError);
  });
});

describe("a request that AKOOL refuses", () => {
  const cases: [string, RequestInit][] = [
    ["a wrong x-api-key", { headers: { "x-api-key": "other" } }],
    ["no key at all", {}],
    ["a wrong bearer token", { headers: { authorization: "Bearer other" } }],
    [
      "a wrong bearer token beside a right key, which it overrides",
      { headers: { authorization: "Bearer other", ...rightKey } },
    ],
  ];

  it.each(cases)("has %s: code 1101, no data, not counted", async (_, init) => {
    const id = simulator.addJob(completing);

    const response = await ask(id, init);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: 1101, msg: expect.any(String) });
    expect(simulator.calls(id)).toBe(0);
  });

  it("names a video that does not exist: code 1008", async () => {
    const body = await (await ask(sampleId)).json();

    expect(body).toEqual({ code: 1008, msg: expect.any(String) });
  });

  it.each(["", "123", `${sampleId}0`])("has the malformed id %j: code 1003", async (id) => {
    const body = await (await ask(id)).json();

    expect(body).toEqual({ code: 1003, msg: expect.any(String) });
  });

  it("has no id: code 1003", async () => {
    const url = `${simulator.baseUrl}/v3/content/video/infobymodelid`;

    const response = await fetch(url, { headers: rightKey });

    expect(await response.json()).toMatchObject({ code: 1003 });
  });

  it.each(["/api/open/v3/content/video/list", "/elsewhere"])("goes to %s: 404", async (path) => {
    const response = await fetch(`${simulator.origin}${path}`);

    expect(response.status).toBe(404);
  });
});

describe("getToken", () => {
  const getToken = async (body: unknown) => {
    const response = await fetch(`${simulator.baseUrl}/v3/getToken`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return z.looseObject({ code: z.int() }).parse(await response.json());
  };
  const pair = { clientId: defaultClientId, clientSecret: defaultApiKey };

  it("gives a token at the top level, which is accepted until it is ended", async () => {
    const id = simulator.addJob(completing);
    const answer = await getToken(pair);
    const headers = { authorization: `Bearer ${answer.token}` };

    expect(answer).toEqual({ code: 1000, token: expect.any(String) });
    expect((await dataOf(ask(id, { headers })))._id).toBe(id);
    simulator.endTokens();
    expect(await (await ask(id, { headers })).json()).toMatchObject({ code: 1101 });
  });

  it.each([
    [{ ...pair, clientSecret: "other" }, 1109],
    [{ ...pair, clientId: "other" }, 1109],
    [{}, 1003],
  ])("refuses %j", async (body, code) => {
    expect(await getToken(body)).toMatchObject({ code });
  });

  it("is what makes a token: the key is none", async () => {
    const id = simulator.addJob(completing);
    const headers = { authorization: `Bearer ${defaultApiKey}` };

    expect(await (await ask(id, { headers })).json()).toMatchObject({ code: 1101 });
  });
});

it("accepts only the key that it was started with", async () => {
  await using stack = new AsyncDisposableStack();
  const ownKey = "sixteen bytes...";
  const other = await startAkoolSimulator({ apiKey: ownKey });
  stack.defer(() => other.close());
  const url = `${other.baseUrl}/v3/content/video/infobymodelid?video_model_id=${sampleId}`;

  const codes = await Promise.all(
    [ownKey, defaultApiKey].map((key) => codeOf(fetch(url, { headers: { "x-api-key": key } }))),
  );

  expect(codes).toEqual([1008, 1101]);
});

it("does not start with a key that could encrypt no webhook", async () => {
  const starting = startAkoolSimulator({ apiKey: "seventeen bytes.." });

  await expect(starting).rejects.toThrow(UnusableSimulatorKeyError);
});

it("records every request with its headers and time, and counts the calls of each job", async () => {
  const [first, second] = [simulator.addJob(completing), simulator.addJob(completing)];
  await ask(first);
  clock.ms += 5;

  await ask(first, { headers: { "x-api-key": "other" } });

  expect(simulator.requests()).toEqual([
    expect.objectContaining({ method: "GET", at: createTime }),
    {
      method: "GET",
      url: `/api/open/v3/content/video/infobymodelid?video_model_id=${first}`,
      headers: expect.objectContaining({ "x-api-key": "other" }),
      at: createTime + 5,
    },
  ]);
  expect([simulator.calls(first), simulator.calls(second)]).toEqual([1, 0]);
});

it("says so when its port is taken", async () => {
  const port = Number(new URL(simulator.origin).port);

  const second = startAkoolSimulator({ port });

  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
});

it("begins a job's time when it is first asked about, where its script says so", async () => {
  const late = simulator.addJob({ ...completing, startsAtFirstPoll: true });
  const early = simulator.addJob(completing);
  clock.ms = createTime + 200_000;

  const first = await dataOf(askAbout(simulator, late));
  clock.ms += 110_000;
  const second = await dataOf(askAbout(simulator, late));

  expect(first).toMatchObject({ video_status: 1, create_time: createTime + 200_000 });
  expect(second).toMatchObject({ video_status: 3, create_time: createTime + 200_000 });
  expect(await dataOf(askAbout(simulator, early))).toMatchObject({ create_time: createTime });
});
