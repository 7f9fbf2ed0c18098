/** The exit code of a command that was interrupted: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130;
