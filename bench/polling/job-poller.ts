import type { TaskHandler } from "@akool-archiver/local-aws/engine/task.ts";
import type { FollowingMachine } from "./following-machine.ts";
import { answerAt, type BenchJob } from "./job.ts";

/**
 * AWS's sample "Poll for job status" (Step Functions developer guide, sample-project-job-poller),
 * without the branch for failed jobs. The wait comes from the last poll, so that it can grow.
 */
const definition = {
  StartAt: "Submit Job",
  States: {
    "Submit Job": { ...taskOf("SubmitJob"), Next: "Wait X Seconds" },
    "Wait X Seconds": { Type: "Wait", SecondsPath: "$.wait_time", Next: "Get Job Status" },
    "Get Job Status": { ...taskOf("CheckJob"), Next: "Job Complete?" },
    "Job Complete?": {
      Type: "Choice",
      Choices: [{ Variable: "$.status", StringEquals: "SUCCEEDED", Next: "Get Final Job Status" }],
      Default: "Wait X Seconds",
    },
    "Get Final Job Status": { ...taskOf("ReadJob"), End: true },
  },
};

function functionArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

/** The interpreter asks for a timeout, which AWS's sample leaves out. */
function taskOf(name: string) {
  return { Type: "Task", Resource: functionArn(name), TimeoutSeconds: 60 };
}

/** AWS's pattern, with AKOOL in the place of the batch job. */
export function jobPollerMachine(
  waitBefore: (poll: number) => number,
  job: BenchJob,
): FollowingMachine {
  const polls: number[] = [];
  const resources = new Map<string, TaskHandler>([
    [functionArn("SubmitJob"), async () => ({ wait_time: waitBefore(1) })],
    [
      functionArn("CheckJob"),
      async () => {
        polls.push(Date.now());
        const status = answerAt(job, Date.now()).kind === "completed" ? "SUCCEEDED" : "RUNNING";
        return { status, wait_time: waitBefore(polls.length + 1) };
      },
    ],
    [functionArn("ReadJob"), async () => ({ status: "SUCCEEDED" })],
  ]);
  return { definition, resources, input: {}, polls };
}
