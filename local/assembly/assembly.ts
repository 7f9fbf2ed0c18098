/** One Lambda function of the stack, as its template describes it. */
export interface FunctionAsset {
  logicalId: string;
  arn: string;
  /** Absolute path of the bundled `index.mjs`. */
  bundlePath: string;
  /** The name of the bundle's export that Lambda calls. */
  handlerExport: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** The function's variables, every reference replaced by a local name. */
  environment: Readonly<Record<string, string>>;
}

/** What the local runner needs of the synthesized stack. */
export interface Assembly {
  /** By logical id. */
  functions: ReadonlyMap<string, FunctionAsset>;
  stateMachine: {
    logicalId: string;
    arn: string;
    /** Parsed Amazon States Language with local ARNs; not yet checked for what can be run here. */
    definition: unknown;
  };
  table: {
    name: string;
    /** The CloudFormation properties, as synthesized. */
    properties: Readonly<Record<string, unknown>>;
  };
  bucket: { name: string };
  eventBus: { name: string };
}

/** The synthesized stack holds something that the local runner cannot read. */
export class UnreadableAssembly extends Error {
  override readonly name = "UnreadableAssembly";
}
