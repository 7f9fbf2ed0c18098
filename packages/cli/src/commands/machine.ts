import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";

/** `npm start`, which only the repository has. */
const MAIN = new URL("../../../../local/main.ts", import.meta.url);

interface Machine {
  /** What `npm start --` calls it. */
  readonly name: string | undefined;
  readonly brief: string;
  readonly example: string;
}

/** The archiver on this machine, in a process of its own. */
function machine({ name, brief, example }: Machine) {
  return buildCommand<MachineFlags, string[], Context>({
    docs: {
      brief,
      customUsage: [{ input: example, brief: "see npm start -- --help for everything" }],
    },
    parameters: {
      flags: {
        data: option("DIR", "records, videos and unfinished jobs (default .local)"),
        "akool-url": option("URL", "AKOOL's API"),
        port: option("N", "of the HTTP API (default 8787)"),
        json: {
          kind: "boolean",
          optional: true,
          withNegated: false,
          brief: "one JSON object a line",
        },
      },
      positional: {
        kind: "array",
        parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
      },
    },
    async func(flags, ...ids) {
      const options = Object.entries(flags).flatMap(([flag, value]) =>
        value === undefined ? [] : value === true ? [`--${flag}`] : [`--${flag}`, String(value)],
      );
      const args = [...(name === undefined ? [] : [name]), ...ids, ...options];
      const child = spawn(process.execPath, [fileURLToPath(MAIN), ...args], { stdio: "inherit" });
      // A terminal gives Ctrl-C to both; what is sent to this process alone is passed on.
      const passOn = () => void child.kill("SIGTERM");
      this.interrupted.addEventListener("abort", passOn);
      const [code] = await once(child, "close");
      this.process.exitCode = typeof code === "number" ? code : 1;
    },
  });
}

interface MachineFlags {
  readonly data?: string | undefined;
  readonly "akool-url"?: string | undefined;
  readonly port?: string | undefined;
  readonly json?: boolean | undefined;
}

function option(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief } as const;
}

export const demo = machine({
  name: undefined,
  brief: "five jobs at a simulator of AKOOL",
  example: "",
});
export const track = machine({
  name: "track",
  brief: "follow real jobs on this machine until all have ended",
  example: "689174694b4dbdd4ab3d28c9",
});
export const serve = machine({
  name: "serve",
  brief: "the HTTP API on this machine, until Ctrl-C",
  example: "--port 8787",
});
