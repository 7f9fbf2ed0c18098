import assert from "node:assert/strict";
import * as z from "zod/mini";
import { postWebhook, webhookOf } from "#rehearsal/scenarios/client.ts";
import { has, reaches, SCRIPTS } from "#rehearsal/scenarios/jobs.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";
import { archiver, archiverJson } from "./packed-command.ts";

/** What a person does with creations, which are billable. */
export const swapCommandScenarios: readonly Scenario[] = [
  { name: "akool-archiver creates a character swap once, and settles one", run: createAndSettle },
];

const createdSchema = z.object({ job: z.object({ videoModelId: z.string() }) });
const INPUTS = [
  "--image",
  "https://example.com/character.png",
  "--video",
  "https://example.com/source.mp4",
];
/** The simulator breaks the connection off behind a creation with this prompt. */
const LOSES_THE_ANSWER = ["--prompt", "simulator: lose the answer"];

async function createAndSettle(stage: Stage): Promise<void> {
  const create = (key: string) => ["swap", "create", "--key", key, "--duration", "10", ...INPUTS];
  const asked = await archiver(stage, create("command-1"), { code: 2 });
  assert.match(asked, /AKOOL charges about 20 credits/);
  const { videoModelId } = createdSchema.parse(
    await archiverJson(stage, [...create("command-1"), "--yes"]),
  ).job;
  const again = await archiver(stage, [...create("command-1"), "--yes", "--quiet"]);
  assert.equal(again, videoModelId);
  assert.match(await archiver(stage, ["swap", "show", "command-1"]), /State +created/);

  const lost = [...create("command-2"), ...LOSES_THE_ANSWER, "--yes"];
  assert.match(await archiver(stage, lost, { code: 1 }), /akool-archiver swap settle/);
  assert.match(await archiver(stage, ["swaps", "--unknown"]), /command-2/);
  await archiver(stage, ["swap", "settle", "command-2", "--release", "--yes"]);
  assert.doesNotMatch(await archiver(stage, ["swaps", "--unknown"]), /command-2/);

  // It waits for the webhook, which the simulator does not send to an address of https.
  await has(stage, videoModelId, "taskToken");
  stage.akool.updateJob(videoModelId, SCRIPTS.fails);
  await postWebhook(stage, webhookOf(videoModelId, 4));
  await reaches(stage, videoModelId, "failed");
}
