import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createLedgerEntries } from "#aws/ledger-entries.ts";
import { createLedgerNotes } from "#aws/ledger-notes.ts";
import type { CreditBudget } from "#domain/ledger/budget.ts";

/** The ledger of a function's environment, as whoever changes jobs writes to it. */
export function ledgerOf(
  env: { LEDGER_TABLE_NAME: string; LEDGER_TAGS?: string | undefined },
  client = new DynamoDBClient(),
) {
  const tableName = env.LEDGER_TABLE_NAME;
  const notes = createLedgerNotes(client, tableName);
  const ledgerTags = env.LEDGER_TAGS?.split(",") ?? [];
  const entries = createLedgerEntries({ client, tableName, now: Date.now, newToken: randomUUID });
  return { entries, notes, ledgerTags };
}

interface BudgetEnvironment {
  CREDIT_BUDGET?: number | undefined;
  CREDIT_BUDGET_PER?: CreditBudget["per"] | undefined;
  CREDIT_BUDGET_WARN_AT?: string | undefined;
}

/** @returns undefined where no budget is set */
export function budgetOf(env: BudgetEnvironment): CreditBudget | undefined {
  if (env.CREDIT_BUDGET === undefined) return undefined;
  return {
    credits: env.CREDIT_BUDGET,
    per: env.CREDIT_BUDGET_PER ?? "month",
    warnAt: env.CREDIT_BUDGET_WARN_AT?.split(",").map(Number) ?? [],
  };
}
