import { useSignal } from "@preact/signals";
import { bytes } from "../../logic/format.ts";
import { type ImportType, importTypeOf, MAX_LIST_BYTES } from "../../logic/import-lines.ts";
import { api, messageOf } from "../../state/api.ts";
import { remember } from "../../state/own-imports.ts";
import { addressOf, goTo } from "../../state/router.ts";
import { settings } from "../../state/settings.ts";
import { tell } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";
import { Panel, Problem } from "../../ui/page.tsx";
import { Foreign } from "../../ui/text.tsx";

interface Chosen {
  readonly name: string;
  readonly type: ImportType;
  readonly list: Uint8Array<ArrayBuffer>;
  /** Its first lines; none of a packed file. */
  readonly beginning: readonly string[];
  readonly lines: number | undefined;
}

const SHOWN_LINES = 5;

/** A list from a file of this machine, shown before it is sent. */
export function DropFile() {
  const chosen = useSignal<Chosen | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isOver = useSignal(false);
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    problem.value = tooLarge(file);
    chosen.value = problem.value === undefined ? await readFile(file) : undefined;
  };
  return (
    <Panel title="Import a file">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the button inside */}
      <div
        class={isOver.value ? "drop drop-over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => {
          isOver.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          isOver.value = false;
          void take(event.dataTransfer?.files[0]);
        }}
      >
        <label class="drop-label">
          <span>Drop a list here, or choose a file</span>
          <input
            type="file"
            accept=".csv,.txt,.jsonl,.ndjson,.json,.gz"
            onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
          />
        </label>
        <p class="quiet">
          One id a line, CSV with a heading, or JSON Lines as <code>POST /jobs</code> takes them;
          also packed by gzip. Up to {bytes(MAX_LIST_BYTES)}.
        </p>
      </div>
      {problem.value !== undefined && <Problem text={problem.value} />}
      {chosen.value !== undefined && <Preview chosen={chosen.value} />}
    </Panel>
  );
}

function Preview({ chosen }: { chosen: Chosen }) {
  const isBusy = useSignal(false);
  const { name, type, list, beginning, lines } = chosen;
  const start = async () => {
    isBusy.value = true;
    try {
      const started = await api().createImport({ contentType: type, list });
      remember(started);
      goTo(addressOf("imports", started.importId));
    } catch (error) {
      tell(messageOf(error), "bad");
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <div class="preview-file">
      <p>
        <Foreign text={name} />, {bytes(list.length)}, read as <code>{type}</code>
        {lines !== undefined && `, ${lines} lines`}
      </p>
      {beginning.length > 0 && (
        <pre class="answer" dir="ltr">
          {beginning.join("\n")}
        </pre>
      )}
      <Button
        look="primary"
        icon="imports"
        disabled={isBusy.value || settings.value?.readOnly === true}
        onClick={() => void start()}
      >
        Import it
      </Button>
    </div>
  );
}

function tooLarge(file: File): string | undefined {
  if (file.size === 0) return "The file is empty";
  if (file.size <= MAX_LIST_BYTES) return undefined;
  return (
    `The file has ${bytes(file.size)}, more than fits into a request. The command takes any length: ` +
    `npx akool-archiver import ${file.name}`
  );
}

async function readFile(file: File): Promise<Chosen> {
  const list = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder().decode(list);
  const type = importTypeOf(file.name, text.slice(0, 100));
  const isPacked = type === "application/gzip";
  const lines = isPacked ? [] : text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return {
    name: file.name,
    type,
    list,
    beginning: lines.slice(0, SHOWN_LINES).map((line) => line.slice(0, 200)),
    lines: isPacked ? undefined : lines.length,
  };
}
