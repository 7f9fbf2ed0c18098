import { describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import { readRules, readSchedules } from "../../src/template/read-rules.ts";
import { FUNCTION_ARN, getAtt, MACHINE_ARN, QUEUE_ARN, RULE, resources } from "./resources.ts";

describe("readRules", () => {
  const withRule = (fields: object) =>
    resources({ Rule: { Type: "AWS::Events::Rule", Properties: { ...RULE, ...fields } } });
  const withTarget = (fields: object) =>
    withRule({ Targets: RULE.Targets.map((target) => ({ ...target, ...fields })) });

  it("finds each rule with its bus, pattern and targets, references resolved", () => {
    expect(readRules(resources())).toEqual([
      {
        arn: "arn:aws:events:us-east-1:000000000000:rule/Rule",
        busName: "jobs",
        pattern: { source: ["a"], detail: { machine: [MACHINE_ARN] } },
        targets: [
          {
            id: "T0",
            arn: MACHINE_ARN,
            inputPath: "$.detail",
            deadLetterQueueArn: QUEUE_ARN,
            retry: { maxAttempts: 3, maxAgeSeconds: 60 },
          },
        ],
      },
    ]);
  });

  it("takes EventBridge's own patience, the whole event and no queue where nothing is said", () => {
    const [rule] = readRules(withRule({ Targets: [{ Arn: getAtt("Fn", "Arn"), Id: "T0" }] }));

    expect(rule?.targets).toEqual([
      { id: "T0", arn: FUNCTION_ARN, retry: { maxAttempts: 185, maxAgeSeconds: 86_400 } },
    ]);
  });

  it.each([
    [undefined, "default"],
    ["mine", "mine"],
    [getAtt("Bus", "Arn"), "jobs"],
  ])("finds a rule's bus by %j", (EventBusName, busName) => {
    expect(readRules(withRule({ EventBusName }))[0]?.busName).toBe(busName);
  });

  it("leaves out a rule that is disabled", () => {
    expect(readRules(withRule({ State: "DISABLED" }))).toEqual([]);
  });

  it.each([
    ["an input transformer", withTarget({ InputTransformer: {} }), "InputTransformer"],
    ["a constant input", withTarget({ Input: "{}" }), "Input"],
    ["an input path with a filter", withTarget({ InputPath: "$.a[0]" }), "InputPath"],
  ])("refuses %s", (_what, template, named) => {
    expect(() => readRules(template)).toThrow(UnreadableAssembly);
    expect(() => readRules(template)).toThrow(named);
  });
});

describe("readSchedules", () => {
  const schedule = (fields: object) =>
    resources({
      Tick: {
        Type: "AWS::Events::Rule",
        Properties: {
          ScheduleExpression: "rate(5 minutes)",
          Targets: [{ Arn: getAtt("Fn", "Arn"), Id: "T0" }],
          ...fields,
        },
      },
    });

  it("finds the rules that go by the clock, which are no rules for events", () => {
    const target = {
      id: "T0",
      arn: FUNCTION_ARN,
      retry: { maxAttempts: 185, maxAgeSeconds: 86_400 },
    };

    expect(readSchedules(schedule({}))).toEqual([
      { arn: expect.stringMatching(/:rule\/Tick$/), everyMs: 300_000, targets: [target] },
    ]);
    expect(readRules(schedule({})).map(({ arn }) => arn)).not.toContainEqual(
      expect.stringMatching(/Tick$/),
    );
  });

  it.each([
    ["rate(1 minute)", 60_000],
    ["rate(2 hours)", 7_200_000],
    ["rate(1 day)", 86_400_000],
  ])("understands %s", (ScheduleExpression, everyMs) => {
    expect(readSchedules(schedule({ ScheduleExpression }))[0]?.everyMs).toBe(everyMs);
  });

  it("leaves out one that is disabled, and refuses a cron expression", () => {
    const cron = schedule({ ScheduleExpression: "cron(0 12 * * ? *)" });

    expect(readSchedules(schedule({ State: "DISABLED" }))).toEqual([]);
    expect(() => readSchedules(cron)).toThrow(UnreadableAssembly);
  });
});
