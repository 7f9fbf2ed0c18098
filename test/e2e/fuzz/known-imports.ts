import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { vi } from "vitest";
import type { Served } from "../served.ts";
import type { Known } from "./schema-values.ts";

/** What a list may hold besides ids: nothing of it may be more than a malformed line. */
const ODD_LINES = [
  "",
  "{oops",
  "null",
  '{"__proto__":1}',
  '"\\ud800"',
  "[".repeat(9_000),
  "\u0000",
];

/** Imports that have succeeded and failed, ids that nobody knows, and places of lists. */
export async function importsInEveryState(
  served: Served,
  videoModelIds: readonly string[],
): Promise<Known> {
  const { importBucket: bucket, s3: endpoint } = served.ready;
  const keys = ["imports/list.jsonl", "imports/blank.jsonl", "imports/missing.jsonl"] as const;
  const [list, blank, missing] = keys;
  const s3 = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "t", secretAccessKey: "t" },
  });
  const lines = [...ODD_LINES, ...videoModelIds.map((id) => JSON.stringify(id))];
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: list, Body: lines.join("\r\n") }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: blank, Body: "\n \n" }));
  s3.destroy();
  const ids: string[] = [];
  for (const [key, state] of [
    [list, "succeeded"],
    [blank, "failed"],
    [missing, "failed"],
  ] as const) {
    const { body } = await served.call("createImport", { body: { source: { bucket, key } } });
    await vi.waitUntil(async () => {
      const found = await served.call("getImport", { parameters: { importId: body.importId } });
      return found.body.state === state;
    }, 180_000);
    ids.push(body.importId);
  }
  const page = await served.call("listImports", { query: { limit: "1" } });
  return {
    "listImports.cursor": [page.body.cursor],
    importId: [...ids, "00000000-0000-4000-8000-000000000000", "-".repeat(36)],
    jobs: videoModelIds,
    bucket: [bucket, "somebody-elses"],
    key: [...keys, "runs/not-for-you"],
    source: [...keys.map((key) => `s3://${bucket}/${key}`), "s3://somebody-elses/imports/list"],
  };
}
