import { PutObjectCommand, type UploadPartCommand } from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/core/protocols";

/**
 * Keeps the SDK from hashing the body with SHA-256 for the signature, which costs more than all else
 * that is done with the bytes. TLS protects them on their way, the bucket takes nothing without it,
 * and their CRC-32 is among the signed headers.
 */
export function unsignedPayload(command: UploadPartCommand | PutObjectCommand): void {
  // Two stacks of two types; what is added is the same.
  if (command instanceof PutObjectCommand) command.middlewareStack.add(withoutHash, AT_BUILD);
  else command.middlewareStack.add(withoutHash, AT_BUILD);
}

const AT_BUILD = { step: "build", name: "unsignedPayload" } as const;

function withoutHash<Args extends { request: unknown }, Answer>(
  next: (args: Args) => Promise<Answer>,
) {
  return (args: Args) => {
    if (HttpRequest.isInstance(args.request)) {
      args.request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
    }
    return next(args);
  };
}
