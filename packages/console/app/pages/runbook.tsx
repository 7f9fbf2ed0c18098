import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Block, piecesOf, type Section, sectionsOf, slugOf } from "../logic/runbook.ts";
import { messageOf } from "../state/api.ts";
import { addressOf } from "../state/router.ts";
import { Page, Problem, Skeleton } from "../ui/page.tsx";

let read: readonly Section[] | undefined;

/** `docs/operations.md` as it was when the page was built. */
export function RunbookPage({ slug }: { slug: string | undefined }) {
  const sections = useSignal(read);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (read !== undefined) return;
    fetch("/runbook.md")
      .then(async (response) => {
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        read = sectionsOf(await response.text());
        sections.value = read;
      })
      .catch((error: unknown) => {
        problem.value = `The runbook cannot be read: ${messageOf(error)}`;
      });
  }, []);
  const all = sections.value;
  const chosen = all?.find(({ title }) => slugOf(title) === slug);
  return (
    <Page title={chosen?.title ?? "Runbook"}>
      {problem.value !== undefined && <Problem text={problem.value} />}
      {all === undefined && problem.value === undefined && <Skeleton lines={8} />}
      {all !== undefined && (
        <div class="runbook">
          {chosen !== undefined && (
            <article class="prose">
              {chosen.blocks.map((block, index) => (
                <BlockView key={index} block={block} />
              ))}
            </article>
          )}
          <nav aria-label="Runbook" class="runbook-list">
            <ul>
              {all.map(({ title }) => (
                <li key={title}>
                  <a
                    href={addressOf("runbook", slugOf(title))}
                    {...(title === chosen?.title && { "aria-current": "page" as const })}
                  >
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      )}
    </Page>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return <h2>{block.text}</h2>;
    case "text":
      return (
        <p>
          <Line text={block.text} />
        </p>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Line text={item} />
            </li>
          ))}
        </ul>
      );
    case "table":
      return <Rows rows={block.rows} />;
  }
}

function Rows({ rows }: { rows: readonly (readonly string[])[] }) {
  const [head = [], ...body] = rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label="Table">
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col">
                <Line text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr key={row.join()}>
              {row.map((cell, index) => (
                <td key={index}>
                  <Line text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map((piece) => {
        const key = `${piece.kind} ${piece.text}`;
        if (piece.kind === "code") return <code key={key}>{piece.text}</code>;
        if (piece.kind === "strong") return <strong key={key}>{piece.text}</strong>;
        return piece.text;
      })}
    </>
  );
}
