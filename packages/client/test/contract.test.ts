import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { generateRoutes, ROUTES } from "../scripts/routes.ts";
import { generateTypes, TYPES } from "../scripts/types.ts";

describe("the client", () => {
  it("has the types of openapi.json (npm run generate)", async () => {
    expect(readFileSync(TYPES, "utf8")).toBe(await generateTypes());
  });

  it("has the routes of openapi.json, without AKOOL's open one", async () => {
    const routes = await generateRoutes();

    expect(readFileSync(ROUTES, "utf8")).toBe(routes);
    expect(routes).toContain('["POST", "/jobs"]');
    expect(routes).not.toContain("webhook");
  });

  it("is under 20 kB in a browser's bundle, which needs nothing of Node.js", async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      write: false,
    });

    expect(outputFiles).toHaveLength(1);
    expect(outputFiles[0]?.contents.byteLength).toBeLessThan(20_000);
  });
});
