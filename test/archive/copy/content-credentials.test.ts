import { describe, expect, it } from "vitest";
import { box, boxesOf, findingsOf, media, typeOf } from "../content/media.ts";
import { checksumOf } from "./copy-fixture.ts";
import { copyTests, WAYS } from "./copy-tests.ts";

/** Marks a `uuid` box as one of C2PA's (C2PA 2.2, "Embedding manifests into BMFF-based assets"). */
const C2PA = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");

const given = copyTests();

/** A manifest store: boxes of JUMBF (ISO 19566-5), with bytes that no text survives. */
function manifestStore(): Buffer {
  const description = box("jumd", Buffer.from("c2pa\0\x03c2pa\0", "latin1"));
  const claim = Buffer.from(Array.from({ length: 2_048 }, (_, index) => (index * 7) % 256));
  return box("jumb", Buffer.concat([description, box("jumb", box("cbor", claim))]));
}

/** The box that C2PA puts behind the file's type. */
function credentials(): Buffer {
  const purpose = Buffer.from("\0\0\0\0manifest\0\0\0\0\0\0\0\0\0", "latin1");
  return box("uuid", Buffer.concat([C2PA, purpose, manifestStore()]));
}

/** The file with its credentials, and an index that knows that its data have moved. */
function withCredentials(file: Buffer): Buffer {
  const [type, ...rest] = boxesOf(file);
  const added = credentials();
  const moved = rest.map((bytes) =>
    typeOf(bytes) === "moov" ? shifted(bytes, added.length) : bytes,
  );
  return Buffer.concat([type ?? file, added, ...moved]);
}

/** A movie box with the offsets of its chunks (`stco`) moved. */
function shifted(moov: Buffer, by: number): Buffer {
  const copy = Buffer.from(moov);
  for (let at = copy.indexOf("stco"); at >= 0; at = copy.indexOf("stco", at + 4)) {
    const count = copy.readUInt32BE(at + 8);
    for (let entry = 0; entry < count; entry++) {
      const offset = at + 12 + entry * 4;
      copy.writeUInt32BE(copy.readUInt32BE(offset) + by, offset);
    }
  }
  return copy;
}

describe("a file with Content Credentials is archived byte for byte:", () => {
  describe.each(WAYS)("%s", (_, sizing, served) => {
    it.each(["moov-first.mp4", "moov-last.mp4", "fragmented.mp4"])("%s", async (name) => {
      const file = withCredentials(media(name));
      await given.serveFile({ bytes: file, ...served });

      const copied = await given.copy({ sizing });

      const stored = await given.fixture.stored(copied.place);
      expect(stored.equals(file)).toBe(true);
      expect(stored.includes(credentials())).toBe(true);
      expect(copied.video).toMatchObject({ bytes: file.length, checksum: checksumOf(file) });
    });
  });

  it("and is found to be what it is without them", async () => {
    const bare = media("moov-first.mp4");

    expect(await findingsOf(withCredentials(bare))).toEqual(await findingsOf(bare));
  });
});
