import {
  type Assembly,
  type StateMachineAsset,
  type TableAsset,
  UnreadableAssembly,
} from "@akool-archiver/local-aws/template/assembly.ts";

/** The part of the stack that imports lists of ids. */
interface ImportsAsset {
  stateMachine: StateMachineAsset;
  bucket: { name: string };
}

/** The archiver's synthesized stack. */
export interface ArchiverAssembly extends Assembly {
  /** The machine that follows a job. */
  stateMachine: StateMachineAsset;
  /** The table of the jobs. */
  table: TableAsset;
  /** The bucket of the videos. */
  bucket: { name: string };
  eventBus: { name: string };
  /** Absent when the stack has none. */
  imports?: ImportsAsset;
}

/**
 * Finds the archiver's parts by the stack's outputs, so that a second bucket or table (for logs,
 * say) is never taken for the first.
 *
 * @throws UnreadableAssembly naming an output that is missing, or refers to no such resource
 */
export function archiverAssembly(assembly: Assembly): ArchiverAssembly {
  const { stateMachines, tables, outputs } = assembly;
  const hasImports = outputs.has("ImportStateMachineArn");
  return {
    ...assembly,
    stateMachine: machineOf("StateMachineArn"),
    table: found("TableName", (name) => tables.find((table) => table.name === name)),
    bucket: { name: outputOf("BucketName") },
    eventBus: { name: outputOf("EventBusName") },
    ...(hasImports && {
      imports: {
        stateMachine: machineOf("ImportStateMachineArn"),
        bucket: { name: outputOf("ImportBucketName") },
      },
    }),
  };

  function machineOf(output: string): StateMachineAsset {
    return found(output, (arn) => stateMachines.find((machine) => machine.arn === arn));
  }

  function found<Asset>(output: string, find: (value: string) => Asset | undefined): Asset {
    const asset = find(outputOf(output));
    if (asset !== undefined) return asset;
    throw new UnreadableAssembly(`The stack's output ${output} refers to none of its resources`);
  }

  function outputOf(output: string): string {
    const value = outputs.get(output);
    if (value !== undefined) return value;
    throw new UnreadableAssembly(`The stack has no output ${output} with a local value`);
  }
}
