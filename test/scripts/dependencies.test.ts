import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesize } from "#local/assembly/synthesize.ts";
import { auditVerdict } from "#scripts/audit-verdict.ts";
import { isPermissive, licenceReport } from "#scripts/licences.ts";

const lockFile: unknown = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
);

describe("the licences of production", () => {
  it("are permissive, all of them", () => {
    const { packages, refused } = licenceReport(lockFile);

    expect(packages.length).toBeGreaterThan(50);
    expect(refused).toEqual([]);
  });

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-or-later)", true],
    ["MIT AND ISC", true],
    ["GPL-3.0-only", false],
    ["AGPL-3.0-only", false],
    ["MPL-2.0", false],
    ["MIT AND GPL-2.0-only", false],
    ["SEE LICENSE IN LICENSE", false],
    ["UNLICENSED", false],
    ["", false],
  ])("%s: %s", (expression, permissive) => {
    expect(isPermissive(expression)).toBe(permissive);
  });

  it("are asked of nested packages too, and not of tools or of the project itself", () => {
    const report = licenceReport({
      packages: {
        "": { license: "UNLICENSED" },
        "node_modules/a": { version: "1.0.0", license: "MIT" },
        "node_modules/a/node_modules/b": { version: "2.0.0", license: "GPL-3.0-only" },
        "node_modules/c": { version: "3.0.0" },
        "node_modules/tool": { version: "4.0.0", license: "GPL-3.0-only", dev: true },
        "node_modules/tools": { version: "5.0.0", license: "GPL-3.0-only", devOptional: true },
      },
    });

    expect(report.refused).toEqual([
      "node_modules/a/node_modules/b@2.0.0: GPL-3.0-only",
      "node_modules/c@3.0.0: no licence",
    ]);
  });
});

describe("the bundles of the functions", () => {
  let sources: string[];
  beforeAll(async () => {
    const mapSchema = z.object({ sources: z.array(z.string()) });
    sources = [...(await synthesize()).functions.values()].flatMap(({ bundlePath }) =>
      mapSchema
        .parse(JSON.parse(readFileSync(`${bundlePath}.map`, "utf8")))
        .sources.map((source) => resolve(dirname(bundlePath), source)),
    );
  });

  it("hold only packages of production, whose licences and vulnerabilities are looked at", () => {
    const bundled = new Set(
      sources.flatMap(
        (it) => /(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(it)?.[1] ?? [],
      ),
    );

    expect(bundled.size).toBeGreaterThan(10);
    expect(licenceReport(lockFile).packages).toEqual(expect.arrayContaining([...bundled]));
  });
});

describe("an audit", () => {
  const report = (severity: string) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: { lodash: { severity, range: "<4.17.21" } },
    });

  it.each(["moderate", "high", "critical"])("fails on what is %s", (severity) => {
    expect(auditVerdict(report(severity))).toEqual({
      kind: "vulnerable",
      findings: [`${severity}: lodash <4.17.21`],
    });
  });

  it.each(["info", "low"])("lets pass what is %s", (severity) => {
    expect(auditVerdict(report(severity))).toEqual({ kind: "clean" });
  });

  it.each([
    ['{"message":"405 Method Not Allowed","error":{}}', "405 Method Not Allowed"],
    ["{}", "no report came"],
    ["", "no report came"],
  ])("was not done, and never passes for clean, when npm says %s", (output, reason) => {
    expect(auditVerdict(output)).toEqual({ kind: "not_done", reason });
  });
});
