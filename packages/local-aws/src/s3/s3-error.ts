import { BodyTooLarge } from "../http/request-body.ts";

/** The HTTP status of every error code that this emulator returns. */
const statuses = {
  AccessDenied: 403,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BadRequest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidObjectState: 403,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidTag: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  OperationAborted: 409,
  PreconditionFailed: 412,
  XAmzContentSHA256Mismatch: 400,
} as const;

/** An error response of S3; SDK clients show `code` as the error's name. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly code: keyof typeof statuses;

  constructor(code: keyof typeof statuses, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** A handler's error as an S3 response; any other error is a fault of the emulator. */
export function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) {
    return error;
  }
  return error instanceof BodyTooLarge
    ? new S3Error("EntityTooLarge", error.message, { cause: error })
    : new S3Error("InternalError", String(error), { cause: error });
}
