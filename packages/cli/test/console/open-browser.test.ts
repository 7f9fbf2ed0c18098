import { access, chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openBrowser, opener } from "../../src/console/open-browser.ts";

const ADDRESS = "http://127.0.0.1:8789/#token=secret";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "browser-"));
});
afterEach(() => rm(directory, { recursive: true }));

describe("the browser", () => {
  it.each([
    ["linux", { DISPLAY: ":0" }, ["xdg-open"]],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, ["xdg-open"]],
    ["linux", {}, undefined],
    ["darwin", {}, ["open"]],
    ["win32", {}, ["cmd", "/c", "start", ""]],
    ["linux", { BROWSER: "firefox" }, ["firefox"]],
  ] as const)("on %s with %j is %j", (platform, environment, expected) => {
    expect(opener(environment, platform)).toEqual(expected);
  });

  it("gets the address by a file that nobody else can read, and not as an argument", async () => {
    const noted = join(directory, "noted");
    const browser = join(directory, "browser");
    await writeFile(
      browser,
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${noted}.new && mv ${noted}.new ${noted}\n`,
    );
    await chmod(browser, 0o755);

    const close = await openBrowser(ADDRESS, { BROWSER: browser });

    await vi.waitFor(() => access(noted), { timeout: 30_000 });
    const file = (await readFile(noted, "utf8")).trim();
    expect(file).not.toContain("token");
    expect(await readFile(file, "utf8")).toContain(`url=${ADDRESS}"`);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect((await stat(join(file, ".."))).mode & 0o077).toBe(0);
    await close();
    await expect(access(file)).rejects.toThrow();
  });

  it("that is not there is no trouble: the address was printed", async () => {
    const close = await openBrowser(ADDRESS, { BROWSER: join(directory, "missing") });

    await close();
  });

  it("that nobody sees is not opened", async () => {
    await (await openBrowser(ADDRESS, {}))();
  });
});
