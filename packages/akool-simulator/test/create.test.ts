import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LOST_ANSWER_PROMPT } from "../src/character-swap.ts";
import { askAbout, codeOf, dataOf, rightKey } from "../src/client.ts";
import { startAkoolSimulator } from "../src/simulator.ts";
import { clock, createTime, simulateEachTest, simulator } from "./set-up.ts";

const request = {
  image: "https://drz0f01yeq1cx.cloudfront.net/character-image.png",
  video: "https://drz0f01yeq1cx.cloudfront.net/source-video.mp4",
};

simulateEachTest();

function create(
  body: object | string,
  init: RequestInit = { headers: rightKey },
): Promise<Response> {
  return fetch(`${simulator.baseUrl}/v4/characterSwap/create`, {
    ...init,
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

it("answers a creation as AKOOL's sample, byte for byte", async () => {
  const full = {
    ...request,
    duration: 10,
    resolution: "720p",
    mode: "animate",
    prompt: "Smooth character animation with natural movement",
    webhookurl: "https://your-callback-url.com/webhook",
  };

  const body = await (await create(full)).text();

  const sample = readFileSync(
    new URL("../samples/create-response.json", import.meta.url),
    "utf8",
  ).trim();
  expect(body).toBe(sample.replace("689174694b4dbdd4ab3d28c9", JSON.parse(body).data._id));
});

it("starts a job that queues, is processed and completes, with what was asked for", async () => {
  const webhookurl = "https://example.com/hook";
  const { _id } = await dataOf(create({ ...request, webhookurl, duration: 30 }));
  const queueing = await dataOf(askAbout(simulator, String(_id)));
  clock.ms = createTime + 110_000;

  const completed = await dataOf(askAbout(simulator, String(_id)));

  expect(queueing).toMatchObject({ video_status: 1, webhookUrl: webhookurl, video_duration: 30 });
  expect(completed).toMatchObject({ video_status: 3, video_url: request.video });
  expect((await fetch(String(completed.video))).status).toBe(200);
});

it.each([
  ["480p", 10, 10],
  ["720p", 10, 20],
  ["1080p", 10, 30],
  ["1080p", 11, 45],
  ["720p", 1, 10],
])("charges a job at %s of %i s with %i credits", async (resolution, duration, credits) => {
  const data = await dataOf(create({ ...request, resolution, duration }));

  expect(data.deduction_credit).toBe(credits);
});

it("takes AKOOL's defaults, and leaves out what was not given", async () => {
  const data = await dataOf(create(request));

  expect(data).toMatchObject({ status: 1, resolution: "720p", mode: "animate" });
  expect(data).not.toHaveProperty("webhookUrl");
  expect(data).not.toHaveProperty("prompt");
});

it("gives no model name for the mode whose model AKOOL does not document", async () => {
  const data = await dataOf(create({ ...request, mode: "replace" }));

  expect(data.mode).toBe("replace");
  expect(data).not.toHaveProperty("model_name");
});

describe("a creation is refused with code 1003", () => {
  const refused: [string, object | string][] = [
    ["without an image", { video: request.video }],
    ["without a video", { image: request.image }],
    ["with an image that is no web address", { ...request, image: "file:///etc/passwd" }],
    ["shorter than 1 s", { ...request, duration: 0.5 }],
    ["longer than 120 s", { ...request, duration: 121 }],
    ["at an unknown resolution", { ...request, resolution: "4k" }],
    ["in an unknown mode", { ...request, mode: "morph" }],
    ["with a prompt of 501 characters", { ...request, prompt: "x".repeat(501) }],
    ["with a webhook that is no web address", { ...request, webhookurl: "hook" }],
    ["with a body that is no JSON", "image=1"],
  ];

  it.each(refused)("%s", async (_, body) => {
    const answer = await (await create(body)).json();

    expect(answer).toEqual({ code: 1003, msg: expect.any(String) });
  });
});

it("accepts a prompt of 500 characters and a duration of 120 s", async () => {
  const code = await codeOf(create({ ...request, prompt: "x".repeat(500), duration: 120 }));

  expect(code).toBe(1000);
});

it("refuses a creation with a wrong key: code 1101", async () => {
  const code = await codeOf(create(request, { headers: { "x-api-key": "other" } }));

  expect(code).toBe(1101);
});

it("creates a job and loses its answer, when it is asked to", async () => {
  const lost: string[] = [];
  const lossy = await startAkoolSimulator({ onLostAnswer: (id) => lost.push(id) });
  const url = `${lossy.baseUrl}/v4/characterSwap/create`;
  const body = JSON.stringify({ ...request, prompt: LOST_ANSWER_PROMPT });

  const answer = await fetch(url, { method: "POST", headers: rightKey, body });

  expect(answer.status).toBe(502);
  expect(lost).toHaveLength(1);
  const [id = ""] = lost;
  expect(await dataOf(askAbout(lossy, id))).toMatchObject({ _id: id, video_status: 1 });
  await lossy.close();
});
