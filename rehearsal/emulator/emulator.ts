import { execFile } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { get } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Context } from "#rehearsal/context.ts";

/** A running emulator. */
export interface Emulator {
  readonly port: number;
  readonly endpoint: string;
  /** Its certificate, in PEM. */
  readonly certificate: string;
  /** What a program needs to reach it in place of AWS. */
  readonly environment: Readonly<Record<string, string>>;
}

const START_MS = 30_000;
/** The SDK puts a word in front of the host for TestState. */
const NAMES =
  "subjectAltName=DNS:localhost,DNS:sync-localhost,DNS:*.execute-api.localhost,IP:127.0.0.1";

/**
 * Starts the emulator on loopback, with TLS and with IAM enforced, and waits until it answers.
 *
 * @param command what {@link installEmulator} returned
 */
export async function startEmulator(context: Context, command: string): Promise<Emulator> {
  const files = await makeCertificate(context.work);
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const trust = { NODE_EXTRA_CA_CERTS: files.certificate, AWS_CA_BUNDLE: files.certificate };
  context.processes.start(command, [], {
    cwd: context.work,
    log: "emulator",
    env: {
      ...context.environment,
      ...trust,
      AUTH: "true",
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      // An address of the HTTP API below an IP address is none that Node's URL would take.
      MINISTACK_HOST: "localhost",
      USE_SSL: "1",
      MINISTACK_SSL_CERT: files.certificate,
      MINISTACK_SSL_KEY: files.key,
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      NODE_PATH: await runtimeModules(context),
    },
  });
  const certificate = await readFile(files.certificate, "utf8");
  await answers(`${endpoint}/_ministack/health`, certificate);
  const environment = { ...context.environment, ...trust, AWS_ENDPOINT_URL: endpoint };
  return { port, endpoint, certificate, environment };
}

/** Lambda's Node.js runtime has the SDK, and nothing else: CDK's own function relies on it. */
async function runtimeModules({ root, work }: Context): Promise<string> {
  const modules = join(work, "runtime-modules");
  await mkdir(modules);
  await symlink(join(root, "node_modules/@aws-sdk"), join(modules, "@aws-sdk"));
  return modules;
}

async function makeCertificate(directory: string) {
  const files = { certificate: join(directory, "tls.crt"), key: join(directory, "tls.key") };
  const subject = ["-days", "2", "-subj", "/CN=localhost", "-addext", NAMES];
  const output = ["-keyout", files.key, "-out", files.certificate];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes"];
  await promisify(execFile)("openssl", [...request, ...output, ...subject]);
  return files;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new TypeError("no TCP address");
  return address.port;
}

async function answers(url: string, ca: string): Promise<void> {
  const end = Date.now() + START_MS;
  while (!(await isOk(url, ca))) {
    if (Date.now() > end) throw new Error("the emulator did not start; its log says why (--logs)");
    await sleep(200);
  }
}

function isOk(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { ca }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once("error", () => resolve(false));
  });
}
