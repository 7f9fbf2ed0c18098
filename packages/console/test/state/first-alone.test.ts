import { afterEach, expect, it, vi } from "vitest";
import { firstAlone } from "../../app/state/first-alone.ts";

afterEach(() => {
  vi.useRealTimers();
});

const request = (path: string) => new Request(`http://127.0.0.1/${path}`);

/** Requests that have been sent, by path, each until it is answered. */
function sender() {
  const sent = new Map<string, PromiseWithResolvers<Response>>();
  const send = firstAlone(({ url }) => {
    const answer = Promise.withResolvers<Response>();
    sent.set(new URL(url).pathname, answer);
    return answer.promise;
  });
  return { send, sent };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it.each(["answered", "lost"])(
  "the others are sent once the first is %s, all at once",
  async (how) => {
    const { send, sent } = sender();
    const first = send(request("jobs")).catch(() => undefined);
    void send(request("summary"));
    void send(request("imports"));
    await settled();
    expect([...sent.keys()]).toEqual(["/jobs"]);

    if (how === "lost") sent.get("/jobs")?.reject(new TypeError("fetch failed"));
    else sent.get("/jobs")?.resolve(new Response());
    await first;
    await settled();

    expect([...sent.keys()]).toEqual(["/jobs", "/summary", "/imports"]);
  },
);

it("the others wait for a first one without an answer only so long", async () => {
  vi.useFakeTimers();
  const { send, sent } = sender();
  void send(request("jobs"));
  void send(request("summary"));

  await vi.advanceTimersByTimeAsync(4_999);
  expect([...sent.keys()]).toEqual(["/jobs"]);
  await vi.advanceTimersByTimeAsync(1);
  expect([...sent.keys()]).toEqual(["/jobs", "/summary"]);
});
