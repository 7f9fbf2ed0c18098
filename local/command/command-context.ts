import type { Display } from "#local/display/display.ts";

/** What every command works with. */
export interface CommandContext {
  display: Display;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
  /** Shows the user a line that is not about a job. */
  say: (text: string) => void;
}
