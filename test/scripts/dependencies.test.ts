import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { bundleInto } from "#lib/function-bundles.ts";
import { auditVerdict } from "#scripts/audit-verdict.ts";
import { isPermissive, licenceReport } from "#scripts/licences.ts";
import {
  lockSchema,
  withIntegrity,
  withOptionalPackages,
  withoutIntegrity,
} from "#scripts/lock-file.ts";

const ROOT = new URL("../../", import.meta.url);
const lockFile: unknown = JSON.parse(readFileSync(new URL("package-lock.json", ROOT), "utf8"));

const versions = z._default(z.record(z.string(), z.string()), {});
const manifestSchema = z.object({ dependencies: versions, devDependencies: versions });

/** What a package.json names, of whatever kind, with its version. */
function dependenciesOf(manifest: unknown): [string, string][] {
  const { dependencies, devDependencies } = manifestSchema.parse(manifest);
  return Object.entries({ ...dependencies, ...devDependencies });
}

describe("what npm ci installs", () => {
  it("is known by its content, every package of every platform", () => {
    const lock = lockSchema.parse(lockFile);

    expect(Object.keys(lock.packages).length).toBeGreaterThan(500);
    expect(withoutIntegrity(lock)).toEqual([]);
  });

  it("lacks no optional package of another platform", () => {
    const lock = lockSchema.parse(lockFile);

    expect(Object.keys(withOptionalPackages(lock).packages)).toEqual(Object.keys(lock.packages));
  });

  it("is of the versions that package.json names, which are exact", () => {
    const { packages } = lockSchema.parse(lockFile);
    const folders = ["", ...readdirSync(new URL("packages/", ROOT)).map((it) => `packages/${it}/`)];
    const named = folders.flatMap((folder) => {
      const text = readFileSync(new URL(`${folder}package.json`, ROOT), "utf8");
      return dependenciesOf(JSON.parse(text)).map(([name, version]) => {
        // As Node.js looks for it: beside the workspace first.
        const inside = packages[`${folder}node_modules/${name}`];
        return { name, version, installed: inside ?? packages[`node_modules/${name}`] };
      });
    });
    const foreign = named.filter(({ installed }) => installed?.link !== true);

    expect(foreign.length).toBeGreaterThan(50);
    for (const { name, version, installed } of foreign) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(installed?.version, name).toBe(version);
    }
  });

  it("is completed: platforms by their names, integrity by the registry", async () => {
    const tool = { version: "1.0.0", integrity: "sha512-tool", dev: true };
    const lock = withOptionalPackages({
      packages: {
        "": {},
        "node_modules/tool": { ...tool, optionalDependencies: { "@tool/win32-x64": "^1.0.0" } },
        "node_modules/tool/node_modules/inside": { version: "2.0.0", inBundle: true },
        "node_modules/old": { version: "3.0.0", integrity: "sha1-weak" },
      },
    });
    const missing = ["node_modules/@tool/win32-x64", "node_modules/old"];
    expect(withoutIntegrity(lock)).toEqual(missing);

    const whole = await withIntegrity(lock, async (name, version) => `sha512-${name}@${version}`);

    expect(withoutIntegrity(whole)).toEqual([]);
    expect(whole.packages["node_modules/@tool/win32-x64"]).toEqual({
      version: "1.0.0",
      integrity: "sha512-@tool/win32-x64@1.0.0",
      optional: true,
      os: ["win32"],
      cpu: ["x64"],
      dev: true,
    });
  });

  it("is not guessed: what looks like no platform's package, or has no integrity, is an error", async () => {
    const odd = { packages: { a: { optionalDependencies: { fsevents: "1.0.0" } } } };
    expect(() => withOptionalPackages(odd)).toThrow("fsevents");
    const lock = { packages: { "node_modules/b": { version: "1.0.0" } } };
    const refuses = () => Promise.reject(new Error("E404"));
    await expect(withIntegrity(lock, refuses)).rejects.toThrow("E404");
  });
});

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
  beforeAll(() => {
    const mapSchema = z.object({ sources: z.array(z.string()) });
    const directory = mkdtempSync(join(tmpdir(), "bundles-"));
    bundleInto(directory, true);
    sources = readdirSync(directory).flatMap((entry) => {
      const map = readFileSync(join(directory, entry, "index.mjs.map"), "utf8");
      return mapSchema.parse(JSON.parse(map)).sources;
    });
    rmSync(directory, { recursive: true });
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
