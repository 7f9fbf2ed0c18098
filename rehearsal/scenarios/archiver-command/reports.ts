import assert from "node:assert/strict";
import { invoke } from "#rehearsal/scenarios/functions.ts";
import { reaches, SCRIPTS } from "#rehearsal/scenarios/jobs.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";
import { archiver, STACK } from "./packed-command.ts";

/** What tells how it stands. */
export const reportCommandScenarios: readonly Scenario[] = [
  { name: "akool-archiver tells the ledger, the summary and what expires", run: report },
  { name: "akool-archiver diagnoses the stack, and remembers it", run: diagnose },
  { name: "akool-archiver says where the events of a deployed stack are", run: tellOfEvents },
];

async function report(stage: Stage): Promise<void> {
  await invoke(stage, "Sweeper", {});
  assert.match(await archiver(stage, ["ledger", "--csv"]), /^group,jobs,/m);
  assert.match(await archiver(stage, ["summary"]), /JOBS.*CREDITS/s);
  assert.match(await archiver(stage, ["summary", "--json"]), /"counts":\{/);
  const id = stage.akool.addJob(SCRIPTS.leadsAway);
  await archiver(stage, ["submit", id]);
  await reaches(stage, id, "archive_failed");
  assert.match(await archiver(stage, ["expiring"]), new RegExp(`${id} .*video.*example\\.com`));
}

async function diagnose(stage: Stage): Promise<void> {
  // Nobody is told of alarms, and AKOOL has called nobody: that much is to do here.
  const found = await archiver(stage, ["doctor"], { code: 1 });
  for (const line of ["credentials", "secret", "dead letters", "concurrency", "API"]) {
    assert.match(found, new RegExp(`^(ok|to do) +${line} `, "m"));
  }
  assert.match(found, /ok {5}API/);
  const environment = { XDG_CONFIG_HOME: stage.context.work };
  assert.match(await archiver(stage, ["use"], { environment }), new RegExp(STACK));
}

async function tellOfEvents(stage: Stage): Promise<void> {
  const told = await archiver(stage, ["events"], { code: 2 });
  assert.ok(told.includes(`--event-bus-name ${stage.stack.output("EventBusName")}`), told);
}
