import type { Submission } from "@akool-archiver/client";
import { type Signal, useSignal } from "@preact/signals";
import { number } from "../../logic/format.ts";
import { api, messageOf } from "../../state/api.ts";
import { settings } from "../../state/settings.ts";
import { tell } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Problem } from "../../ui/page.tsx";
import { Code, Foreign } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

type Way = "found" | "none";

interface CardProps {
  submission: Submission;
  onSettled: () => void;
}

/** One billable call whose answer was lost, and the two ways in which it can have ended. */
export function SubmissionCard({ submission, onSettled }: CardProps) {
  const way = useSignal<Way | undefined>(undefined);
  const { idempotencyKey, estimatedCredits, createdAt, reason } = submission;
  return (
    <li class="submission">
      <div class="line">
        <span class="line-text">
          <Code text={idempotencyKey} />
          <span class="quiet">
            <Ago at={createdAt} />, about {number(estimatedCredits)} credits if AKOOL has made it
          </span>
          {reason !== undefined && <Foreign text={reason} />}
        </span>
      </div>
      {settings.value?.readOnly !== true && (
        <div class="submission-actions">
          <span>Look for the video in your AKOOL account. Is it there?</span>
          <Button
            onClick={() => {
              way.value = "found";
            }}
          >
            It is there
          </Button>
          <Button
            onClick={() => {
              way.value = "none";
            }}
          >
            There is none
          </Button>
        </div>
      )}
      {way.value !== undefined && (
        <SettleDialog way={way} current={way.value} submission={submission} onSettled={onSettled} />
      )}
    </li>
  );
}

interface SettleProps extends CardProps {
  way: Signal<Way | undefined>;
  current: Way;
}

function SettleDialog({ way, current, submission, onSettled }: SettleProps) {
  const id = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const close = () => {
    way.value = undefined;
  };
  const isFound = current === "found";
  const settle = async () => {
    isBusy.value = true;
    try {
      const settlement = isFound ? { videoModelId: id.value.trim() } : ({ release: true } as const);
      await api().settleCharacterSwap(submission.idempotencyKey, settlement);
      tell(isFound ? "Settled: the video is followed" : "Settled: the key is free again", "good");
      close();
      onSettled();
    } catch (error) {
      problem.value = messageOf(error);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog
      title={isFound ? "AKOOL has made the video" : "AKOOL has not made it"}
      onClose={close}
      actions={
        <Button
          look={isFound ? "primary" : "danger"}
          disabled={isBusy.value || (isFound && id.value.trim() === "")}
          onClick={() => void settle()}
        >
          {isFound ? "Follow this video" : "Release the key"}
        </Button>
      }
    >
      <p>
        <Code text={submission.idempotencyKey} />
      </p>
      {isFound ? (
        <>
          <p>It was charged once. It is followed from now on, and nothing is created anew.</p>
          <Field label="The video's _id at AKOOL">
            <input
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={id.value}
              onInput={({ currentTarget }) => {
                id.value = currentTarget.value;
              }}
            />
          </Field>
        </>
      ) : (
        <p class="note note-warning">
          This is about money. If AKOOL has made the video after all, the next request with this key
          makes, and charges, a second one (about {number(submission.estimatedCredits)} credits).
        </p>
      )}
      {problem.value !== undefined && <Problem text={problem.value} />}
    </Dialog>
  );
}
