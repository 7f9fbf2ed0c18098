import type { Summary } from "@akool-archiver/client";
import type { Page } from "playwright-core";
import type { Json } from "../e2e/served.ts";

const DAY_MS = 24 * 3600 * 1000;

/** What `GET /summary` tells of a busy archiver, by the contract. */
function summaryAt(now: number): Summary {
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
  return {
    at: at(0),
    countedAt: at(0),
    counts: {
      accepted: 1,
      queueing: 3,
      processing: 12,
      completed: 1,
      archived: 9_412,
      archive_failed: 2,
      failed: 31,
      rejected: 0,
      not_found: 1,
      timed_out: 4,
      cancelled: 6,
      expired: 0,
    },
    expiring: [
      {
        videoModelId: "expiring-companions",
        status: "archived",
        videoExpiresAt: at(3),
        missing: "companions",
        reason: "the subtitles answer 403",
      },
      {
        videoModelId: "expiring-soon-00001",
        status: "archive_failed",
        videoExpiresAt: at(6.4),
        missing: "video",
        reason: "SourceGone: the address answers 404",
      },
      {
        videoModelId: "expiring-later-0002",
        status: "timed_out",
        videoExpiresAt: at(31),
        missing: "video",
        reason: "AKOOL was not finished at the deadline",
      },
    ],
    submissionsUnknown: 1,
    needsPerson: [
      { kind: "submission_unknown", count: 1, detail: "AKOOL may have created these videos" },
      { kind: "expiring", count: 3, detail: "AKOOL deletes these files within 48 hours" },
    ],
    imports: [
      { importId: "3a7d5f0e-1111-4222-8333-9c0d1e2f3a4b", state: "running", startedAt: at(-0.1) },
    ],
    credits: { day: at(0).slice(0, 10), charged: 184, estimated: 210 },
    budget: {
      period: at(0).slice(0, 7),
      limit: 5_000,
      spent: 3_480,
      running: 40,
      share: 0.696,
    },
    balance: { credits: 1_234, at: at(-0.05) },
  };
}

/** What `GET /ledger` tells of some days, by the contract. */
function ledgerOf(url: URL): Json {
  const from = url.searchParams.get("from") ?? "";
  const to = url.searchParams.get("to") ?? "";
  const groupBy = url.searchParams.get("groupBy") ?? "day";
  const names =
    groupBy === "day"
      ? daysFrom(from, to)
      : groupBy === "product"
        ? ["image+video+prompt", "type8+from2", "type1+from2"]
        : ["film", "ads", "social", ""];
  const rows = names.map((group, index) => rowOf(group, 40 + ((index * 37) % 90), index % 4));
  return {
    ...{ from, to, groupBy, rows, total: totalOf(rows) },
    missingUntil: `${to}T23:59:59.000Z`,
    submissions: { settled: 1, unknown: 1 },
  };
}

function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

function rowOf(group: string, jobs: number, failed: number): Json {
  return {
    group,
    jobs,
    credits: { charged: jobs * 4, estimated: jobs * 4 + 20 },
    videos: { archived: jobs - failed, bytes: jobs * 21_000_000, missing: 1, missingCredits: 12 },
    companions: { archived: 0, bytes: 0, missing: 0 },
    failed: { jobs: failed, credits: failed * 8 },
  };
}

function totalOf(rows: readonly Json[]): Json {
  const sum = (read: (row: Json) => number) => rows.reduce((all, row) => all + read(row), 0);
  return {
    jobs: sum(({ jobs }) => jobs),
    credits: {
      charged: sum(({ credits }) => credits.charged),
      estimated: sum(({ credits }) => credits.estimated),
    },
    videos: {
      archived: sum(({ videos }) => videos.archived),
      bytes: sum(({ videos }) => videos.bytes),
      missing: sum(({ videos }) => videos.missing),
      missingCredits: sum(({ videos }) => videos.missingCredits),
    },
    companions: { archived: 0, bytes: 0, missing: 0 },
    failed: {
      jobs: sum(({ failed }) => failed.jobs),
      credits: sum(({ failed }) => failed.credits),
    },
  };
}

function submissionsAt(now: number): Json {
  const createdAt = new Date(now - 40 * 60_000).toISOString();
  return {
    submissions: [
      {
        idempotencyKey: "order-4711",
        state: "submit_unknown",
        estimatedCredits: 20,
        createdAt,
        updatedAt: createdAt,
        reason: "the connection was reset before AKOOL's answer",
      },
    ],
  };
}

/** As many as the summary tells of, and one that has ended. */
function importsAt(now: number): Json {
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
  const ended = { state: "succeeded", startedAt: at(-26), endedAt: at(-25.8) };
  const importId = "b1c4e2d8-2222-4333-8444-5a6b7c8d9e0f";
  return { imports: [...(summaryAt(now).imports ?? []), { importId, ...ended }] };
}

/** Has the routes that tell about many jobs answer as a busy archiver's would. */
export async function answerAsBusy(page: Page, now: number): Promise<void> {
  await page.route("**/summary", (route) => route.fulfill({ json: summaryAt(now) }));
  await page.route("**/ledger?*", (route) =>
    route.fulfill({ json: ledgerOf(new URL(route.request().url())) }),
  );
  await page.route("**/character-swaps?*", (route) => route.fulfill({ json: submissionsAt(now) }));
}

/**
 * The same inside the page, for pictures of playing videos: while requests are intercepted, Chromium
 * does not read a video by ranges.
 */
export async function answerInPage(page: Page, now: number): Promise<void> {
  const ledger = (groupBy: string) => {
    const to = new Date(now).toISOString().slice(0, 10);
    const from = new Date(now - 29 * DAY_MS).toISOString().slice(0, 10);
    const query = new URLSearchParams({ from, to, groupBy });
    return ledgerOf(new URL(`http://127.0.0.1/ledger?${query}`));
  };
  const answers = {
    "/summary": summaryAt(now),
    "/ledger": ledger("day"),
    "/character-swaps": submissionsAt(now),
    "/imports": importsAt(now),
  };
  await page.addInitScript(`
    const answers = ${JSON.stringify(answers)};
    const asked = globalThis.fetch;
    globalThis.fetch = async (request, options) => {
      const { pathname } = new URL(request.url ?? request, location.href);
      return pathname in answers ? Response.json(answers[pathname]) : asked(request, options);
    };
  `);
}
