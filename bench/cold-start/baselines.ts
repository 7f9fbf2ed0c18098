import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod/mini";
import { bundle } from "../support/bundle.ts";

/** The least that a handler does to use each of these packages. */
const SETUP: Readonly<Record<string, { name: string; use: string }>> = {
  "@aws-sdk/client-dynamodb": { name: "DynamoDBClient", use: "new DynamoDBClient()" },
  "@aws-sdk/client-eventbridge": { name: "EventBridgeClient", use: "new EventBridgeClient()" },
  "@aws-sdk/client-s3": { name: "S3Client", use: "new S3Client()" },
  "@aws-sdk/client-secrets-manager": {
    name: "SecretsManagerClient",
    use: "new SecretsManagerClient()",
  },
  "@aws-sdk/client-sfn": { name: "SFNClient", use: "new SFNClient()" },
  "@aws-sdk/client-sqs": { name: "SQSClient", use: "new SQSClient()" },
  "@aws-sdk/lib-dynamodb": { name: "DynamoDBDocumentClient", use: "DynamoDBDocumentClient.from" },
  "@aws-sdk/s3-request-presigner": { name: "getSignedUrl", use: "getSignedUrl" },
};

const sourceMap = z.object({ sources: z.array(z.string()) });

/**
 * The SDK's packages that a bundle holds, by its source map; without those that they bring along.
 *
 * @param bundlePath with its source map beside it
 */
export async function sdkPackagesOf(bundlePath: string): Promise<string[]> {
  const { sources } = sourceMap.parse(JSON.parse(await readFile(`${bundlePath}.map`, "utf8")));
  return Object.keys(SETUP).filter((name) => sources.some((path) => path.includes(`/${name}/`)));
}

/**
 * A handler with these packages and nothing else, bundled.
 *
 * @returns the bundle's path
 */
export async function bundleWith(
  packages: readonly string[],
  directory: string,
  name: string,
): Promise<string> {
  const source = join(directory, `${name}.source.mjs`);
  const used = packages.flatMap((id) => {
    const setup = SETUP[id];
    return setup === undefined ? [] : [{ id, ...setup }];
  });
  await writeFile(
    source,
    [
      ...used.map((item) => `import { ${item.name} } from "${item.id}";`),
      `const used = [${used.map(({ use }) => use).join(", ")}];`,
      "export const handler = async () => used.length;",
    ].join("\n"),
  );
  return bundle(pathToFileURL(source), directory, name);
}
