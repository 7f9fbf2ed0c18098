import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { detectContent } from "#archive/content/detect.ts";
import { inspectorOf } from "#archive/content/inspect.ts";
import { type Findings, inspectWhole } from "#archive/content/inspection.ts";

const directory = new URL("../../fixtures/media/", import.meta.url);

/** A small real file; see `test/fixtures/media/README.md`. */
export function media(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(name, directory)));
}

/** A box with a 32-bit size, or a 64-bit one. */
export function box(type: string, payload: Buffer = Buffer.alloc(0), is64 = false): Buffer {
  const header = Buffer.alloc(is64 ? 16 : 8);
  header.write(type, 4, "latin1");
  const bytes = header.length + payload.length;
  if (is64) header.writeBigUInt64BE(BigInt(bytes), 8);
  header.writeUInt32BE(is64 ? 1 : bytes, 0);
  return Buffer.concat([header, payload]);
}

/** Detects and inspects a file that is whole in memory. */
export async function findingsOf(file: Buffer): Promise<Findings | undefined> {
  const inspect = inspectorOf(await detectContent(file.subarray(0, 4_100)));
  return inspect && inspectWhole(file, inspect);
}

/** The top-level boxes of a file, each whole. */
export function boxesOf(file: Buffer): Buffer[] {
  const boxes: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const bytes = file.readUInt32BE(at);
    boxes.push(file.subarray(at, at + bytes));
    at += bytes;
  }
  return boxes;
}

export function typeOf(bytes: Buffer): string {
  return bytes.toString("latin1", 4, 8);
}
