import type { Summary } from "@akool-archiver/client";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { duration } from "../logic/format.ts";
import { isRunning, STATUS_NAMES } from "../logic/status.ts";
import { now } from "../state/clock.ts";
import { lost } from "../state/connection.ts";
import { usePolling } from "../state/poll.ts";
import { route } from "../state/router.ts";
import { settings } from "../state/settings.ts";
import { signedIn } from "../state/signed-in.ts";
import { knownSummary, readSummary } from "../state/summary.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Toasts } from "./toasts.tsx";

interface Entry {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** A number that asks for attention. */
  readonly badge?: (summary: Summary) => number;
}

const ENTRIES: readonly Entry[] = [
  { path: "jobs", label: "Jobs", icon: "jobs", badge: running },
  { path: "gallery", label: "Gallery", icon: "gallery" },
  { path: "expiring", label: "Expiring", icon: "expiring", badge: (all) => all.expiring.length },
  { path: "needs-you", label: "Needs you", icon: "needs", badge: needs },
  { path: "imports", label: "Imports", icon: "imports", badge: (all) => all.imports?.length ?? 0 },
  { path: "spend", label: "Spend", icon: "spend" },
  { path: "start", label: "Add videos", icon: "start" },
  { path: "runbook", label: "Runbook", icon: "book" },
];

/** Navigation, the state of the connection, and the page. */
export function Shell({ children }: { children: ComponentChildren }) {
  usePolling("summary", { run: readSummary, isBusy: () => false });
  const here = route.value.path[0] ?? "jobs";
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </button>
      <nav class="nav" aria-label="Console">
        <a class="brand" href="#/jobs">
          <span class="brand-mark" aria-hidden="true">
            <Icon name="play" />
          </span>
          <span class="brand-text">
            <span class="brand-name">AKOOL archiver</span>
            <span class="brand-where">{settings.value?.name}</span>
          </span>
        </a>
        <ul>
          {ENTRIES.map((entry) => (
            <li key={entry.path}>
              <NavLink entry={entry} isHere={here === entry.path} />
            </li>
          ))}
        </ul>
        {signedIn.value !== undefined && (
          <Button look="quiet" onClick={() => void signedIn.value?.signOut()}>
            Sign out
          </Button>
        )}
      </nav>
      <main id="main" class="main" tabIndex={-1}>
        <ConnectionLine />
        {children}
      </main>
      <Toasts />
    </div>
  );
}

function NavLink({ entry, isHere }: { entry: Entry; isHere: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the entries are a row that is wider than the screen.
    if (isHere) link.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [isHere]);
  const all = knownSummary();
  const badge = all === undefined ? 0 : (entry.badge?.(all) ?? 0);
  return (
    <a
      ref={link}
      class="nav-link"
      href={`#/${entry.path}`}
      {...(isHere && { "aria-current": "page" as const })}
    >
      <Icon name={entry.icon} />
      <span>{entry.label}</span>
      {badge > 0 && <span class="badge">{badge}</span>}
    </a>
  );
}

/** Says that what is shown may be old, and that nobody has to do anything about it. */
function ConnectionLine() {
  const { value } = lost;
  return (
    <div class="connection" role="status">
      {value !== undefined && (
        <p class="note note-warning">
          Connection lost, trying again. What is shown is {duration(now.value - value.since)} old.
        </p>
      )}
    </div>
  );
}

function running({ counts }: Summary): number {
  return STATUS_NAMES.filter(isRunning).reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

function needs({ needsPerson }: Summary): number {
  return needsPerson.reduce((sum, { count: many }) => sum + many, 0);
}
