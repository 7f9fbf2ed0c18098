import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { withAkoolAt, withoutUploads, withPlainAlarms } from "./assembly/adapt.ts";
import { rewrite, SETTINGS, synthesize } from "./assembly/assembly.ts";
import { type Permission, withoutPermission } from "./assembly/permissions.ts";
import type { Template } from "./assembly/template.ts";
import type { Context } from "./context.ts";
import { connect } from "./deployment/aws.ts";
import { bootstrap, deploy } from "./deployment/deploy.ts";
import { describe, putSecret } from "./deployment/stack.ts";
import { type Emulator, startEmulator } from "./emulator/emulator.ts";
import { probeGaps } from "./probe-gaps.ts";
import { type Report, runScenarios } from "./run-scenarios.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { EventLog } from "./scenarios/event-log.ts";

/** What differs from one rehearsal to another. */
export interface Choice {
  readonly without: readonly Permission[];
  readonly only: string | undefined;
}

/**
 * Deploys the app to an emulator and runs the scenarios. Decision 0072.
 *
 * @param command the emulator's
 * @throws ProgramFailed, UnknownPermission
 */
export async function rehearse(context: Context, command: string, choice: Choice): Promise<Report> {
  const akool = await startAkoolSimulator();
  try {
    const emulator = await step(context, "the emulator starts", () =>
      startEmulator(context, command),
    );
    return await rehearseAt(context, emulator, akool, choice);
  } finally {
    await akool.close();
  }
}

async function rehearseAt(
  context: Context,
  emulator: Emulator,
  akool: AkoolSimulator,
  { without, only }: Choice,
): Promise<Report> {
  const assembly = await step(context, "the app is synthesized", () =>
    synthesize(context, "assembly", SETTINGS),
  );
  const template = await rewrite(assembly, (whole) =>
    without.reduce(withoutPermission, adapted(whole, akool.baseUrl)),
  );
  await step(context, "cdk bootstrap", () => bootstrap(context, emulator, assembly));
  const outputs = await step(context, "cdk deploy", () => deploy(context, emulator, assembly));
  const aws = connect(emulator);
  try {
    const stack = await describe(aws, assembly.stackName, template, outputs);
    const keys = { apiKey: defaultApiKey, clientId: defaultClientId };
    await putSecret(aws, stack.output("AkoolSecretName"), keys);
    const events = await EventLog.open(aws, stack.output("EventBusName"));
    const open = await step(context, "the gaps are probed", () =>
      probeGaps({ aws, emulator, stack }, context.say),
    );
    const chosen = SCENARIOS.filter(({ name }) => only === undefined || name.includes(only));
    const stage = { context, aws, akool, emulator, events, stack };
    return await runScenarios(chosen, stage, open, context.say);
  } finally {
    aws.close();
  }
}

function adapted(template: Template, akoolUrl: string): Template {
  return withoutUploads(withPlainAlarms(withAkoolAt(template, akoolUrl)));
}

async function step<T>({ say }: Context, name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  say(`      ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${name}`);
  return result;
}
