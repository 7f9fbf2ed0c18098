import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundle } from "../support/bundle.ts";

const ROOT = new URL("../../", import.meta.url);

/** What a handler does at least to have each of these packages at its disposal. */
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

/** The SDK's packages that a function's bundle holds, without those that these bring along. */
export async function sdkPackagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`functions/${entry}`, ROOT))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
    outdir: "unused",
  });
  const inputs = Object.keys(metafile.inputs);
  return Object.keys(SETUP).filter((name) =>
    inputs.some((path) => path.includes(`node_modules/${name}/`)),
  );
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
