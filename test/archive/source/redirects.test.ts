import { describe, expect, it } from "vitest";
import { copyTests, ONE } from "../copy/copy-tests.ts";
import { expectCopied, IN_MEMORY, status } from "./server-answers.ts";

const given = copyTests(ONE);

describe("on the way to the file", () => {
  it("twenty redirects are followed", async () => {
    given.origin.interfere = (request, response) => {
      const hop = Number(/\/hop(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
      if (hop === 20) return false;
      status(302, { location: `/hop${hop + 1}` })(response);
      return true;
    };

    await expectCopied(given, IN_MEMORY);
  });

  it("an address in a redirect may hold UTF-8", async () => {
    const target = `/${encodeURIComponent("видео🎬")}.mp4`;
    given.origin.interfere = (request, response) => {
      if (request.url === target) return false;
      const location = Buffer.from("/видео🎬.mp4").toString("latin1");
      response.socket?.end(
        Buffer.from(
          `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`,
          "latin1",
        ),
      );
      return true;
    };

    await expectCopied(given, IN_MEMORY);
    expect(given.origin.requests.at(-1)?.url).toBe(target);
  });

  it("an address in a redirect that is no UTF-8 is read as Latin-1", async () => {
    given.origin.interfere = (request, response) => {
      if (request.url === "/caf%C3%A9.mp4") return false;
      response.socket?.end(
        Buffer.from("HTTP/1.1 302 Found\r\nlocation: /caf\xe9.mp4\r\n\r\n", "latin1"),
      );
      return true;
    };

    await expectCopied(given, IN_MEMORY);
  });

  it("a cookie of a redirect comes back to the same host", async () => {
    given.origin.interfere = (request, response) => {
      if (request.headers.cookie === "tok=1%20x") return false;
      status(302, { location: request.url ?? "", "set-cookie": "tok=1%20x; Path=/" })(response);
      return true;
    };

    await expectCopied(given);
  });

  it("headers of 60 kB are read", async () => {
    const cookies = Array.from({ length: 200 }, (_, index) => `c${index}=${"v".repeat(290)}`);
    given.origin.interfere = (_request, response) => {
      response.setHeader("set-cookie", cookies);
      return false;
    };

    await expectCopied(given);
    const sent = given.origin.requests.map(({ headers }) => headers.cookie?.length ?? 0);
    expect(Math.max(...sent)).toBeLessThanOrEqual(4_096);
  });
});
