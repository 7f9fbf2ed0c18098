import { beforeAll, describe, expect, it } from "vitest";
import { DISTRIBUTIONS } from "../../bench/polling/distributions.ts";
import { openInterpreter } from "../../bench/polling/interpreter.ts";
import { fewestPolls } from "../../bench/polling/optimum.ts";
import { simulate } from "../../bench/polling/simulate.ts";
import {
  clairvoyant,
  doubling,
  everySeconds,
  fixedHere,
  type Strategy,
  scheduleV1,
} from "../../bench/polling/strategies.ts";

function distribution(wanted: string) {
  const found = DISTRIBUTIONS.find(({ name }) => name === wanted);
  if (found === undefined) throw new RangeError(`there is no distribution ${wanted}`);
  return found.at(0);
}

describe("the fewest polls at a delay", () => {
  it("are those of a fixed wait where durations are memoryless", () => {
    // Polls at 30, 60, …: of the jobs that are left, the same share ends in each interval.
    const left = Math.exp(-30 / 300);
    const polls = 1 / (1 - left);
    const delaySeconds = 30 / (1 - left) - 300;

    expect(fewestPolls([distribution("memoryless")], delaySeconds)).toBeCloseTo(polls, 1);
  });

  it("are fewer the more delay is allowed, and the less durations differ", {
    tags: ["long"],
  }, () => {
    const [narrow, broad] = [distribution("narrow"), distribution("broad")];

    expect(fewestPolls([narrow], 30)).toBeLessThan(fewestPolls([narrow], 15));
    expect(fewestPolls([narrow], 15)).toBeLessThan(fewestPolls([broad], 15));
  });
});

describe("a simulated job", () => {
  let interpret: Awaited<ReturnType<typeof openInterpreter>>;
  beforeAll(async () => {
    interpret = await openInterpreter();
  });

  it.each<[string, Strategy]>([
    ["AWS's job poller", everySeconds(30)],
    ["exponential back-off", doubling()],
    ["fixed waits in this workflow", fixedHere(30)],
    ["schedule v1", scheduleV1()],
    ["the webhook", { kind: "webhook" }],
    ["the clairvoyant", clairvoyant()],
  ])("under %s fares as it does in the interpreter", async (_, strategy) => {
    const job = { index: 3, durationSeconds: 217.5 };

    const counted = await interpret(strategy, job);

    const { polls, transitions, delaySeconds } = simulate(strategy, job);
    expect(counted).toMatchObject({ polls, transitions });
    expect(counted.delaySeconds).toBeCloseTo(delaySeconds, 2);
  });
});
