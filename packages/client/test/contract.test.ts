import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { generateTypes, TYPES } from "../scripts/types.ts";

describe("the client", () => {
  it("has the types of openapi.json (npm run generate)", async () => {
    expect(readFileSync(TYPES, "utf8")).toBe(await generateTypes());
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
