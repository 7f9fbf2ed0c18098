import { join } from "node:path";
import type { Scenario, Stage } from "./scenario.ts";

/** The commands that somebody runs before and after a deployment. */
export const commandScenarios: readonly Scenario[] = [
  {
    name: "npm run preflight finds nothing in the way",
    run: (stage) => runScript(stage, "preflight"),
  },
  { name: "npm run smoke finds nothing wrong", run: (stage) => runScript(stage, "smoke") },
];

async function runScript({ context, emulator }: Stage, script: string): Promise<void> {
  const preload = join(context.root, "rehearsal/localhost-names.ts");
  const args = ["--import", preload, join(context.root, "scripts", `${script}.ts`)];
  const env = {
    ...emulator.environment,
    AWS_ENDPOINT_URL: `https://localhost:${emulator.port}`,
  };
  const options = { cwd: context.root, env, log: script };
  await context.processes.run(process.execPath, args, options);
}
