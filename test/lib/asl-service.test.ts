import { createRequire } from "node:module";
import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

// CommonJS, of which Node finds no names.
const load = createRequire(import.meta.url);
const { getLanguageService, TextDocument }: typeof import("amazon-states-language-service") = load(
  "amazon-states-language-service",
);

const definitionSchema = z.object({
  DefinitionString: z.object({ "Fn::Join": z.tuple([z.literal(""), z.array(z.unknown())]) }),
});

/** What is only known once it is deployed: only its form matters here. */
const SOME_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:some";

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

function definitions(): string[] {
  return Object.values(template.findResources("AWS::StepFunctions::StateMachine")).map(
    ({ Properties }) =>
      definitionSchema.parse(Properties).DefinitionString["Fn::Join"][1].map(textOf).join(""),
  );
}

function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  return JSON.stringify(part) === '{"Ref":"AWS::Partition"}' ? "aws" : SOME_ARN;
}

async function diagnosticsOf(text: string) {
  const service = getLanguageService({
    workspaceContext: { resolveRelativePath: (path: string) => path },
  });
  const indented = JSON.stringify(JSON.parse(text), null, 1);
  const document = TextDocument.create("file:///machine.asl.json", "asl", 1, indented);
  return service.doValidation(document, service.parseJSONDocument(document));
}

describe("AWS's own language service", () => {
  it("has nothing to say of the two definitions", async () => {
    expect(definitions()).toHaveLength(2);
    for (const text of definitions()) expect(await diagnosticsOf(text)).toEqual([]);
  });

  it("does poll: a state that nothing leads to is found", async () => {
    const [text = ""] = definitions();
    const broken = JSON.parse(text);
    broken.States.Lost = { Type: "Succeed" };

    expect(await diagnosticsOf(JSON.stringify(broken))).not.toEqual([]);
  });
});
