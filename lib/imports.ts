import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { parseAllowedSources } from "#domain/imports/import-source.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import { type ImportResourceNames, importEnvironments } from "./function-environment.ts";
import { ImportBucket } from "./import-bucket.ts";
import { ImportWorkflow } from "./import-workflow.ts";
import { LambdaFunction } from "./lambda-function.ts";

const THE_WORKFLOW =
  "Step Functions calls it and waits for the answer: the workflow repeats, and at last reports, " +
  "what fails.";

/** What imports are wired to. */
export interface ImportsProps {
  readonly config: ArchiverConfig;
  readonly names: Omit<ImportResourceNames, "importBucketName">;
  readonly removalPolicy: RemovalPolicy;
}

/** Everything that takes a list of ids and has each of them followed. */
export class Imports extends Construct {
  readonly imports: ImportBucket;
  readonly workflow: ImportWorkflow;
  /** Of the function that submits jobs, which needs what every entry point needs. */
  readonly submitRole: iam.Role;
  /** By name, as monitoring shows them. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** `bucket/prefix`, as the API's function reads it. */
  readonly sources: string;

  constructor(scope: Construct, id: string, { config, names, removalPolicy }: ImportsProps) {
    super(scope, id);
    const logRetention = config.logRetentionDays;
    const others = parseAllowedSources(config.importSources ?? "");
    this.imports = new ImportBucket(this, "Files", { removalPolicy });
    this.sources = this.imports
      .sources(others)
      .map(({ bucket, prefix }) => `${bucket}/${prefix}`)
      .join(",");
    const environment = importEnvironments(config, {
      ...names,
      importBucketName: this.imports.bucket.bucketName,
    });
    const planImport = new LambdaFunction(this, "PlanImport", {
      entry: "plan-import.ts",
      description: "Numbers the lines of an import",
      environment: environment.planImport,
      memoryMib: 1024,
      timeout: Duration.minutes(15),
      logRetention,
      failuresReach: THE_WORKFLOW,
    });
    const submitLines = new LambdaFunction(this, "SubmitLines", {
      entry: "submit-lines.ts",
      description: "Has the jobs of one batch of an import followed",
      environment: environment.submitLines,
      memoryMib: 256,
      timeout: Duration.minutes(5),
      logRetention,
      failuresReach: THE_WORKFLOW,
    });
    const summarizeImport = new LambdaFunction(this, "SummarizeImport", {
      entry: "summarize-import.ts",
      description: "Counts what became of the lines of an import",
      environment: {},
      memoryMib: 1024,
      timeout: Duration.minutes(15),
      logRetention,
      failuresReach: THE_WORKFLOW,
    });
    this.workflow = new ImportWorkflow(this, "Workflow", {
      functions: {
        planImport: planImport.function,
        submitLines: submitLines.function,
        summarizeImport: summarizeImport.function,
      },
      imports: this.imports,
      concurrency: config.importConcurrency,
      logRetention,
    });
    this.functions = {
      PlanImport: planImport,
      SubmitLines: submitLines,
      SummarizeImport: summarizeImport,
    };
    this.submitRole = submitLines.role;
    this.imports.grantPlanning(planImport.role, others);
    this.imports.grantReading(summarizeImport.role);
  }

  /** Lets the API's function start imports and tell of them. */
  grantApi(role: iam.Role): void {
    this.imports.grantRequesting(role);
    this.workflow.grantRunning(role);
  }
}
