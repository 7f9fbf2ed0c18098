import type { IncomingMessage, ServerResponse } from "node:http";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { CopiedVideo, CopyClaim } from "#archive/copy/copy-run.ts";
import type { VideoCopierOptions } from "#archive/copy/copy-video.ts";
import { DEFAULT_SIZING, type PartSizing } from "#archive/upload/part-plan.ts";
import type { ObjectPlace } from "#archive/upload/places.ts";
import { type OriginFile, type RangedOrigin, rangedOrigin } from "../source/ranged-origin.ts";
import { type CopyFixture, copyFixture, SMALL_PARTS, video } from "./copy-fixture.ts";

/** Nine parts: eight of 1,600 bytes, one of 1,500. */
export const FILE = video(14_300);
export const STARTS = Array.from({ length: 9 }, (_, index) => index * 1_600);
/** What tells its parts from another file's. */
export const ONE: OriginFile = { bytes: FILE, etag: '"one"' };
/** As long as the other, and different in every part. */
export const OTHER = video(14_300, 2);
/** The beginning of a part in the middle. */
export const MIDDLE = 6_400;

/** Smaller than the media files of the tests. */
export const TINY_PARTS: PartSizing = { ...SMALL_PARTS, partBytes: 1_000, smallBytes: 1_000 };

/** In memory, in parts of their own, and cut from one body. */
export const WAYS: [string, PartSizing, Partial<OriginFile>][] = [
  ["in memory", DEFAULT_SIZING, { etag: '"one"' }],
  ["in parts", TINY_PARTS, { etag: '"one"' }],
  ["from a stream", TINY_PARTS, {}],
];

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Copying {
  path?: string;
  deadline?: AbortSignal;
  claim?: CopyClaim;
}

/** What a file's tests of the copier work with: one store for all, the rest anew for each test. */
export interface CopyTests {
  readonly fixture: CopyFixture;
  readonly place: ObjectPlace;
  /** A client that the test may change. */
  readonly s3: S3Client;
  /** The origin that {@link serveFile} has opened last. */
  readonly origin: RangedOrigin;
  serveFile(file: OriginFile): Promise<RangedOrigin>;
  /** Answers the first requests for the part that begins at `start` in another way. */
  interfereAt(start: number, times: number, answer: Answer): void;
  /** Opens a source that gives one answer to all, and knows no ranges. */
  serveAnswer(answer: (response: ServerResponse) => void): Promise<TestServer>;
  /** Copies from {@link origin} to {@link place}. */
  copy(options?: Partial<VideoCopierOptions>, copying?: Copying): Promise<CopiedVideo>;
  /** Copies so that all parts up to {@link MIDDLE} are there, and then fails. */
  leaveInterrupted(): Promise<void>;
  /** Nothing but this file is in the bucket, and no upload is open. */
  expectStored(file: Buffer): Promise<void>;
}

/**
 * Opens and closes what the tests of a file need.
 *
 * @param served by the origin from the beginning of each test; without it a test serves its own
 */
export function copyTests(served?: OriginFile): CopyTests {
  let fixture: CopyFixture;
  let place: ObjectPlace;
  let s3: S3Client;
  let origin: RangedOrigin;
  let servers: TestServer[] = [];
  beforeAll(async () => {
    fixture = await copyFixture();
  });
  beforeEach(async () => {
    place = fixture.newPlace();
    s3 = fixture.newClient();
    if (served !== undefined) await serveFile({ ...served });
  });
  afterEach(async () => {
    s3.destroy();
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });
  afterAll(() => fixture.close());

  async function serveFile(file: OriginFile) {
    origin = await rangedOrigin(file);
    servers.push(origin);
    return origin;
  }

  async function copy(
    options: Partial<VideoCopierOptions> = {},
    { path = "/a.mp4", deadline = AbortSignal.timeout(100_000), claim }: Copying = {},
  ) {
    const copier = fixture.copier(origin.origin, options);
    return copier.copy(`${origin.origin}${path}`, place, deadline, claim);
  }

  return {
    get fixture() {
      return fixture;
    },
    get place() {
      return place;
    },
    get s3() {
      return s3;
    },
    get origin() {
      return origin;
    },
    serveFile,
    async serveAnswer(answer) {
      const server = await serve((_request, response) => answer(response));
      servers.push(server);
      return server;
    },
    interfereAt(start, times, answer) {
      let left = times;
      origin.interfere = (request, response, rangeStart) => {
        if (rangeStart !== start || left === 0) return false;
        left -= 1;
        answer(response, request);
        return true;
      };
    },
    copy,
    async leaveInterrupted() {
      origin.interfere = (request, response, start) => {
        const isRefused = start === MIDDLE || request.headers.range === undefined;
        if (isRefused) response.writeHead(503).end();
        return isRefused;
      };
      // One connection: what comes before the gap is finished when it fails.
      const sizing = { ...SMALL_PARTS, bufferBytes: 1_600 };
      await expect(copy({ sizing })).rejects.toMatchObject({ name: "SourceUnavailable" });
      origin.interfere = () => false;
      origin.requests.length = 0;
    },
    async expectStored(file) {
      expect((await fixture.stored(place)).equals(file)).toBe(true);
      expect(await fixture.leftovers(place)).toEqual([place.key]);
    },
  };
}

interface CopyFromOptions {
  maxBytes?: number;
  deadline?: AbortSignal;
  idleTimeoutMs?: number;
}

/** Copies with the ordinary sizes from a source that knows no ranges. */
export async function copyFrom(
  given: CopyTests,
  answer: (response: ServerResponse) => void,
  { deadline = AbortSignal.timeout(100_000), ...limits }: CopyFromOptions = {},
) {
  const source = await given.serveAnswer(answer);
  const copier = given.fixture.copier(source.origin, {
    s3: given.s3,
    sizing: DEFAULT_SIZING,
    ...limits,
  });
  return copier.copy(`${source.origin}/a.mp4`, given.place, deadline);
}
