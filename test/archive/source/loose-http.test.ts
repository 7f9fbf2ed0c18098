import { describe, expect, it } from "vitest";
import { video } from "../copy/copy-fixture.ts";
import { copyTests, FILE, ONE } from "../copy/copy-tests.ts";
import { expectCopied, SIZINGS } from "./server-answers.ts";

const given = copyTests(ONE);

describe.each(SIZINGS)("an answer that is no strict HTTP, %s,", (_, sizing) => {
  const length = `Content-Length: ${FILE.length}`;
  const chunks = Buffer.concat([
    Buffer.from(`${FILE.length.toString(16)}  \r\n`),
    FILE,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);

  it.each<[string, string, Buffer]>([
    ["line feeds alone", `HTTP/1.1 200 OK\n${length}\n\n`, FILE],
    ["a folded header", `HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\n${length}\r\n\r\n`, FILE],
    ["a control character", `HTTP/1.1 200 OK\r\nX-A: \x01\r\n${length}\r\n\r\n`, FILE],
    ["a version that is none", `HTTP/1.2 200 OK\r\n${length}\r\n\r\n`, FILE],
    [
      "a length beside chunks, which have blanks",
      `HTTP/1.1 200 OK\r\n${length}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      chunks,
    ],
    [
      "another length beside chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n",
      chunks,
    ],
  ])("is read all the same: %s", async (_name, head, body) => {
    given.origin.interfere = (_request, response) => {
      response.socket?.write(head, "latin1");
      response.socket?.end(body);
      return true;
    };

    await expectCopied(given, sizing);
  });

  it("is the source's fault if it cannot be read", async () => {
    given.origin.interfere = (_request, response) => {
      response.socket?.end("ICY 200 OK\r\n\r\n");
      return true;
    };

    await expect(given.copy({ sizing })).rejects.toMatchObject({
      name: "SourceUnavailable",
      message: "the source's answer is no HTTP: HPE_INVALID_CONSTANT",
    });
  });
});

describe.each(SIZINGS)("a body whose end only the connection's end marks, %s,", (_, sizing) => {
  /** HTTP/1.0, as some origins still speak it. */
  function answerRaw(bytesOf: (request: number) => Buffer, head = "HTTP/1.0 200 OK\r\n") {
    let requests = 0;
    given.origin.interfere = (_request, response) => {
      const { socket } = response;
      socket?.write(`${head}content-type: video/mp4\r\n\r\n`);
      socket?.end(bytesOf(requests++));
      return true;
    };
  }

  it.each([
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\n"],
    ["Connection: close", "HTTP/1.1 200 OK\r\nconnection: close\r\n"],
    ["Transfer-Encoding: identity", "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n"],
  ])("is stored when two downloads are equal: %s", async (_name, head) => {
    answerRaw(() => FILE, head);

    await expectCopied(given, sizing);
    expect(given.origin.requests).toHaveLength(2);
  });

  it.each([
    ["cut off in the first", [9_000, FILE.length]],
    ["cut off in the second", [FILE.length, 9_000]],
  ])("is not stored when it is %s", async (_name, lengths) => {
    answerRaw((request) => FILE.subarray(0, lengths[request]));

    await expect(given.copy({ sizing })).rejects.toMatchObject({ name: "SourceInterrupted" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("is not stored when the two have the same length, and differ", async () => {
    answerRaw((request) => (request === 0 ? FILE : video(FILE.length, 2)));

    await expect(given.copy({ sizing })).rejects.toMatchObject({ name: "SourceInterrupted" });
  });
});
