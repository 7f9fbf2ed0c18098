import { Metrics } from "@aws-lambda-powertools/metrics";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMeter } from "#aws/meter.ts";
import { METRICS, type MetricName } from "#domain/metrics.ts";
import { readEmf, valuesOf } from "#test/support/emf.ts";

const lines: string[] = [];
const warnings: unknown[] = [];
beforeEach(() => {
  lines.length = 0;
  warnings.length = 0;
  // What powertools writes goes through the global console then, and is not switched off.
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "MyStack");
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  vi.spyOn(console, "warn").mockImplementation((line) => void warnings.push(line));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("the meter", () => {
  it("writes what an invocation has measured as one line, which CloudWatch reads", () => {
    const meter = createMeter();

    meter.add("AkoolLook");
    meter.add("AkoolLook");
    meter.add("NoticeDelay", 5.5);
    expect(lines).toEqual([]);
    meter.flush();

    expect(lines).toHaveLength(1);
    const data = readEmf(lines);
    expect(valuesOf(data, "AkoolLook")).toEqual([1, 1]);
    expect(data).toContainEqual({
      namespace: "AkoolVideoArchiver",
      dimensions: { service: "MyStack" },
      name: "NoticeDelay",
      unit: "Seconds",
      value: 5.5,
      at: expect.any(Number),
    });
  });

  it("writes into the namespace of its stack", () => {
    vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "MyStack");
    const meter = createMeter();

    meter.add("AkoolLook");
    meter.flush();

    expect(readEmf(lines)[0]?.namespace).toBe("MyStack");
  });

  it("writes every metric of the table in its unit, under the stack's name and nothing else", () => {
    const meter = createMeter();
    const names = Object.keys(METRICS) as MetricName[];

    for (const name of names) meter.add(name);
    meter.flush();

    const data = readEmf(lines);
    expect(data.map(({ name }) => name)).toEqual(names);
    expect(data.map(({ unit }) => unit)).toEqual(Object.values(METRICS));
    for (const { dimensions } of data) expect(dimensions).toEqual({ service: "MyStack" });
  });

  it("writes nothing twice, and nothing, without a warning, when nothing was measured", () => {
    const meter = createMeter();
    meter.add("AkoolLook");
    meter.flush();

    meter.flush();

    expect(lines).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "leaves out %d, for which CloudWatch would drop the line",
    (value) => {
      const meter = createMeter();

      meter.add("NoticeDelay", value);
      meter.add("AkoolLook");
      meter.flush();

      expect(readEmf(lines).map(({ name }) => name)).toEqual(["AkoolLook"]);
    },
  );

  it("fails no work when it cannot measure or write", () => {
    const broken = new Metrics({ namespace: "x" });
    vi.spyOn(broken, "addMetric").mockImplementationOnce(() => {
      throw new RangeError("full");
    });
    vi.spyOn(broken, "publishStoredMetrics").mockImplementation(() => {
      throw new Error("no log");
    });
    const meter = createMeter(broken);

    expect(() => {
      meter.add("AkoolLook");
      meter.add("AkoolLook");
      meter.flush();
    }).not.toThrow();
  });
});
