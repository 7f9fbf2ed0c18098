import { ExpiringPage } from "./pages/expiring.tsx";
import { GalleryPage } from "./pages/gallery.tsx";
import { ImportPage } from "./pages/import.tsx";
import { ImportsPage } from "./pages/imports.tsx";
import { JobPage } from "./pages/job.tsx";
import { JobsPage } from "./pages/jobs.tsx";
import { NeedsYouPage } from "./pages/needs-you.tsx";
import { RunbookPage } from "./pages/runbook.tsx";
import { SpendPage } from "./pages/spend.tsx";
import { StartPage } from "./pages/start.tsx";
import { route } from "./state/router.ts";
import { gate } from "./state/settings.ts";
import { Gate } from "./ui/gate.tsx";
import { Empty, Page } from "./ui/page.tsx";
import { Shell } from "./ui/shell.tsx";

export function App() {
  return gate.value === "open" ? (
    <Shell>
      <Current />
    </Shell>
  ) : (
    <Gate />
  );
}

function Current() {
  const [name = "jobs", id] = route.value.path;
  switch (name) {
    case "jobs":
      return id === undefined ? <JobsPage /> : <JobPage key={id} id={id} />;
    case "gallery":
      return <GalleryPage />;
    case "expiring":
      return <ExpiringPage />;
    case "needs-you":
      return <NeedsYouPage />;
    case "imports":
      return id === undefined ? <ImportsPage /> : <ImportPage key={id} id={id} />;
    case "spend":
      return <SpendPage />;
    case "start":
      return <StartPage />;
    case "runbook":
      return <RunbookPage slug={id} />;
    default:
      return (
        <Page title="No such page">
          <Empty title="There is nothing at this address">
            <a href="#/jobs">All jobs</a>
          </Empty>
        </Page>
      );
  }
}
