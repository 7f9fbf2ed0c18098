import * as z from "zod/mini";
import { addDays, dayOf, daysBetween, MOST_DAYS } from "#domain/ledger/days.ts";
import {
  type LedgerDependencies,
  type LedgerRequest,
  readLedger,
} from "#use-cases/ledger/read-ledger.ts";
import { readSummary, type SummaryDependencies } from "#use-cases/ledger/read-summary.ts";
import { ledgerCsv } from "./ledger-csv.ts";
import { ledgerQuery } from "./ledger-schemas.ts";
import { ledgerView, summaryView } from "./ledger-views.ts";
import { invalidRequest, NO_BODY, operation } from "./operation.ts";

const nothing = z.object({});

/** Days of an answer whose beginning was not asked for: the last one and 30 before it. */
const DEFAULT_DAYS = 31;

/** The operations on what was spent and on how things stand, by route. */
export function ledgerOperations(dependencies: LedgerDependencies & SummaryDependencies) {
  return {
    getLedger: operation(
      { parameters: nothing, query: ledgerQuery, body: NO_BODY },
      async ({ query, headers }) => {
        const request = requestOf(dependencies, query);
        const view = ledgerView(request, await readLedger(dependencies, request));
        if (wantsCsv(headers.accept)) {
          return {
            status: 200,
            text: { type: "text/csv; charset=utf-8", content: ledgerCsv(view) },
          };
        }
        return { status: 200, body: view };
      },
    ),
    getSummary: operation({ parameters: nothing, query: nothing, body: NO_BODY }, async () => {
      const body = summaryView(await readSummary(dependencies));
      const { at: _at, ...tagOver } = body;
      return { status: 200, body, tagOver };
    }),
  };
}

/** @throws HttpProblem invalid-request for a range or a tag that the ledger cannot answer */
function requestOf(
  { ledgerTags, now }: LedgerDependencies,
  query: z.infer<typeof ledgerQuery>,
): LedgerRequest {
  const to = query.to ?? dayOf(now());
  const from = query.from ?? addDays(to, 1 - DEFAULT_DAYS);
  const days = daysBetween(from, to);
  if (days < 1) throw invalidRequest("query.from", "must not be after query.to");
  if (days > MOST_DAYS) {
    throw invalidRequest("query.from", `must be within ${MOST_DAYS} days of query.to`);
  }
  return { from, to, groupBy: groupingOf(query.groupBy ?? "day", ledgerTags) };
}

function groupingOf(groupBy: string, ledgerTags: readonly string[]): LedgerRequest["groupBy"] {
  if (groupBy === "day" || groupBy === "product") return groupBy;
  const name = groupBy.slice("tag:".length);
  if (ledgerTags.includes(name)) return `tag:${name}`;
  const known = ledgerTags.length === 0 ? "it names none" : `it names ${ledgerTags.join(", ")}`;
  throw invalidRequest("query.groupBy", `must be a tag of the setting ledgerTags: ${known}`);
}

function wantsCsv(accept = ""): boolean {
  return /\btext\/csv\b/i.test(accept);
}
