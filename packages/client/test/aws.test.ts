import { createHash, createHmac } from "node:crypto";
import { createArchiver } from "@akool-archiver/client";
import { signWithAws } from "@akool-archiver/client/aws";
import { afterEach, describe, expect, it, vi } from "vitest";

const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "secret",
  sessionToken: "token",
};
const REGION = "eu-west-1";

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) =>
  createHmac("sha256", key).update(data).digest();

/** The signature by the letter of AWS's description of version 4, of a request as it is sent. */
async function expectedSignature(request: Request): Promise<string> {
  const { pathname, searchParams, host } = new URL(request.url);
  const authorization = request.headers.get("authorization") ?? "";
  const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const canonical = [
    request.method,
    pathname.split("/").map(encodeURIComponent).join("/"),
    [...searchParams]
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .sort()
      .join("&"),
    ...signed
      .split(";")
      .map((name) => `${name}:${name === "host" ? host : request.headers.get(name)}`),
    "",
    signed,
    sha256(await request.clone().text()),
  ].join("\n");
  const time = request.headers.get("x-amz-date") ?? "";
  const scope = [time.slice(0, 8), REGION, "execute-api", "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secretAccessKey}`);
  return hmac(key, text).toString("hex");
}

function signedBy(signing: Parameters<typeof signWithAws>[0]) {
  const sent: Request[] = [];
  const archiver = createArchiver({
    url: "https://abc.execute-api.eu-west-1.amazonaws.com",
    sign: signWithAws(signing),
    fetch: async (request) => {
      sent.push(request);
      return Response.json({});
    },
  });
  return { archiver, sent };
}

describe("signing with AWS credentials", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("signs method, path, query, headers and body as AWS checks them", async () => {
    const { archiver, sent } = signedBy({ region: REGION, credentials: CREDENTIALS });

    await archiver.listJobs({ tag: "team:a b+c/ü", limit: 5 });
    await archiver.submitJob({ videoModelId: "689174694b4dbdd4ab3d28c9" });
    await archiver.getCharacterSwap("order:1=a~b");

    expect(sent).toHaveLength(3);
    for (const request of sent) {
      expect(request.headers.get("x-amz-security-token")).toBe("token");
      expect(request.headers.get("authorization")).toContain(
        `Signature=${await expectedSignature(request)}`,
      );
    }
    expect(await sent[1]?.json()).toEqual({ videoModelId: "689174694b4dbdd4ab3d28c9" });
  });

  it("finds credentials where the AWS command line does", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDFROMENVIRONMENT");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_PROFILE", undefined);
    const { archiver, sent } = signedBy({ region: REGION });

    await archiver.getHealth();

    expect(sent[0]?.headers.get("authorization")).toContain("Credential=AKIDFROMENVIRONMENT/");
  });
});
