import { cpus, release, totalmem, type } from "node:os";

/** What a measurement was made on. */
export interface Machine {
  processor: string;
  processors: number;
  memoryGb: number;
  system: string;
  node: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    processors: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    // What follows the numbers names the host's own build.
    system: `${type()} ${release().split("-")[0]}`,
    node: process.version,
  };
}

export function describeMachine(machine: Machine): string {
  const { processor, processors, memoryGb, system, node } = machine;
  return `${processors} × ${processor}, ${memoryGb} GB, ${system}, Node.js ${node}`;
}
