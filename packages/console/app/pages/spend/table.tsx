import type { Ledger } from "@akool-archiver/client";
import { bytes, number } from "../../logic/format.ts";
import type { SpendRow } from "../../logic/spend.ts";
import { Foreign } from "../../ui/text.tsx";

interface TableProps {
  rows: readonly SpendRow[];
  total: Ledger["total"];
  groupBy: string;
}

/** What the chart shows, for reading and for copying. */
export function SpendTable({ rows, total, groupBy }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label="Credits in numbers">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">
              <Foreign text={headingOf(groupBy)} />
            </th>
            {[
              "Jobs",
              "Charged",
              "Estimated",
              "Archived",
              "Bytes",
              "Missing",
              "Failed",
              "Credits of failed",
            ].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.group}>
              <th scope="row">
                <Foreign text={row.group === "" ? "(none)" : row.group} />
              </th>
              <Cells row={row} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            <Cells row={total} />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** `day` and `product` are ours, a tag's name is not. */
function headingOf(groupBy: string): string {
  if (groupBy.startsWith("tag:")) return groupBy.replace("tag:", "Tag ");
  return `${groupBy.charAt(0).toUpperCase()}${groupBy.slice(1)}`;
}

function Cells({ row: { jobs, credits, videos, failed } }: { row: Omit<SpendRow, "group"> }) {
  const cells = [
    number(jobs),
    number(credits.charged),
    number(credits.estimated),
    number(videos.archived),
    bytes(videos.bytes),
    number(videos.missing),
    number(failed.jobs),
    number(failed.credits),
  ];
  return (
    <>
      {cells.map((cell, index) => (
        <td key={index} class="number">
          {cell}
        </td>
      ))}
    </>
  );
}
