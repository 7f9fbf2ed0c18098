import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault, JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesize } from "#local/stack/synthesize.ts";
import { Paper, Screen } from "../display/screen.ts";
import { type FinishedRun, IMPATIENT, runCommand } from "./runs.ts";

const SAMPLE = new URL("../../../packages/akool-simulator/assets/sample.mp4", import.meta.url);

const sample = { kind: "complete", file: { kind: "sample" } } as const;
const soon: JobScript = { queueMs: 0, processMs: 2_000, end: sample };

/** What AKOOL may do for a while before it answers normally. */
const PASSING_FAULTS: Readonly<Record<string, Fault>> = {
  "code 1101, the token has expired": { calls: [1, 2], fault: { kind: "code", code: 1101 } },
  "code 1005, too frequent": { calls: [1, 2], fault: { kind: "code", code: 1005 } },
  "code 2001, server error": { calls: [1, 2], fault: { kind: "code", code: 2001 } },
  "HTTP 502 with an HTML page": { calls: [1, 4], fault: { kind: "http", status: 502 } },
  "a request that hangs": { calls: [1, 1], fault: { kind: "hang" } },
  "code 1000 without data": { calls: [1, 2], fault: { kind: "no-data" } },
};

const summarySchema = z.object({
  type: z.literal("summary"),
  jobs: z.array(
    z.object({
      videoModelId: z.string(),
      status: z.string(),
      polls: z.number(),
      durationMs: z.number(),
      file: z.optional(z.string()),
      reason: z.optional(z.string()),
    }),
  ),
});

function summaryOf({ out }: FinishedRun) {
  return summarySchema.parse(JSON.parse(out.lines.at(-1) ?? ""));
}

let root: string;
let simulator: AkoolSimulator;

beforeAll(async () => {
  await synthesize();
  root = await mkdtemp(join(tmpdir(), "scenarios-"));
  simulator = await startAkoolSimulator();
});
afterAll(async () => {
  await simulator.close();
  await rm(root, { recursive: true });
});

function track(name: string, ids: readonly string[], ...more: string[]): string[] {
  return ["track", ...ids, "--data", join(root, name), "--akool-url", simulator.baseUrl, ...more];
}

// On its own: it is the one whose time is measured.
it("track works with any server that answers as documented", async () => {
  const id = "689174694b4dbdd4ab3d28c9";
  const video = await readFile(SAMPLE);
  const files = await serve((_request, response) => {
    response.setHeader("content-type", "video/mp4").setHeader("content-length", video.length);
    response.end(video);
  });
  const videoUrl = `http://localhost:${new URL(files.origin).port}/1754363091791-1423.mp4`;
  const akool = await serve((request, response) => {
    const poll = akool.requests.length;
    if (request.headers["x-api-key"] !== "a-key") return answer(response, { code: 1101 });
    if (request.url !== `/v3/content/video/infobymodelid?video_model_id=${id}`) {
      return answer(response, { code: 1003 });
    }
    const state = poll < 3 ? { video_status: poll } : { video_status: 3, video: videoUrl };
    answer(response, { code: 1000, msg: "OK", data: { _id: id, create_time: 1, ...state } });
  });
  const data = join(root, "independent");

  const run = await runCommand(["track", id, "--akool-url", akool.origin, "--data", data], {
    environment: { ...IMPATIENT, AKOOL_API_KEY: "a-key" },
  });

  expect({ code: run.code, error: run.error }).toEqual({ code: 0, error: "" });
  expect(akool.requests).toHaveLength(3);
  expect(await readFile(join(data, "videos", `${id}.mp4`))).toEqual(video);
  await Promise.all([files.close(), akool.close()]);
}, 180_000);

// They wait more than they work, so they wait together.
describe.concurrent("npm start --", () => {
  it("the demonstration goes as scripted, on a terminal", async () => {
    const screen = new Screen({ columns: 80, rows: 24 });

    const { code, error } = await runCommand(["--data", join(root, "demo")], { out: screen });

    expect({ code, error }).toEqual({ code: 0, error: "" });
    const table = screen.lines.slice(screen.lines.findIndex((line) => line.startsWith("Video ")));
    expect(table.filter((line) => line.includes("  archived "))).toHaveLength(4);
    expect(table.filter((line) => line.includes("  failed "))).toHaveLength(1);
    expect(table.filter((line) => line.endsWith(".mp4"))).toHaveLength(4);
    expect(screen.lines.join("\n")).toMatch(/The videos are in .+demo\/videos/);
  }, 180_000);

  it("track archives whatever AKOOL stumbles over meanwhile", async () => {
    const ids = Object.values(PASSING_FAULTS).map((fault) =>
      simulator.addJob({ ...soon, faults: [fault] }),
    );

    const run = await runCommand(track("troubles", ids, "--json"));

    expect({ code: run.code, error: run.error }).toEqual({ code: 0, error: "" });
    const { jobs } = summaryOf(run);
    expect(jobs.map(({ videoModelId }) => videoModelId)).toEqual(ids);
    const expected = await readFile(SAMPLE);
    for (const job of jobs) {
      expect(job).toMatchObject({ status: "archived" });
      expect(await readFile(job.file ?? "")).toEqual(expected);
    }
    expect(run.out.lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ type: "job", reason: expect.stringMatching(/AKOOL refuses/) }),
    );
  }, 180_000);

  it("track says why there is no video, and archived is final", async () => {
    const archived = simulator.addJob(soon);
    const failed = simulator.addJob({ ...soon, end: { kind: "fail", reason: "No face found" } });
    // What leads away from AKOOL's hosts is refused at once; a file that is not there is waited for.
    const location = "http://169.254.169.254/latest/";
    const elsewhere = { kind: "complete", file: { kind: "redirect", location } } as const;
    const dead = simulator.addJob({ ...soon, end: elsewhere });

    const first = await runCommand(track("ends", [archived, failed, dead]));
    const calls = simulator.calls(archived);
    const again = await runCommand(track("ends", [archived]));
    const failedAgain = await runCommand(track("ends", [failed]));
    await rm(join(root, "ends", "videos", `${archived}.mp4`));
    const takenAway = await runCommand(track("ends", [archived]));

    expect(first.code).toBe(1);
    expect(first.out.text).toMatch(new RegExp(`${failed}  failed +\\d:\\d\\d .+No face found`));
    expect(first.out.text).toMatch(new RegExp(`${dead}  archive_failed .+only https`));
    expect(again.code).toBe(0);
    expect(again.out.lines.at(-1)).toMatch(new RegExp(`archived .+/videos/${archived}.mp4$`));
    expect(simulator.calls(archived)).toBe(calls);
    expect(failedAgain.code).toBe(1);
    expect(failedAgain.out.lines.at(-1)).toMatch(/failed .+No face found$/);
    expect(takenAway.code).toBe(1);
    expect(takenAway.out.lines.at(-1)).toMatch(/not there any more$/);
  }, 180_000);

  it("track ends once all that AKOOL names beside a video is there, and lists it", async () => {
    const cues = (text: string) => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;
    const companions = {
      original_srt: { file: { kind: "text", body: cues("Hello") } },
      // Later than the video: the workflow asks again.
      translated_srt: { file: { kind: "text", body: cues("Hola") }, servedAfterMs: 4_000 },
      no_caption_video: { file: { kind: "sample" } },
    } as const;
    const id = simulator.addJob({ ...soon, end: { ...sample, companions } });

    const run = await runCommand(track("translated", [id]));

    expect({ code: run.code, error: run.error }).toEqual({ code: 0, error: "" });
    const stored = (name: string) => readFile(join(root, "translated", "videos", `${id}${name}`));
    expect(await stored(".mp4")).toEqual(await readFile(SAMPLE));
    expect(String(await stored(".original.srt"))).toBe(cues("Hello"));
    expect(String(await stored(".translated.srt"))).toBe(cues("Hola"));
    expect(await stored(".no-caption.mp4")).toEqual(await readFile(SAMPLE));
    expect(run.out.lines.slice(-3).join("\n")).toMatch(
      /original_srt: archived .+\n +translated_srt: archived .+\n +no_caption_video: archived /,
    );
  }, 180_000);

  it("Ctrl-C stops, and the same directory goes on", async () => {
    const one = simulator.addJob({ ...soon, end: { kind: "never" } });
    const interruption = new AbortController();
    const paper = new Paper();
    const out = {
      write(text: string) {
        paper.write(text);
        if (text.includes(`${one}  `) && text.includes("processing")) interruption.abort();
      },
    };

    const stopped = await runCommand(track("stopped", [one]), {
      out,
      interrupted: interruption.signal,
    });
    simulator.updateJob(one, soon);
    const resumed = await runCommand(track("stopped", [simulator.addJob(soon)]));

    expect(stopped).toMatchObject({ code: 130, error: "" });
    expect(paper.text).toContain("Stopped with 1 job unfinished; nothing is lost. Go on with:");
    expect(paper.lines.at(-1)).toContain(`npm start -- track --data ${join(root, "stopped")}`);
    expect(resumed.code).toBe(0);
    expect(resumed.out.text).toContain("Following 1 job. Going on with 1 job of an earlier run.");
    expect(resumed.out.text.match(/archived .+\.mp4$/gm)).toHaveLength(4);
  }, 180_000);
});

function answer(response: ServerResponse, body: unknown): void {
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
}
