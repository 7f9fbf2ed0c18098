import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface PageProps {
  title: string;
  children: ComponentChildren;
  /** At the end of the title's line. */
  aside?: ComponentChildren;
  /** One sentence on what the page is for. */
  lead?: string;
}

/** A page with its title, which gets the focus when the page is turned. */
export function Page({ title, children, aside, lead }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · AKOOL archiver`;
    // On the first page the reader begins at the top; after that, at the new title.
    if (hasTurned) heading.current?.focus({ preventScroll: true });
    hasTurned = true;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {aside && <div class="page-aside">{aside}</div>}
      </header>
      {children}
    </>
  );
}

let hasTurned = false;

/** Where there is nothing to show: what would be here, and what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Lines in the shape of what is being read. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div class="skeleton">
      <p class="hidden-text" role="status">
        Loading
      </p>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** What went wrong with a page, as one line. */
export function Problem({ text }: { text: string }) {
  return (
    <p class="note note-bad" role="alert">
      <bdi>{text}</bdi>
    </p>
  );
}

/** Where the archiver is older than the page. */
export function MissingRoute({ what }: { what: string }) {
  return (
    <p class="note">
      This archiver does not tell {what} yet. After an upgrade it is shown here; until then, the
      list of jobs has each of them.
    </p>
  );
}

/** A part of a page. */
export function Panel({
  title,
  children,
  aside,
}: {
  title: string;
  children: ComponentChildren;
  aside?: ComponentChildren;
}) {
  return (
    <section class="panel" aria-label={title}>
      <div class="panel-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
