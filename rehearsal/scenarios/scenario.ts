import type { AkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import type { Context } from "#rehearsal/context.ts";
import type { Aws } from "#rehearsal/deployment/aws.ts";
import type { DeployedStack } from "#rehearsal/deployment/stack.ts";
import type { Emulator } from "#rehearsal/emulator/emulator.ts";
import type { GapId } from "#rehearsal/gaps.ts";
import type { EventLog } from "./event-log.ts";

/** What a scenario works with. */
export interface Stage {
  readonly context: Context;
  readonly aws: Aws;
  readonly akool: AkoolSimulator;
  readonly emulator: Emulator;
  readonly events: EventLog;
  readonly stack: DeployedStack;
}

/** One way through the deployed stack. It throws when something is not as it is promised. */
export interface Scenario {
  readonly name: string;
  /** The gaps of the emulator for which it cannot be run; it is run as soon as they have closed. */
  readonly waitsFor?: readonly GapId[];
  readonly run: (stage: Stage) => Promise<void>;
}
