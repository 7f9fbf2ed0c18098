import type { ServerResponse } from "node:http";
import type { S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CopiedVideo } from "#archive/copy/copy-run.ts";
import { SourceGone } from "#archive/errors.ts";
import type { ObjectPlace } from "#archive/upload/places.ts";
import { type RangedOrigin, rangedOrigin } from "../source/ranged-origin.ts";
import { type CopyFixture, checksumOf, copyFixture, video } from "./copy-fixture.ts";

/** What may go wrong at the source, in the answer to one request. */
const SOURCE_FAULTS = ["unavailable", "cut off", "refused", "gone", "changed", "no range"] as const;
/** What may go wrong at the store, in one call. */
const STORE_FAULTS = ["before", "after"] as const;

type SourceFault = (typeof SOURCE_FAULTS)[number];
type StoreFault = (typeof STORE_FAULTS)[number];

const MAX_CALLS = 20;
const faultsOf = <Fault>(kinds: readonly Fault[]) =>
  fc.dictionary(fc.integer({ min: 0, max: MAX_CALLS }).map(String), fc.constantFrom(...kinds), {
    maxKeys: 5,
  });

const scenario = fc.record({
  bytes: fc.integer({ min: 40, max: 12_000 }),
  partBytes: fc.integer({ min: 1_000, max: 3_000 }),
  connections: fc.integer({ min: 1, max: 4 }),
  smallBytes: fc.integer({ min: 1_000, max: 6_000 }),
  etag: fc.constantFrom('"one"', undefined),
  source: faultsOf(SOURCE_FAULTS),
  store: faultsOf(STORE_FAULTS),
});

let fixture: CopyFixture;
let origin: RangedOrigin;
/** Every file that the source has served so far. */
let files: Buffer[];

beforeAll(async () => {
  fixture = await copyFixture();
  origin = await rangedOrigin({ bytes: Buffer.alloc(0) });
});
afterAll(async () => {
  await origin.close();
  await fixture.close();
});

/** The n-th answer fails as planned; a changed file is served to all that follow. */
function planSourceFaults(faults: Readonly<Record<string, SourceFault>>) {
  let request = 0;
  origin.interfere = (_request, response) => {
    const fault = faults[request++];
    if (fault === "changed") {
      const { bytes, etag } = origin.file;
      origin.file = {
        bytes: video(bytes.length, request + 1),
        ...(etag !== undefined && { etag: `"${request}"` }),
      };
      files.push(origin.file.bytes);
    } else if (fault !== undefined) {
      answerWith(fault, response);
      return true;
    }
    return false;
  };
}

function answerWith(fault: Exclude<SourceFault, "changed">, response: ServerResponse) {
  const { bytes } = origin.file;
  switch (fault) {
    case "unavailable":
      return response.writeHead(503).end();
    case "gone":
      return response.writeHead(404).end();
    case "refused":
      return response.destroy();
    case "no range":
      return response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    case "cut off":
      response.writeHead(200, { "content-length": bytes.length + 1 });
      return response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }
}

/** The n-th call of the store fails as planned, before it was carried out or after. */
function planStoreFaults(s3: S3Client, faults: Readonly<Record<string, StoreFault>>) {
  let call = 0;
  s3.middlewareStack.add(
    (next) => async (args) => {
      const fault = faults[call++];
      if (fault === "before") throw new Error("the store could not be reached");
      const result = await next(args);
      if (fault === "after") throw new Error("the store's answer was lost");
      return result;
    },
    { step: "initialize" },
  );
}

it("under any combination of faults, stores only whole files and cleans up after itself", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (planned) => {
      const { bytes, partBytes, connections, smallBytes, etag, source, store } = planned;
      origin.file = { bytes: video(bytes), ...(etag !== undefined && { etag }) };
      files = [origin.file.bytes];
      const place = fixture.newPlace();
      const s3 = fixture.newClient();
      const sizing = { partBytes, connections, bufferBytes: partBytes * connections, smallBytes };
      const copier = fixture.copier(origin.origin, { s3, sizing });
      const copy = () => copier.copy(`${origin.origin}/a.mp4`, place, AbortSignal.timeout(100_000));
      // A copy cannot clean up while the store itself fails.
      const reliableStore = Object.keys(store).length === 0;
      planSourceFaults(source);
      planStoreFaults(s3, store);

      // Retries until it succeeds, as the workflow does. Every fault strikes once.
      let copied: CopiedVideo | undefined;
      for (let tries = 0; copied === undefined && tries < 12; tries++) {
        copied = await copy().catch(async (error: unknown) => {
          if (reliableStore && error instanceof SourceGone) {
            expect(await fixture.leftovers(place)).toEqual([]);
          }
          return undefined;
        });
        await expectWholeOrNothing(place);
        if (reliableStore && copied !== undefined) {
          expect(await fixture.leftovers(place)).toEqual([place.key]);
        }
      }

      const checksum = checksumOf(origin.file.bytes);
      expect(copied).toMatchObject({ video: { bytes, checksum } });
      // Completing may have succeeded although the store did not confirm it.
      if ((await fixture.uploads(place)).length > 0) expect(copied?.leftUpload).toBe(true);
      expect((await fixture.stored(place)).equals(origin.file.bytes)).toBe(true);
      s3.destroy();
    }),
    { numRuns: 40 },
  );
}, 240_000);

/** There is no object yet, or it is exactly one of the files that were served. */
async function expectWholeOrNothing(place: ObjectPlace) {
  const keys = await fixture.leftovers(place);
  if (keys.includes(place.key)) {
    const stored = await fixture.stored(place);
    expect(files.some((file) => stored.equals(file))).toBe(true);
  }
}
