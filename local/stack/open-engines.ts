import { join } from "node:path";
import {
  createWorkflowEngine,
  type LocalWorkflowEngine,
} from "@akool-archiver/local-aws/engine/engine.ts";
import { engineGroup } from "@akool-archiver/local-aws/engine/engine-group.ts";
import type { TransitionType } from "@akool-archiver/local-aws/engine/execution.ts";
import {
  type ExecutionStore,
  fileStore,
} from "@akool-archiver/local-aws/engine/execution-store.ts";
import { mapFiles } from "@akool-archiver/local-aws/engine/map-files.ts";
import type { TaskResources } from "@akool-archiver/local-aws/engine/task.ts";
import type {
  ExecutionDescription,
  WorkflowEngine,
} from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import type { StateMachineAsset } from "@akool-archiver/local-aws/template/assembly.ts";
import type { ArchiverAssembly } from "./archiver-assembly.ts";

export interface EnginesOptions {
  assembly: ArchiverAssembly;
  dataDirectory: string;
  resources: TaskResources;
  s3Endpoint: string;
  /** Which unfinished executions of the tracking machine continue, by name. */
  resumes: (executionName: string) => boolean;
  /** Whether unfinished imports continue. */
  resumesImports: boolean;
  onTransition?: ((arn: string, stateName: string, type: TransitionType) => void) | undefined;
  onEnded: (execution: ExecutionDescription) => Promise<void>;
}

/** The engines of the stack's machines. */
export interface Engines {
  tracking: LocalWorkflowEngine;
  /** All of them, as Step Functions shows them. */
  all: WorkflowEngine;
  stateMachineArns: readonly string[];
  /** As the engines' own. @returns the ARNs of the jobs' executions that go on */
  resume(): Promise<string[]>;
}

/**
 * Creates the engine that follows jobs and, if the stack has imports, the one that runs them.
 *
 * @param opening closes what was opened
 * @throws UnsupportedDefinition
 */
export function openEngines(options: EnginesOptions, opening: AsyncDisposableStack): Engines {
  const { assembly, dataDirectory, resources, onTransition, onEnded } = options;
  const tracking = createWorkflowEngine({
    ...machineOf(assembly.stateMachine),
    resources,
    onEnded,
    store: resumable(fileStore(join(dataDirectory, "executions")), options.resumes),
    ...(onTransition && { onTransition }),
  });
  const imports = assembly.imports && openImports(options, assembly.imports.stateMachine);
  const engines = new Map([[assembly.stateMachine.arn, tracking]]);
  if (assembly.imports !== undefined && imports !== undefined) {
    engines.set(assembly.imports.stateMachine.arn, imports);
  }
  for (const engine of engines.values()) opening.defer(() => engine.close());
  return {
    tracking,
    all: engineGroup(engines, tracking, imports),
    stateMachineArns: [...engines.keys()],
    async resume() {
      await imports?.resume();
      return tracking.resume();
    },
  };
}

function openImports(options: EnginesOptions, machine: StateMachineAsset): LocalWorkflowEngine {
  const directory = join(options.dataDirectory, "import-executions");
  return createWorkflowEngine({
    ...machineOf(machine),
    resources: options.resources,
    onEnded: options.onEnded,
    store: resumable(fileStore(directory), () => options.resumesImports),
    maps: {
      files: mapFiles(options.s3Endpoint),
      directory: join(options.dataDirectory, "import-runs"),
    },
  });
}

function machineOf({ arn, definition }: StateMachineAsset) {
  return { stateMachineArn: arn, definition };
}

function resumable(store: ExecutionStore, resumes: (name: string) => boolean): ExecutionStore {
  return {
    load: async () => (await store.load()).filter(({ name }) => resumes(name)),
    save: (record) => store.save(record),
  };
}
