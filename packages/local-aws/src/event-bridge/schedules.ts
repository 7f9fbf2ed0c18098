import { randomUUID } from "node:crypto";
import type { ScheduleAsset } from "../template/assembly.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../template/local-names.ts";
import type { EventEnvelope } from "./event-bridge.ts";
import type { EventRouter } from "./event-router.ts";

/** Running schedules. */
export interface Schedules {
  close(): void;
}

/**
 * Fires each schedule now and then at its rate. It fires at once because no process may have run
 * for long; EventBridge does not document when a rule first fires.
 *
 * @param onProblem called for an event that could not be accepted
 */
export function startSchedules(
  schedules: readonly ScheduleAsset[],
  router: Pick<EventRouter, "routeTo">,
  onProblem: (text: string) => void,
): Schedules {
  const timers = schedules.map((schedule) => {
    const fire = () => {
      router.routeTo(schedule, scheduledEvent(schedule.arn, Date.now())).catch((error: unknown) => {
        onProblem(`The schedule ${schedule.arn} could not fire: ${error}`);
      });
    };
    fire();
    return setInterval(fire, schedule.everyMs);
  });
  return { close: () => timers.forEach((timer) => void clearInterval(timer)) };
}

/** Source: EventBridge user guide, "Scheduled Event". */
function scheduledEvent(ruleArn: string, now: number): EventEnvelope {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: LOCAL_ACCOUNT,
    time: new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: LOCAL_REGION,
    resources: [ruleArn],
    detail: {},
  };
}
