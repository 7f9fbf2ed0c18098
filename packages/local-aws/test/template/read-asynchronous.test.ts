import { describe, expect, it } from "vitest";
import { readAsynchronous } from "../../src/template/read-asynchronous.ts";
import { getAtt, QUEUE_ARN, resources } from "./resources.ts";

describe("readAsynchronous", () => {
  const withConfig = (fields: object) =>
    resources({
      Config: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: { FunctionName: { Ref: "Fn" }, Qualifier: "$LATEST", ...fields },
      },
    });
  const onFailure = { DestinationConfig: { OnFailure: { Destination: getAtt("Dead", "Arn") } } };

  it("finds a function's own settings", () => {
    const template = withConfig({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      ...onFailure,
    });

    expect(readAsynchronous("Fn", template)).toEqual({
      maxRetryAttempts: 1,
      maxEventAgeSeconds: 60,
      onFailureQueueArn: QUEUE_ARN,
    });
  });

  it.each([
    ["the settings of another function", "Else", withConfig({ MaximumRetryAttempts: 0 })],
    ["settings that say nothing", "Fn", withConfig({})],
    ["no settings", "Fn", resources()],
  ])("takes Lambda's own with %s", (_what, name, template) => {
    expect(readAsynchronous(name, template)).toEqual({
      maxRetryAttempts: 2,
      maxEventAgeSeconds: 21_600,
    });
  });

  it("refuses a destination for success", () => {
    const template = withConfig({ DestinationConfig: { OnSuccess: { Destination: "arn" } } });

    expect(() => readAsynchronous("Fn", template)).toThrow("OnSuccess");
  });
});
