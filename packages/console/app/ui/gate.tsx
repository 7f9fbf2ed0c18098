import { gate, open } from "../state/settings.ts";
import { Button } from "./button.tsx";

/** Instead of the console, while it may not or cannot be shown. */
export function Gate() {
  if (gate.value === "opening")
    return (
      <p class="gate-wait" role="status">
        Opening the console
      </p>
    );
  const isClosed = gate.value === "closed";
  return (
    <main class="gate">
      <h1>{isClosed ? "This browser is not signed in" : "The archiver does not answer"}</h1>
      {isClosed ? (
        <>
          <p>
            The console opens by the address that was printed when its server started. It works
            once, in one browser, for twelve hours.
          </p>
          <p>For another address, while the server runs, in a terminal on the same machine:</p>
          <pre>
            <code>curl -X POST {location.origin}/_console/links</code>
          </pre>
        </>
      ) : (
        <p>Is its server still running? Start it again, and open the address that it prints.</p>
      )}
      <Button look="primary" icon="retry" onClick={() => void open()}>
        Try again
      </Button>
    </main>
  );
}
