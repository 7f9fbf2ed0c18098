import type { Job } from "@akool-archiver/client";
import { CopyButton } from "../../ui/button.tsx";

/** AKOOL's last answer, as it was. Nothing in it is a link: its addresses are not ours to vouch for. */
export function AnswerPanel({ job: { akool } }: { job: Job }) {
  if (akool === undefined) return null;
  const text = JSON.stringify(akool, null, 2);
  return (
    <details class="panel">
      <summary>AKOOL's last answer</summary>
      <CopyButton text={text} what="AKOOL's answer" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre class="answer" tabIndex={0} dir="ltr">
        {text}
      </pre>
    </details>
  );
}
