import { useSignal } from "@preact/signals";
import { count } from "../logic/format.ts";
import { pastedIds } from "../logic/import-lines.ts";
import { api, messageOf } from "../state/api.ts";
import { forEachItem, type Outcome } from "../state/each.ts";
import { pollNow } from "../state/poll.ts";
import { goTo } from "../state/router.ts";
import { settings } from "../state/settings.ts";
import { tell } from "../state/toasts.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Page, Panel } from "../ui/page.tsx";
import { Code } from "../ui/text.tsx";

/** More than these are quicker as an import. */
const MOST_IDS = 200;

const DEMO = "npm start -- --stay";

export function StartPage() {
  return (
    <Page title="Add videos" lead="Have videos followed that AKOOL is making or has made.">
      <StartPanels />
    </Page>
  );
}

/** Three ways to begin; also what the job list shows while it is empty. */
export function StartPanels() {
  return (
    <div class="start">
      <PasteIds />
      <Webhook />
      <Demo />
    </div>
  );
}

function PasteIds() {
  const text = useSignal("");
  const done = useSignal<number | undefined>(undefined);
  const { ids, others } = pastedIds(text.value);
  const isReadOnly = settings.value?.readOnly === true;
  const submit = async () => {
    done.value = 0;
    const outcomes = await forEachItem(
      ids,
      async (videoModelId) => {
        await api().submitJob({ videoModelId });
      },
      (many) => {
        done.value = many;
      },
    );
    done.value = undefined;
    report(outcomes);
    pollNow();
    if (outcomes.every(({ error }) => error === undefined)) goTo("#/jobs");
  };
  return (
    <Panel title="Paste ids">
      <p class="quiet">
        The <code>_id</code> that AKOOL's create call has returned, one or many. A video that is
        followed already is left alone.
      </p>
      <Field label="Ids, in lines or with commas">
        <textarea
          rows={4}
          spellcheck={false}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </Field>
      {others.length > 0 && (
        <p class="note note-warning">
          No id of AKOOL: <bdi>{others.slice(0, 3).join(", ")}</bdi>
          {others.length > 3 && ` and ${others.length - 3} more`}
        </p>
      )}
      {ids.length > MOST_IDS && (
        <p class="note">
          {ids.length} ids are many: <a href="#/imports">import them as a file</a> instead.
        </p>
      )}
      <Button
        look="primary"
        disabled={
          isReadOnly || ids.length === 0 || ids.length > MOST_IDS || done.value !== undefined
        }
        onClick={() => void submit()}
      >
        {done.value === undefined
          ? `Follow ${ids.length === 0 ? "them" : count(ids.length, "video")}`
          : `${done.value} of ${ids.length}`}
      </Button>
    </Panel>
  );
}

function report(outcomes: readonly Outcome<string>[]): void {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const done = outcomes.length - failed.length;
  if (done > 0) tell(`${count(done, "video")} followed`, "good");
  for (const { item, error } of failed.slice(0, 3)) tell(`${item}: ${messageOf(error)}`, "bad");
}

function Webhook() {
  const address = settings.value?.webhookUrl;
  return (
    <Panel title="Let AKOOL call">
      {address === undefined ? (
        <p class="quiet">
          Webhooks are off here, so jobs are polled. Deployed, or with a client id of AKOOL, there
          is an address for them.
        </p>
      ) : (
        <>
          <p class="quiet">
            Give AKOOL's create call this address as <code>webhookUrl</code>, and every video
            appears here by itself.
          </p>
          <p class="copy-line">
            <Code text={address} />
            <CopyButton text={address} what="the webhook's address" />
          </p>
        </>
      )}
    </Panel>
  );
}

function Demo() {
  return (
    <Panel title="See it at work first">
      <p class="quiet">
        A simulator of AKOOL makes five videos in twenty seconds; no account, and no credits. In the
        project's directory:
      </p>
      <p class="copy-line">
        <Code text={DEMO} />
        <CopyButton text={DEMO} what="the command" />
      </p>
    </Panel>
  );
}
