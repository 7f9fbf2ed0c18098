import { useSignal } from "@preact/signals";
import { api, isMissingRoute, isPassing, messageOf } from "../state/api.ts";
import { type ListedImport, ownImports } from "../state/own-imports.ts";
import { usePolling } from "../state/poll.ts";
import { addressOf } from "../state/router.ts";
import { Empty, MissingRoute, Page, Panel, Problem, Skeleton } from "../ui/page.tsx";
import { Code } from "../ui/text.tsx";
import { Ago, Since } from "../ui/time.tsx";
import { DropFile } from "./imports/drop-file.tsx";
import { ImportChip } from "./imports/import-chip.tsx";

export function ImportsPage() {
  const imports = useSignal<readonly ListedImport[] | "missing" | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  usePolling("imports", {
    async run(abort) {
      if (imports.value === "missing") return;
      try {
        imports.value = (await api().listImports({ limit: 50 }, { signal: abort })).imports;
        problem.value = undefined;
      } catch (error) {
        if (isMissingRoute(error)) {
          imports.value = "missing";
          return;
        }
        if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
        throw error;
      }
    },
    isBusy: () =>
      Array.isArray(imports.value) && imports.value.some(({ state }) => state === "running"),
  });
  return (
    <Page title="Imports" lead="Have a whole list followed: ids, CSV or JSON Lines, of any order.">
      <DropFile />
      <Panel title="Imports so far">
        {problem.value !== undefined && <Problem text={problem.value} />}
        {imports.value === undefined && problem.value === undefined && <Skeleton lines={3} />}
        {imports.value === "missing" && <MissingRoute what="earlier imports" />}
        <ImportLines
          imports={imports.value === "missing" ? ownImports.value : imports.value}
          isWhole={imports.value !== "missing"}
        />
      </Panel>
    </Page>
  );
}

interface LinesProps {
  imports: readonly ListedImport[] | undefined;
  isWhole: boolean;
}

function ImportLines({ imports, isWhole }: LinesProps) {
  if (imports === undefined) return null;
  if (imports.length === 0) {
    return isWhole ? (
      <Empty title="None yet">Drop a file above, and it begins at once.</Empty>
    ) : null;
  }
  return (
    <ul class="faults">
      {imports.map(({ importId, state, startedAt, endedAt }) => (
        <li key={importId} class="line">
          <ImportChip state={state} />
          <span class="line-text">
            <a class="row-link" href={addressOf("imports", importId)}>
              <Code text={importId} clip />
            </a>
          </span>
          <span class="quiet tabular">
            {endedAt === undefined && state === "running" ? (
              <Since at={startedAt} />
            ) : (
              <Ago at={startedAt} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
