import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { portOf } from "@akool-archiver/local-aws/http/local-server.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Invocation } from "./invocation.ts";
import { Senders } from "./senders.ts";

const running = new AsyncLocalStorage<Invocation>();
const seen: { sender: string | undefined; path: string | undefined; headers: string[] }[] = [];

let senders: Senders;
let server: Server;
beforeEach(async () => {
  seen.length = 0;
  senders = new Senders(() => running.getStore());
  server = createServer((incoming, response) => {
    const sender = senders.of(incoming)?.name;
    seen.push({ sender, path: incoming.url, headers: Object.keys(incoming.headers) });
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  senders.remove();
  server.close();
});

const named = (name: string): Invocation => ({
  name,
  number: 1,
  sawWrites: 0,
  random: Math.random,
  lost: undefined,
  open: 0,
});

async function send(path: string, headers = {}): Promise<void> {
  const sent = request({ port: portOf(server.address()), path, headers, method: "PUT" });
  sent.end();
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
}

it("tells whose request it is, of several at a time, and takes its mark off", async () => {
  const [first, second] = [named("CheckStatus"), named("ExecutionEnded")];

  await Promise.all([
    running.run(first, () => send("/a")),
    running.run(second, () => send("/b")),
    running.run(first, () => send("/c")),
    send("/nobody"),
  ]);

  const bySender = seen.map(({ sender, path }) => `${path} ${sender}`).sort();
  expect(bySender).toEqual([
    "/a CheckStatus",
    "/b ExecutionEnded",
    "/c CheckStatus",
    "/nobody undefined",
  ]);
  expect(seen.flatMap(({ headers }) => headers)).not.toContain("x-chaos-sender");
});

it("lets a request pass whose headers wait for leave to continue", async () => {
  await running.run(named("ArchiveVideo"), () => send("/large", { expect: "100-continue" }));

  expect(seen).toMatchObject([{ path: "/large" }]);
});

it("knows nobody of a history that is over", async () => {
  const past = named("Sweeper");
  await running.run(past, () => send("/then"));
  senders.forget();

  await running.run(past, () => send("/now"));

  expect(seen).toMatchObject([{ sender: "Sweeper" }, { path: "/now", sender: undefined }]);
});
