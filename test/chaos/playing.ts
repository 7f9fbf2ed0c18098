import type { EventRouter } from "@akool-archiver/local-aws/event-bridge/event-router.ts";
import type { ExecutionStarter } from "@akool-archiver/local-aws/step-functions/execution-starter.ts";
import type { ExecutionDescription } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import type { Script, World } from "./world.ts";

/** One history that is being played, as its callers, the sweeper and the operator know it. */
export interface Playing extends Pick<Script, "callService" | "engine" | "invoke"> {
  readonly world: World;
  readonly history: History;
  readonly ledger: Ledger;
  readonly starter: ExecutionStarter;
  readonly router: EventRouter;
  /** Epoch milliseconds. */
  readonly beganAt: number;
  /** In virtual time. */
  sleep(ms: number): Promise<void>;
  executions(): Promise<ExecutionDescription[]>;
}
