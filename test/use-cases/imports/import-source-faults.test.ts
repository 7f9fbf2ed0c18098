import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createImportFiles, ImportSourceUnreadable } from "#aws/import-files.ts";
import { findImport } from "#use-cases/imports/find-import.ts";

const SOURCE = { bucket: "lists", key: "videos.jsonl" };

/** A client of S3 that answers every call with an error of that name. */
function failing(name: string): S3Client {
  const client = new S3Client({ region: "eu-west-1" });
  client.middlewareStack.add(
    () => () => {
      const $metadata = { httpStatusCode: 400 };
      throw new S3ServiceException({ name, $fault: "client", $metadata, message: name });
    },
    { step: "initialize" },
  );
  return client;
}

describe("a source of an import", () => {
  it.each([
    ["NoSuchBucket", "bucket is not there"],
    ["NoSuchKey", "the source is not there"],
    ["AccessDenied", "may not be read"],
    ["PermanentRedirect", "another region"],
    ["AuthorizationHeaderMalformed", "another region"],
    ["InvalidObjectState", "restored first"],
    ["KMS.DisabledException", "the key that encrypts the source"],
    ["KMS.NotFoundException", "the key that encrypts the source"],
  ])("is at fault when S3 says %s", async (name, reason) => {
    const opening = createImportFiles(failing(name)).open(SOURCE);

    await expect(opening).rejects.toThrow(ImportSourceUnreadable);
    await expect(opening).rejects.toThrow(reason);
  });

  it.each(["SlowDown", "InternalError", "ExpiredToken"])(
    "is not at fault when S3 says %s: that is tried again",
    async (name) => {
      const opening = createImportFiles(failing(name)).open(SOURCE);

      await expect(opening).rejects.toMatchObject({ name });
    },
  );
});

describe("an import that runs", () => {
  it("is found although nobody can say how far it is", async () => {
    const run = { state: "running" as const, source: SOURCE, startedAt: new Date(0) };
    const dependencies = {
      imports: {
        start: () => expect.fail(),
        list: () => expect.fail(),
        find: async () => run,
        progress: () => Promise.reject(new Error("denied")),
      },
      importObjects: { put: () => expect.fail(), linkTo: () => expect.fail() },
    };

    await expect(findImport(dependencies, "import-1")).resolves.toEqual({
      importId: "import-1",
      run,
      progress: undefined,
      links: [],
    });
  });
});
