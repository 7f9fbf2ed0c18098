import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Json } from "./served.ts";

const MAIN = fileURLToPath(new URL("../../local/main.ts", import.meta.url));

/** `npm start -- serve` in a process of its own, which can be killed. */
export function startServing(data: string, akoolUrl: string) {
  const child = spawn(
    process.execPath,
    [MAIN, "serve", "--port", "0", "--json", "--data", data, "--akool-url", akoolUrl],
    {
      env: {
        PATH: process.env.PATH,
        AKOOL_API_KEY: defaultApiKey,
        POLL_MIN_SECONDS: "1",
        POLL_MAX_SECONDS: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const complaints: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
  const exit = once(child, "close");
  const readyLine = new Promise<Json>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said: Json = JSON.parse(line);
      if (said.type === "ready") resolve(said);
    });
    exit.then(() => reject(new Error(`ended before it was ready: ${complaints.join("")}`)));
  });
  // Killed on purpose before it is ready, nobody asks for it.
  readyLine.catch(() => undefined);

  return {
    pid: child.pid,
    /** @throws Error with what the process complained about, when it ends first */
    ready: () => readyLine,
    dead: () => child.exitCode !== null || child.signalCode !== null,
    /** Whether the API took the job on. @throws when the connection breaks */
    async submit(videoModelId: string): Promise<boolean> {
      const { api } = await readyLine;
      const { status } = await fetch(`${api}/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ videoModelId }),
      });
      return status === 202;
    },
    /** Whether the bus took the request. @throws when the connection breaks */
    async request(busName: string, videoModelId: string): Promise<boolean> {
      const { eventBridge } = await readyLine;
      const client = new EventBridgeClient({
        endpoint: eventBridge,
        region: "us-east-1",
        credentials: { accessKeyId: "t", secretAccessKey: "t" },
        maxAttempts: 1,
      });
      const entry = {
        Source: "my.app",
        DetailType: "Video Job Requested",
        EventBusName: busName,
        Detail: JSON.stringify({ videoModelId }),
      };
      try {
        const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
        return answer.FailedEntryCount === 0;
      } finally {
        client.destroy();
      }
    },
    /** The job's status; nothing while the API does not know it. */
    async statusOf(videoModelId: string): Promise<string | undefined> {
      const { api } = await readyLine;
      const response = await fetch(`${api}/jobs/${videoModelId}`);
      const job: Json = await response.json();
      return response.status === 200 ? job.status : undefined;
    },
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await exit;
    },
    /** In good order. */
    async stop(): Promise<void> {
      child.kill("SIGINT");
      await exit;
    },
  };
}

export type ServingProcess = ReturnType<typeof startServing>;
