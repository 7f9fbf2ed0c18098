import { SEND_MESSAGE_RESOURCE } from "@akool-archiver/local-aws/engine/send-message-task.ts";
import { readDefinition } from "@akool-archiver/local-aws/engine/supported-definition.ts";
import { UPDATE_ITEM_RESOURCE } from "@akool-archiver/local-aws/engine/update-item-task.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { synthesize } from "#local/stack/synthesize.ts";

describe("the synthesized definition", () => {
  let assembly: ArchiverAssembly;

  beforeAll(async () => {
    assembly = await synthesize();
  });

  it("runs here as it stands", () => {
    const functions = [...assembly.functions.values()].map(({ arn }) => arn);

    const definition = readDefinition(
      assembly.stateMachine.definition,
      new Set([...functions, SEND_MESSAGE_RESOURCE, UPDATE_ITEM_RESOURCE]),
    );

    expect(Object.keys(definition.States)).toContain("CheckStatus");
  });

  it("has every function that it names among the bundles", () => {
    expect(
      [...assembly.functions.keys()].map((id) => id.replace(/Function\w+$/, "")).sort(),
    ).toEqual([
      "AkoolWebhook",
      "ArchiveVideo",
      "CheckStatus",
      "ExecutionEnded",
      "ImportsPlanImport",
      "ImportsSubmitLines",
      "ImportsSummarizeImport",
      "JobApi",
      "RecordFailure",
      "Sweeper",
    ]);
  });
});
