import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/http";
import { checkReason } from "../moderation/acts";
import { reportFailure } from "../moderation/failures";
import { Dialog } from "./Dialog";
import { ReasonField } from "./ReasonField";
import { useIsOpen } from "./useIsOpen";

interface ReportDialogProps {
  readonly name: string;
  readonly report: (reason: string) => Promise<void>;
  /** Say in passing what has failed, to one who has not waited for it. */
  readonly notify: (text: string) => void;
  readonly onClose: () => void;
}

type Step =
  { readonly type: "form"; readonly why: string } | { readonly type: "busy" } | { readonly type: "sent" };

/** Tell those who keep order about somebody; says plainly what goes with it, and to whom. */
export function ReportDialog({ name, report, notify, onClose }: ReportDialogProps) {
  const [draft, setDraft] = useState("");
  const [step, setStep] = useState<Step>({ type: "form", why: "" });
  const isOpen = useIsOpen();
  const check = checkReason(draft);
  const isGood = !check.isEmpty && !check.isOver;
  const send = async (): Promise<void> => {
    setStep({ type: "busy" });
    try {
      await report(check.text);
      setStep({ type: "sent" });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isOpen.current) setStep({ type: "form", why: reportFailure(error) });
      else notify(`Your report about ${name} was not sent. ${reportFailure(error)}`);
    }
  };
  if (step.type === "sent") return <Sent name={name} onClose={onClose} />;
  const isBusy = step.type === "busy";
  return (
    <Dialog title={`Report ${name}`} onClose={onClose}>
      <form
        class="act-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && !isBusy) void send();
        }}
      >
        <ReasonField
          label="What happened?"
          hint="A sentence or two is enough."
          draft={draft}
          onDraft={setDraft}
        />
        <div class="explain">
          <p>
            <strong>What goes with it:</strong> what you could see and hear in the last 5 minutes, that is the
            chat, who came and went, emotes, and roughly where people stood.
          </p>
          <p>
            <strong>Who reads it:</strong> the moderators of this server, and the owner of this room. {name}{" "}
            is not told.
          </p>
          <p>
            <strong>How long it is kept:</strong> 30 days, unless this server has set another time; then it is
            deleted.
          </p>
        </div>
        {step.type === "form" && step.why !== "" && (
          <p class="failure" role="alert">
            {step.why}
          </p>
        )}
        <div class="dialog-acts">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={!isGood || isBusy}>
            {isBusy ? "Sending …" : "Send the report"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Sent({ name, onClose }: { name: string; onClose: () => void }) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <Dialog title="Thank you" onClose={onClose}>
      <p role="status">
        Your report about {name} is with the moderators, together with the last 5 minutes. Nobody else in the
        room has been told.
      </p>
      <p class="faint">If somebody is in danger, do not wait for a moderator: call for help where you are.</p>
      <div class="dialog-acts">
        <button ref={close} type="button" class="button button-primary" onClick={onClose}>
          Back to the bar
        </button>
      </div>
    </Dialog>
  );
}
