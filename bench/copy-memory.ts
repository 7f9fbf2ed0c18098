/**
 * Peak memory of the copying code for one large video, measured apart from the S3 stand-in and the
 * source: `npm run bench -- copy-memory [bytes]` (default 1 GB).
 *
 * This process serves both ends; the copy runs alone in a child, which reports its own peak.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROLE = "BENCH_COPY_FROM";
const MEGABYTE = 1_000_000;

/** Loads only what the function loads, so that the figures are those of the copy. */
async function copyAndReport(videoUrl: string): Promise<void> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { createVideoCopier } = await import("#archive/copy-video.ts");
  const { downloadPolicy } = await import("#archive/download-guard.ts");
  const copier = createVideoCopier({
    s3: new S3Client(),
    policy: downloadPolicy("", videoUrl),
    maxBytes: 1e12,
  });
  const idleRssMb = process.memoryUsage.rss() / MEGABYTE;
  const startedAt = performance.now();
  const { bytes } = await copier.copy(
    videoUrl,
    { bucket: "videos", key: "copy.mp4" },
    AbortSignal.timeout(3_600_000),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(
    JSON.stringify({
      bytes,
      seconds: round(seconds),
      mbPerSecond: round(bytes / MEGABYTE / seconds),
      cpuSeconds: round((userCPUTime + systemCPUTime) / 1e6),
      idleRssMb: round(idleRssMb),
      peakRssMb: round((maxRSS * 1024) / MEGABYTE),
    }),
  );
}

async function serveBothEnds(bytes: number): Promise<number> {
  const { defaultApiKey, startAkoolSimulator } = await import(
    "#local/akool-simulator/simulator.ts"
  );
  const { startS3 } = await import("#local/stand-ins/s3.ts");
  const directory = await mkdtemp(join(tmpdir(), "copy-memory-"));
  const akool = await startAkoolSimulator();
  const file = { kind: "generated", bytes } as const;
  const id = akool.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
  const s3 = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { videos: "videos" },
  });
  const child = fork(fileURLToPath(import.meta.url), {
    env: {
      ...process.env,
      [ROLE]: await videoUrlOf(akool.baseUrl, id, defaultApiKey),
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
    },
  });
  const [exitCode] = await once(child, "exit");
  await Promise.all([s3.close(), akool.close()]);
  await rm(directory, { recursive: true });
  return exitCode === 0 ? 0 : 1;
}

async function videoUrlOf(baseUrl: string, id: string, apiKey: string): Promise<string> {
  const response = await fetch(`${baseUrl}/v3/content/video/infobymodelid?video_model_id=${id}`, {
    headers: { "x-api-key": apiKey },
  });
  const answer = (await response.json()) as { data: { video: string } };
  return answer.data.video;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const videoUrl = process.env[ROLE];
if (videoUrl !== undefined) await copyAndReport(videoUrl);

export function run([bytes = "1000000000"]: readonly string[]): Promise<number> {
  return serveBothEnds(Number(bytes));
}
