import {
  type Application,
  type ApplicationText,
  buildApplication,
  buildRouteMap,
  type Command,
  text_en,
} from "@stricli/core";
import { cancel, retry } from "./commands/bulk.ts";
import { completion } from "./commands/completion.ts";
import { consoleCommand } from "./commands/console.ts";
import { deadLetters } from "./commands/dead-letters.ts";
import { doctor } from "./commands/doctor.ts";
import { download } from "./commands/download.ts";
import { events } from "./commands/events.ts";
import { expiring } from "./commands/expiring.ts";
import { importCommand } from "./commands/import.ts";
import { ledger } from "./commands/ledger.ts";
import { list } from "./commands/list.ts";
import { show } from "./commands/show.ts";
import { submit } from "./commands/submit.ts";
import { summary } from "./commands/summary.ts";
import { swap } from "./commands/swap.ts";
import { swaps } from "./commands/swaps.ts";
import { use } from "./commands/use.ts";
import { watch } from "./commands/watch.ts";
import type { Context } from "./context.ts";
import { explain } from "./output/explain.ts";
import { UsageError } from "./output/usage-error.ts";

export const NAME = "akool-archiver";

const text: ApplicationText = {
  ...text_en,
  exceptionWhileRunningCommand: explain,
  exceptionWhileLoadingCommandFunction: explain,
  commandErrorResult: explain,
};

/**
 * The command with its subcommands. Decision 0076.
 *
 * @param more what only the repository has
 */
export function createApp(more: Record<string, Command<Context>> = {}): Application<Context> {
  const root = buildRouteMap({
    routes: {
      ...more,
      submit,
      list,
      show,
      watch,
      download,
      cancel,
      retry,
      import: importCommand,
      swap,
      swaps,
      summary,
      expiring,
      ledger,
      events,
      console: consoleCommand,
      doctor,
      "dead-letters": deadLetters,
      use,
      completion,
    },
    docs: {
      brief: "Follow AKOOL videos, and keep them",
      fullDescription: [
        "Follow AKOOL videos, and keep them.",
        "",
        "Which archiver: --local [URL], --stack NAME (with --region, --profile), or --url URL with a",
        "token in AKOOL_ARCHIVER_TOKEN; remembered by akool-archiver use. Without any: this machine's.",
        "Exit codes: 0 done, 1 something failed or was refused, 2 wrong usage, 130 interrupted.",
      ].join("\n"),
    },
  });
  return buildApplication(root, {
    name: NAME,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: { loadText: () => text },
    determineExitCode: (error) => (error instanceof UsageError ? 2 : 1),
  });
}
