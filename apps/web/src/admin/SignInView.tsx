import { useState } from "preact/hooks";
import { isComposing } from "../input/keys";
import type { SignIn } from "./model/SignIn";

interface SignInViewProps {
  readonly signIn: SignIn;
  readonly browserToken: string | null;
}

/** Who are you? */
export function SignInView({ signIn, browserToken }: SignInViewProps) {
  const [pasted, setPasted] = useState("");
  const state = signIn.state.value;
  const isBusy = state.type === "asking";
  const why = state.type === "out" ? state.why : "";
  return (
    <main class="signin">
      <section class="card signin-card" aria-labelledby="signin-title">
        <p class="ending-sign" aria-hidden="true">
          VirtuBar
        </p>
        <h1 id="signin-title">Operator's page</h1>
        <p>Rooms, reports, bans and the audit, for moderators and admins.</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBusy) void signIn.enter(pasted);
          }}
        >
          <label class="stacked">
            <span>Your identity token</span>
            <textarea
              rows={4}
              value={pasted}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              aria-invalid={why !== ""}
              aria-describedby="signin-why signin-how"
              class="token-field"
              onInput={({ currentTarget }) => setPasted(currentTarget.value)}
              // A token has one line, however many the field shows.
              onKeyDown={(event) => {
                if (event.key !== "Enter" || isComposing(event)) return;
                event.preventDefault();
                event.currentTarget.form?.requestSubmit();
              }}
            />
          </label>
          {/* Always there, so that screen readers hear what comes. */}
          <p id="signin-why" class={why === "" ? "" : "failure"} role="alert">
            {why}
          </p>
          <button type="submit" class="button button-primary button-large" disabled={isBusy}>
            {isBusy ? "Asking the server …" : "Sign in"}
          </button>
        </form>
        {browserToken !== null && (
          <button
            type="button"
            class="button"
            disabled={isBusy}
            onClick={() => void signIn.enter(browserToken)}
          >
            Use the identity that the bar has in this browser
          </button>
        )}
        <div id="signin-how" class="explain">
          <p>Whoever runs the server makes a token for you, on the server:</p>
          <p>
            <code>virtubar token --identity --role moderator --user-id alice</code>
          </p>
          <p>It stays in this tab until you close it or sign out, and goes to this server only.</p>
        </div>
      </section>
    </main>
  );
}
