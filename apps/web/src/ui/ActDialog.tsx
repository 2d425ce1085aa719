import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/http";
import type { ActDone, ActRequest } from "../api/moderation";
import {
  actTitle,
  checkReason,
  consequences,
  doneText,
  hasDuration,
  hasScope,
  mayActOnServer,
} from "../moderation/acts";
import { FIRST_DURATION, readDuration } from "../moderation/durations";
import { actFailure } from "../moderation/failures";
import type { ModerationScope, ModerationVerb } from "../net/realtime/types";
import { Dialog } from "./Dialog";
import { DurationField } from "./DurationField";
import { useIsOpen } from "./useIsOpen";
import { ReasonField } from "./ReasonField";
import { useServerTime } from "./useNow";

interface ActDialogProps {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly name: string;
  readonly roomName: string;
  /** Of whoever acts. */
  readonly role: string | undefined;
  /** Where it is to hold at first; admins may change it. */
  readonly scope?: ModerationScope;
  readonly act: (request: ActRequest) => Promise<ActDone>;
  /** Say in passing what was done; or what was not, to one who has not waited for it. */
  readonly notify: (text: string) => void;
  readonly onDone?: (() => void) | undefined;
  readonly onClose: () => void;
}

type Step =
  | { readonly type: "form" }
  | { readonly type: "confirm" }
  | { readonly type: "busy" }
  | { readonly type: "failed"; readonly why: string };

/** An act on somebody: what and why, then what will happen, then what has. */
export function ActDialog(props: ActDialogProps) {
  const { action, userId, name, role, act, notify, onDone, onClose } = props;
  const isLifting = action === "unmute" || action === "unban";
  const [reason, setReason] = useState("");
  const [duration, setDuration] = useState(FIRST_DURATION);
  const [scope, setScope] = useState<ModerationScope>(props.scope ?? "room");
  const [step, setStep] = useState<Step>({ type: isLifting ? "confirm" : "form" });
  const isOpen = useIsOpen();
  const serverNow = useServerTime();
  const read = readDuration(duration);
  const check = checkReason(reason);
  const request: ActRequest = {
    action,
    userId,
    reason: check.text,
    durationSeconds: hasDuration(action) && read.isGood ? read.seconds : null,
    scope,
  };
  const isGood = !check.isOver && (!hasDuration(action) || read.isGood);
  const carryOut = async (): Promise<void> => {
    setStep({ type: "busy" });
    try {
      notify(doneText(await act(request), name, serverNow()));
      onDone?.();
      if (isOpen.current) onClose();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isOpen.current) setStep({ type: "failed", why: actFailure(error) });
      else notify(`${actTitle(action, name)}: ${actFailure(error)}`);
    }
  };
  const scopeField = mayActOnServer(role) && hasScope(action) && (
    <label class="field field-check">
      <span>On the whole server, not only in this room</span>
      <input
        type="checkbox"
        class="switch"
        checked={scope === "server"}
        onChange={({ currentTarget }) => setScope(currentTarget.checked ? "server" : "room")}
      />
    </label>
  );
  return (
    <Dialog title={actTitle(action, name)} onClose={onClose}>
      {step.type === "form" ? (
        <form
          class="act-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (isGood) setStep({ type: "confirm" });
          }}
        >
          <ReasonField
            label="Reason"
            hint={`${name} reads it, and it is kept in the audit.`}
            draft={reason}
            onDraft={setReason}
          />
          {hasDuration(action) && <DurationField draft={duration} onDraft={setDuration} />}
          {scopeField}
          <div class="dialog-acts">
            <button type="button" class="button" onClick={onClose}>
              Cancel
            </button>
            <button type="submit" class="button button-primary" disabled={!isGood}>
              Continue
            </button>
          </div>
        </form>
      ) : (
        <>
          {isLifting && step.type === "confirm" && scopeField}
          <Confirm
            sentences={consequences(request, name, props.roomName)}
            reason={check.text}
            verb={actTitle(action, name)}
            step={step}
            onBack={isLifting ? onClose : () => setStep({ type: "form" })}
            onGo={() => void carryOut()}
          />
        </>
      )}
    </Dialog>
  );
}

interface ConfirmProps {
  readonly sentences: readonly string[];
  readonly reason: string;
  readonly verb: string;
  readonly step: Step;
  readonly onBack: () => void;
  readonly onGo: () => void;
}

function Confirm({ sentences, reason, verb, step, onBack, onGo }: ConfirmProps) {
  const go = useRef<HTMLButtonElement>(null);
  // What the focus was on is no longer there.
  useEffect(() => go.current?.focus(), []);
  const isBusy = step.type === "busy";
  return (
    <div class="act-form">
      <div class="act-what">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {reason !== "" && (
          <blockquote class="act-reason">
            <bdi>{reason}</bdi>
          </blockquote>
        )}
      </div>
      <p class="note">What you do is kept in the audit, with your name.</p>
      {step.type === "failed" && (
        <p class="failure" role="alert">
          {step.why}
        </p>
      )}
      <div class="dialog-acts">
        <button type="button" class="button" disabled={isBusy} onClick={onBack}>
          Back
        </button>
        <button
          ref={go}
          type="button"
          class="button button-danger"
          aria-disabled={isBusy}
          onClick={() => !isBusy && onGo()}
        >
          {isBusy ? "Just a moment …" : step.type === "failed" ? `Try again: ${verb}` : verb}
        </button>
      </div>
    </div>
  );
}
