import assert from "node:assert/strict";
import { reaches, SCRIPTS } from "#rehearsal/scenarios/jobs.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";
import { archiver } from "./packed-command.ts";

/** What a person does with jobs. */
export const jobCommandScenarios: readonly Scenario[] = [
  { name: "akool-archiver submits, watches, lists and shows", run: follow },
  { name: "akool-archiver cancels and retries by a filter", run: bulk },
];

async function follow(stage: Stage): Promise<void> {
  const [good, bad] = [stage.akool.addJob(SCRIPTS.isFinished), stage.akool.addJob(SCRIPTS.fails)];
  const tag = ["--tag", "team=command"];
  const submitted = await archiver(stage, ["submit", good, bad, ...tag, "--wait"], { code: 1 });
  assert.match(submitted, new RegExp(`${good}  archived`));
  assert.match(submitted, new RegExp(`${bad}  failed  no face found`));
  const soon = stage.akool.addJob(SCRIPTS.finishesSoon);
  await archiver(stage, ["submit", soon, ...tag]);
  assert.match(await archiver(stage, ["watch", soon]), new RegExp(`${soon}  archived`));

  const listed = await archiver(stage, ["list", ...tag, "--status", "archived", "--quiet"]);
  assert.deepEqual(listed.split("\n").toSorted(), [good, soon].toSorted());
  const shown = await archiver(stage, ["show", bad]);
  assert.match(shown, /Why +no face found/);
  assert.match(shown, /Next +create it anew/);
  const unknown = await archiver(stage, ["show", "none00000000"], { code: 1 });
  assert.match(unknown, /There is no such job \(HTTP 404\)/);
}

async function bulk(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  const filter = ["--tag", "team=bulk"];
  await archiver(stage, ["submit", id, ...filter]);
  await reaches(stage, id, "processing");
  const asked = await archiver(stage, ["cancel", ...filter], { code: 2 });
  assert.match(asked, /cancel 1 job\?.*--yes/s);
  assert.match(await archiver(stage, ["cancel", ...filter, "--yes"]), /cancelled/);
  const again = ["retry", ...filter, "--status", "cancelled", "--yes"];
  assert.match(await archiver(stage, again), /begun again/);
  assert.equal((await reaches(stage, id, "processing")).attempt, 2);
  stage.akool.updateJob(id, SCRIPTS.fails);
  await reaches(stage, id, "failed");
}
