import { describe, expect, it } from "vitest";
import { METRIC_NAMESPACE } from "#domain/metrics.ts";

describe("the metrics", () => {
  it("are where the documented commands and the account's own alarms look for them", () => {
    expect(METRIC_NAMESPACE).toBe("AkoolVideoArchiver");
  });
});
