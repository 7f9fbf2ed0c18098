import { gate, open, settings } from "../state/settings.ts";
import { beginSignIn, refusal } from "../state/signed-in.ts";
import { tell } from "../state/toasts.ts";
import { Button } from "./button.tsx";
import { Toasts } from "./toasts.tsx";

/** Instead of the console, while it may not or cannot be shown. */
export function Gate() {
  if (gate.value === "opening")
    return (
      <p class="gate-wait" role="status">
        Opening the console
      </p>
    );
  if (gate.value === "signed-out") return <SignInGate />;
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
          <p>
            For another address: where akool-archiver console runs, it has printed one. For npm
            start, while it runs, in a terminal on the same machine:
          </p>
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

/** The hosted console, before somebody has signed in. */
function SignInGate() {
  const begin = () => {
    beginSignIn().catch(() => tell("The sign-in does not answer. Try again in a moment", "bad"));
  };
  return (
    <main class="gate">
      <h1>Sign in to see the videos</h1>
      <p>
        This is the console of <bdi>{settings.value?.name}</bdi>. Who runs it invites people.
      </p>
      {refusal.value !== undefined && (
        <p role="alert">
          The sign-in was refused: <bdi>{refusal.value}</bdi>
        </p>
      )}
      <Button look="primary" onClick={begin}>
        Sign in
      </Button>
      <Toasts />
    </main>
  );
}
