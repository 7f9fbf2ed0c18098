import type { IncomingMessage, ServerResponse } from "node:http";
import { type LocalServer, type ServeOptions, serveLocally } from "../http/local-server.ts";
import { parseAddress } from "./address.ts";
import { sendError } from "./answers.ts";
import type { Operation, Stores } from "./context.ts";
import { recover } from "./intent.ts";
import { Layout, type S3Directories } from "./layout.ts";
import { listMultipartUploads, listObjectsV2 } from "./list-operations.ts";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from "./multipart-operations.ts";
import {
  deleteObject,
  getObject,
  getObjectTagging,
  headObject,
  putObject,
} from "./object-operations.ts";
import { ObjectStore } from "./object-store.ts";
import { type OperationName, operationOf } from "./operations.ts";
import { asS3Error, S3Error } from "./s3-error.ts";
import { UploadStore } from "./upload-store.ts";

/** Documented for S3. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface S3Options extends S3Directories, ServeOptions {
  /** Bytes that every part but the last must have; default 5 MiB, as S3 has it. Tests use less. */
  minPartBytes?: number;
  /**
   * Called for faults that no request has caused, mostly of the disk. The client gets
   * InternalError.
   */
  onFault?: ((error: unknown) => void) | undefined;
  /** Called for every piece of a body as it arrives, for a display of progress. */
  onBytes?: (key: string, bytes: number) => void;
}

const operations: Readonly<Record<OperationName, Operation>> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectTagging: getObjectTagging,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
  ListObjectsV2: listObjectsV2,
};

/**
 * Starts an emulator for S3 whose objects are plain files. SDK clients use path style by
 * themselves, because the endpoint is an IP address.
 *
 * One process at a time may use the metadata directory, whose leftovers are deleted at the start;
 * the DynamoDB emulator's lock can guard both. It must be on the file system of the buckets,
 * because objects are renamed into place.
 *
 * Bodies stream to disk, so that memory does not grow with an object (decision 0009).
 *
 * @throws OverlappingDirectories
 */
export async function startS3(options: S3Options): Promise<LocalServer> {
  const layout = new Layout(options);
  await layout.makeDirectories();
  await recover(layout);
  const stores = {
    layout,
    objects: new ObjectStore(layout),
    uploads: new UploadStore(layout),
    minPartBytes: options.minPartBytes ?? MIN_PART_BYTES,
    onBytes: options.onBytes ?? (() => {}),
  };
  return serveLocally(
    (request, response) => serve(stores, request, response, options.onFault),
    options,
  );
}

async function serve(
  stores: Stores,
  request: IncomingMessage,
  response: ServerResponse,
  onFault: S3Options["onFault"],
) {
  const target = String(request.url);
  try {
    const address = parseAddress(target);
    const operation = operations[operationOf(request.method, address, request.headers)];
    await operation(stores, { ...address, request, response });
  } catch (error) {
    if (!(error instanceof S3Error)) onFault?.(error);
    if (response.headersSent) {
      throw error;
    }
    sendError(response, asS3Error(error), target);
  }
  // A response may be sent before the body has ended; the rest must not block the connection.
  request.resume();
}
