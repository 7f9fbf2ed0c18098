import { createReadStream } from "node:fs";
import { appendFile, mkdir, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod/mini";
import { isMissing } from "../storage/files.ts";

const outcomeSchema = z.discriminatedUnion("status", [
  z.object({
    batch: z.int(),
    items: z.int(),
    status: z.literal("SUCCEEDED"),
    output: z.unknown(),
  }),
  z.object({
    batch: z.int(),
    items: z.int(),
    status: z.literal("FAILED"),
    error: z.string(),
    cause: z.string(),
  }),
]);

/** The outcome of one child of a map run. */
export type ChildOutcome = z.infer<typeof outcomeSchema>;

/**
 * The outcomes of one map run's children, one line each, so that the process that continues the run
 * does not repeat them.
 */
export class MapJournal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Creates the file if there is none, and drops a line that a killed process did not finish. */
  async open(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true });
    const bytes = await readFile(this.#file).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return Buffer.alloc(0);
    });
    await appendFile(this.#file, "");
    await truncate(this.#file, bytes.lastIndexOf("\n") + 1);
  }

  async add(outcome: ChildOutcome): Promise<void> {
    await appendFile(this.#file, `${JSON.stringify(outcome)}\n`, { flush: true });
  }

  async *outcomes(): AsyncGenerator<ChildOutcome> {
    const input = createReadStream(this.#file);
    for await (const line of createInterface({ input })) {
      yield outcomeSchema.parse(JSON.parse(line));
    }
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
