// Run by kill.long.test.ts as a process of its own, to be killed: argv is the directory for its files.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { fileStore } from "../../src/engine/execution-store.ts";
import { arnOf, engineOf, MACHINE_ARN, POLLING_MACHINE } from "./harness.ts";

const POLLS = 60;

const directory = process.argv[2] ?? "";

const engine = engineOf(
  POLLING_MACHINE,
  {
    check: async (parameters) => {
      const { polls } = Object(parameters);
      appendFileSync(join(directory, "log"), `${polls}\n`);
      console.log(`poll ${polls}`);
      return { done: polls === POLLS, polls: polls + 1, waitSeconds: 0 };
    },
  },
  { store: fileStore(join(directory, "executions")) },
);

await engine.resume();
if ((await engine.describe(arnOf("one"))) === undefined) {
  await engine.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
}
const ended = await engine.ended(arnOf("one"));
console.log(`ended ${ended?.status}`);
