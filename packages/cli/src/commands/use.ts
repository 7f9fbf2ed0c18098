import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { createPrinter } from "../output/printer.ts";
import { forget, remember, targetFile } from "../target/remembered.ts";
import { type CommonFlags, chosenTarget } from "../target/session.ts";
import { describeTarget, targetOf } from "../target/target.ts";
import { commonFlags, switchFlag } from "./flags.ts";

interface Flags extends CommonFlags {
  readonly forget?: boolean | undefined;
}

export const use = buildCommand<Flags, [], Context>({
  docs: {
    brief: "remember which archiver is meant, or tell",
    customUsage: [
      { input: "--stack AkoolVideoArchiver --region us-east-1", brief: "a deployed stack" },
      { input: "--local", brief: "the one on this machine" },
      { input: "", brief: "tells which one it is" },
    ],
  },
  parameters: { flags: { ...commonFlags, forget: switchFlag("forget it: this machine again") } },
  async func(flags) {
    const print = createPrinter(this, flags);
    const named = targetOf(flags);
    if (flags.forget === true) await forget(this.environment);
    else if (named !== undefined) await remember(named, this.environment);
    const target = await chosenTarget(this, {});
    print.result({ ...target, file: targetFile(this.environment) }, describeTarget(target));
  },
});
