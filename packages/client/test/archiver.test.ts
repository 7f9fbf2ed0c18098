import { readFileSync } from "node:fs";
import { type Archiver, ArchiverProblem, createArchiver } from "@akool-archiver/client";
import { describe, expect, it } from "vitest";
import { json, problem, recorded } from "./recorded.ts";

const DOCUMENT: { paths: Record<string, Record<string, { operationId: string }>> } = JSON.parse(
  readFileSync(new URL("../../../openapi.json", import.meta.url), "utf8"),
);
const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({ operationId, method, path })),
);

const ID = "689174694b4dbdd4ab3d28c9";
const SWAP = { image: "https://a.example/i.png", video: "https://a.example/v.mp4", duration: 10 };
const CALLS: Record<string, (archiver: Archiver) => Promise<unknown>> = {
  submitJob: (it) => it.submitJob({ videoModelId: ID, tags: { team: "film" } }),
  listJobs: (it) => it.listJobs({ status: "archived", tag: "team:a b+c", limit: 10 }),
  getJob: (it) => it.getJob(ID),
  cancelJob: (it) => it.cancelJob(ID),
  getVideo: (it) => it.getVideo(ID),
  getCompanion: (it) => it.getCompanion(ID, "original_srt"),
  retryJob: (it) => it.retryJob(ID),
  createCharacterSwap: (it) => it.createCharacterSwap(SWAP, { idempotencyKey: "order-1" }),
  listCharacterSwaps: (it) => it.listCharacterSwaps({ state: "submit_unknown", limit: 5 }),
  getCharacterSwap: (it) => it.getCharacterSwap("order-1"),
  settleCharacterSwap: (it) => it.settleCharacterSwap("order-1", { release: true }),
  createImport: (it) => it.createImport({ jobs: [ID] }),
  listImports: (it) => it.listImports({ limit: 5, cursor: "abc" }),
  getImport: (it) => it.getImport("imp-1"),
  getLedger: (it) => it.getLedger({ from: "2026-11-01", groupBy: "tag:team" }),
  getSummary: (it) => it.getSummary(),
  getOpenApi: (it) => it.getOpenApi(),
  getHealth: (it) => it.getHealth(),
  probeAkoolWebhook: (it) => it.probeAkoolWebhook(),
  probeAkoolWebhookHead: (it) => it.probeAkoolWebhookHead(),
};

describe("the client's calls", () => {
  it("are the operations of openapi.json, all of them", () => {
    expect(Object.keys(CALLS).sort()).toEqual(OPERATIONS.map((it) => it.operationId).sort());
  });

  it.each(OPERATIONS)("$operationId is $method $path", async ({ operationId, method, path }) => {
    const { archiver, requests } = recorded(() => json({}));

    await CALLS[operationId]?.(archiver);

    const named = path.replace("{videoModelId}", ID).replace("{role}", "original_srt");
    const filled = named.replace(/\{\w+Key\}/, "order-1");
    expect(requests).toMatchObject([{ method: method.toUpperCase() }]);
    expect(requests[0]?.path.split("?")[0]).toBe(filled.replace("{importId}", "imp-1"));
  });

  it("read the ledger as CSV where that is asked for", async () => {
    const csv = "group,jobs\r\n2026-11-27,1\r\n";
    const { archiver, requests } = recorded(
      () => new Response(csv, { headers: { "content-type": "text/csv; charset=utf-8" } }),
      () => json("no ledger"),
    );

    expect(await archiver.getLedgerCsv({ groupBy: "day" })).toBe(csv);
    expect(requests[0]?.headers.get("accept")).toBe("text/csv");
    await expect(archiver.getLedger()).rejects.toThrow("not the archiver");
  });

  it("send filters, bodies and the key as the API reads them", async () => {
    const { archiver, requests } = recorded();

    await CALLS.listJobs?.(archiver);
    await CALLS.submitJob?.(archiver);
    await CALLS.createCharacterSwap?.(archiver);

    await CALLS.listCharacterSwaps?.(archiver);
    await CALLS.listImports?.(archiver);
    await CALLS.getLedger?.(archiver);

    const [list, submit, swap, swaps, imports, ledger] = requests;
    expect(swaps?.path).toBe("/character-swaps?limit=5&state=submit_unknown");
    expect(imports?.path).toBe("/imports?limit=5&cursor=abc");
    expect(ledger?.path).toBe("/ledger?from=2026-11-01&groupBy=tag%3Ateam");
    expect(list?.path).toBe("/jobs?status=archived&tag=team%3Aa%20b%2Bc&limit=10");
    expect(JSON.parse(submit?.body ?? "")).toEqual({ videoModelId: ID, tags: { team: "film" } });
    expect(submit?.headers.get("content-type")).toBe("application/json");
    expect(swap?.headers.get("idempotency-key")).toBe("order-1");
  });

  it("send a list as it is", async () => {
    const { archiver, requests } = recorded();

    await archiver.createImport({ contentType: "text/csv", list: `id,team\n${ID},film\n` });

    expect(requests[0]?.body).toBe(`id,team\n${ID},film\n`);
    expect(requests[0]?.headers.get("content-type")).toBe("text/csv");
  });

  it("tell whether a submission has started anything", async () => {
    const { archiver } = recorded(
      () => json({ videoModelId: ID }, 202),
      () => json({ videoModelId: ID }),
    );

    expect(await archiver.submitJob({ videoModelId: ID })).toMatchObject({ started: true });
    expect(await archiver.submitJob({ videoModelId: ID })).toMatchObject({ started: false });
  });

  it("ask for the link to a video as JSON, to be saved or played", async () => {
    const link = { url: "https://bucket.example/v", expiresAt: "2026-01-05T12:00:00.000Z" };
    const { archiver, requests } = recorded(() => json(link));

    expect(await archiver.getVideo(ID, { disposition: "inline" })).toEqual(link);
    expect(requests[0]?.headers.get("accept")).toBe("application/json");
    expect(requests[0]?.path).toBe(`/jobs/${ID}/video?disposition=inline`);
  });
});

describe("authorization", () => {
  const authorizationOf = async (options: { token: string | (() => Promise<string>) }) => {
    let header: string | null = null;
    const archiver = createArchiver({
      url: "https://api.example.com",
      ...options,
      fetch: async ({ headers }) => {
        header = headers.get("authorization");
        return json({ status: "ok" });
      },
    });
    await archiver.getHealth();
    return header;
  };

  it("is a bearer token, as given or as fetched", async () => {
    expect(await authorizationOf({ token: "given" })).toBe("Bearer given");
    expect(await authorizationOf({ token: async () => "fetched" })).toBe("Bearer fetched");
  });
});

describe("a refusal", () => {
  it("is an error with the problem's members", async () => {
    const body = problem("video-not-archived", 409, { jobStatus: "accepted" });
    const { archiver } = recorded(() => json(body, 409));

    const error: unknown = await archiver.getVideo(ID).catch((it) => it);

    expect(error).toBeInstanceOf(ArchiverProblem);
    expect(error).toMatchObject({
      name: "ArchiverProblem",
      kind: "video-not-archived",
      type: body.type,
      title: body.title,
      status: 409,
      detail: body.detail,
      problem: { jobStatus: "accepted" },
      message: "title of video-not-archived: detail of video-not-archived",
    });
  });

  it("of API Gateway's own has its message and no kind", async () => {
    const { archiver } = recorded(() => json({ message: "Forbidden" }, 403));

    await expect(archiver.getHealth()).rejects.toMatchObject({
      name: "ArchiverProblem",
      kind: "",
      type: "about:blank",
      title: "Forbidden",
      status: 403,
    });
  });

  it("by something else is told by its status", async () => {
    const { archiver } = recorded(() => new Response("<html>", { status: 404 }));

    await expect(archiver.getHealth()).rejects.toMatchObject({ title: "HTTP 404", status: 404 });
  });

  it("is what an address without an archiver comes to", async () => {
    const { archiver } = recorded(() => new Response("<html>welcome</html>"));

    await expect(archiver.getHealth()).rejects.toMatchObject({ name: "ArchiverUnreachable" });
  });
});
