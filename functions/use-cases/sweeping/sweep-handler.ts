import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { BufferedMeter } from "#aws/meter.ts";
import { errorsWithoutSecrets } from "#runtime/logging.ts";
import { type SweepSummary, sweep } from "./sweep.ts";
import type { SweepDependencies } from "./sweep-job.ts";

/** What jobs that are under way may still take when no further one is begun. */
const LAST_JOBS_MS = 30_000;

/** The Lambda handler of the sweeper; which event has called it does not matter. */
export function sweepHandler(
  logger: Logger,
  dependencies: Omit<SweepDependencies, "meter"> & { meter: BufferedMeter; random: () => number },
) {
  return middy<unknown, SweepSummary>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(errorsWithoutSecrets)
    .after(() => dependencies.meter.flush())
    .onError(() => dependencies.meter.flush())
    .handler((_event, context) =>
      sweep(dependencies, {
        stopAt: dependencies.now() + context.getRemainingTimeInMillis() - LAST_JOBS_MS,
        firstShard: Math.floor(dependencies.random() * 1_000),
      }),
    );
}
