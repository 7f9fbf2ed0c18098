import assert from "node:assert/strict";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { JOB_REQUESTED_DETAIL_TYPE } from "#domain/events/events.ts";
import { reaches, SCRIPTS } from "#rehearsal/scenarios/jobs.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";
import { until } from "#rehearsal/scenarios/until.ts";
import { archiver, startArchiver } from "./packed-command.ts";

/** What could not be delivered. */
export const deadLetterScenarios: readonly Scenario[] = [
  { name: "akool-archiver lists dead letters, and has them done after all", run: redrive },
];

async function redrive(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.isFinished);
  const event = { "detail-type": JOB_REQUESTED_DETAIL_TYPE, detail: { videoModelId: id } };
  await stage.aws.sqs.send(
    new SendMessageCommand({
      QueueUrl: stage.stack.output("DeadLetterQueueUrl"),
      MessageBody: JSON.stringify(event),
    }),
  );
  assert.match(await archiver(stage, ["dead-letters", "list"]), new RegExp(`request  ${id}`));
  // Whoever has just looked at the messages hides them for some seconds.
  await until(`the redrive of ${id}`, async () => {
    const command = await startArchiver(stage, ["dead-letters", "redrive", "--yes"]);
    return (await command.ended()).output.includes(`request  ${id}  done`);
  });
  await reaches(stage, id, "archived");
  assert.doesNotMatch(await archiver(stage, ["dead-letters", "list"]), new RegExp(id));
}
