import { randomUUID } from "node:crypto";
import type { ScheduleAsset } from "../template/assembly.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../template/local-names.ts";
import type { EventEnvelope } from "./event-bridge.ts";
import type { EventRouter } from "./event-router.ts";

/** Rules that fire by the clock. */
export interface Schedules {
  close(): void;
}

/**
 * Fires each schedule now and at its rate from then on. At once, since this process may have been
 * away for long; EventBridge does not say when within its first period a rule fires.
 *
 * @param onProblem hears of an event that could not be taken on
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
