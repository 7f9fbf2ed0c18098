import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBrowserSession } from "@akool-archiver/console/browser-session.ts";
import { consoleFront, type Front } from "@akool-archiver/console/console-front.ts";
import { openingAddress } from "@akool-archiver/console/console-settings.ts";
import type { StaticFiles } from "@akool-archiver/console/static-files.ts";

const KEY_BYTES = 32;

/** What the page is told once the stack is open. */
export interface ServedPlaces {
  /** The S3 emulator's endpoint, where presigned links lead. */
  readonly s3Endpoint: string;
  readonly webhookUrl: string | undefined;
}

export interface ConsoleOptions {
  readonly files: StaticFiles;
  /** The data directory, which keeps the key that cookies are signed with. */
  readonly data: string;
  readonly places: Promise<ServedPlaces>;
  /** Where it is served, once that is known. */
  readonly endpoint: () => string;
}

/** The console in front of the API. */
export interface OpenConsole {
  readonly front: Front;
  /** An address that opens it once, in one browser. */
  readonly address: () => string;
}

/** Puts the console in front of an API that is about to be served. */
export async function openConsole(options: ConsoleOptions): Promise<OpenConsole> {
  const { files, data, places, endpoint } = options;
  const session = createBrowserSession({ key: await sessionKey(data), now: Date.now });
  return {
    front: consoleFront({
      files,
      session,
      origin: endpoint,
      origins: async () => ({ media: [(await places).s3Endpoint] }),
      async settings() {
        const { webhookUrl } = await places;
        return { kind: "local", name: "this machine", ...(webhookUrl && { webhookUrl }) };
      },
    }),
    address: () => openingAddress(endpoint(), session.token()),
  };
}

/**
 * Kept in the data directory, which is its user's alone, so that a page which is open finds its
 * cookie valid after a restart.
 */
async function sessionKey(data: string): Promise<Uint8Array> {
  const file = join(data, "console-key");
  try {
    await writeFile(file, randomBytes(KEY_BYTES).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const key = Buffer.from(await readFile(file, "utf8"), "hex");
  // Cut by a crash while it was written: cookies of this run are valid until its end.
  return key.length === KEY_BYTES ? key : randomBytes(KEY_BYTES);
}
