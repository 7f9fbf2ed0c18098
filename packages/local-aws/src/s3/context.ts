import type { IncomingMessage, ServerResponse } from "node:http";
import type { Address } from "./address.ts";
import type { Layout } from "./layout.ts";
import type { ObjectStore } from "./object-store.ts";
import type { UploadStore } from "./upload-store.ts";

/** What every operation works on. */
export interface Stores {
  layout: Layout;
  objects: ObjectStore;
  uploads: UploadStore;
  /** Bytes that every part of an upload but the last must have. */
  minPartBytes: number;
  /** Called for every piece of a body as it arrives. */
  onBytes: (key: string, bytes: number) => void;
}

/** One request on its way through an operation. */
export interface Exchange extends Address {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Does one operation and sends its answer; throws S3Error to have an error sent instead. */
export type Operation = (stores: Stores, exchange: Exchange) => Promise<void>;
