import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/http";
import type { RoomSettings, SettingsChange } from "../api/moderation";
import { settingsFailure } from "../moderation/failures";
import { changeOf, checkDraft, draftOf, type SettingsDraft } from "../moderation/roomSettings";
import { Dialog } from "./Dialog";
import { RoomSettingsForm } from "./RoomSettingsForm";

interface RoomSettingsDialogProps {
  readonly load: () => Promise<RoomSettings>;
  readonly change: (change: SettingsChange) => Promise<RoomSettings>;
  readonly onDone: (text: string) => void;
  readonly onClose: () => void;
}

/** The house rules of a room, for those who keep order in it. */
export function RoomSettingsDialog({ load, change, onDone, onClose }: RoomSettingsDialogProps) {
  const [settings, setSettings] = useState<RoomSettings | null>(null);
  const [draft, setDraft] = useState<SettingsDraft | null>(null);
  const [why, setWhy] = useState("");
  const [isBusy, setBusy] = useState(false);
  const fetchAll = async (): Promise<void> => {
    setWhy("");
    await trying(async () => {
      const loaded = await load();
      setSettings(loaded);
      setDraft(draftOf(loaded));
    }, setWhy);
  };
  // Once, when the dialog opens.
  useEffect(() => void fetchAll(), []); // eslint-disable-line react-hooks/exhaustive-deps -- a new `load` is no reason to lose what was typed
  const save = async (): Promise<void> => {
    if (settings === null || draft === null) return;
    setBusy(true);
    setWhy("");
    await trying(async () => {
      await change(changeOf(settings, draft));
      onDone("The settings of this room are changed, for everybody at once.");
    }, setWhy);
    setBusy(false);
  };
  const check = draft === null ? null : checkDraft(draft);
  const isChanged = settings !== null && draft !== null && Object.keys(changeOf(settings, draft)).length > 0;
  return (
    <Dialog title="This room" onClose={onClose}>
      <form
        class="act-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (check?.isGood === true && isChanged && !isBusy) void save();
        }}
      >
        {draft === null || check === null ? (
          why === "" && <p role="status">Looking up the settings …</p>
        ) : (
          <RoomSettingsForm draft={draft} check={check} onDraft={setDraft} />
        )}
        {why !== "" && (
          <p class="failure" role="alert">
            {why}
          </p>
        )}
        <div class="dialog-acts">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          {draft === null ? (
            <button
              type="button"
              class="button button-primary"
              disabled={why === ""}
              onClick={() => void fetchAll()}
            >
              Try again
            </button>
          ) : (
            <button
              type="submit"
              class="button button-primary"
              disabled={check?.isGood !== true || !isChanged || isBusy}
            >
              {isBusy ? "Saving …" : "Save"}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** Does it, and tells why the server did not. */
async function trying(act: () => Promise<void>, tell: (why: string) => void): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell(settingsFailure(error));
  }
}
