import { describe, expect, it } from "vitest";
import { conditional } from "../../app/state/conditional.ts";

const JOBS = "http://127.0.0.1/jobs";

/** An archiver that answers each address with its version of it. */
function archiver() {
  const versions = new Map<string, number>();
  const named: (string | null)[] = [];
  const change = (url: string) => versions.set(url, (versions.get(url) ?? 0) + 1);
  const send = conditional(async ({ url, headers }) => {
    const etag = `W/"${versions.get(url) ?? 0}"`;
    named.push(headers.get("if-none-match"));
    if (headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
    return Response.json({ version: versions.get(url) ?? 0 }, { headers: { etag } });
  });
  const read = async (url: string, method = "GET") => {
    const response = await send(new Request(url, { method }));
    return { status: response.status, body: await response.json() };
  };
  return { change, named, read };
}

describe("a request of the page", () => {
  it("names what it has, and shows that again while it is the same", async () => {
    const { named, read } = archiver();
    const first = await read(JOBS);

    expect(await read(JOBS)).toEqual(first);
    expect(named).toEqual([null, 'W/"0"']);
  });

  it("shows what has changed", async () => {
    const { change, named, read } = archiver();
    await read(JOBS);
    change(JOBS);

    expect(await read(JOBS)).toEqual({ status: 200, body: { version: 1 } });
    await read(JOBS);
    expect(named).toEqual([null, 'W/"0"', 'W/"1"']);
  });

  it("names nothing where something is to be done", async () => {
    const { named, read } = archiver();
    await read(JOBS);
    await read(JOBS, "POST");

    expect(named).toEqual([null, null]);
  });

  it("names nothing of an answer that had no tag", async () => {
    const named: (string | null)[] = [];
    const send = conditional(async ({ headers }) => {
      named.push(headers.get("if-none-match"));
      return Response.json({});
    });
    await send(new Request(JOBS));
    await send(new Request(JOBS));

    expect(named).toEqual([null, null]);
  });

  it("keeps the last forty answers only", async () => {
    const { named, read } = archiver();
    for (let page = 0; page <= 40; page++) await read(`${JOBS}?page=${page}`);
    named.length = 0;
    await read(`${JOBS}?page=1`);
    await read(`${JOBS}?page=0`);

    expect(named).toEqual(['W/"0"', null]);
  });
});
