import { Socket } from "node:net";
import { expect, it, vi } from "vitest";
import { akoolOutage } from "#local/command/preflight.ts";

// A firewall that drops what is sent: the connection is neither made nor refused.
vi.mock("node:net", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:net")>()),
  connect: () => new Socket(),
}));

it("a connection that never comes is not waited for", async () => {
  expect(await akoolOutage("https://akool.example", undefined, 20)).toContain(
    "AKOOL cannot be reached at https://akool.example (no connection within 0.02 s)",
  );
});
