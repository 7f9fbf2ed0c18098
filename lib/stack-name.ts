import type { ArchiverConfig } from "./config-schema.ts";

const APPLICATION = "AkoolVideoArchiver";

/** What the stack is called, and with it everything that has a name of its own. */
export function stackNameOf({ stage }: Pick<ArchiverConfig, "stage">): string {
  return stage === undefined ? APPLICATION : `${APPLICATION}-${stage}`;
}

/** The tags of every resource: which stack made it, for which stage, and who pays for it. */
export function tagsOf(config: Pick<ArchiverConfig, "stage" | "costCenter">) {
  return {
    application: "akool-video-archiver",
    stack: stackNameOf(config),
    stage: config.stage ?? "default",
    "cost-center": config.costCenter,
  };
}
