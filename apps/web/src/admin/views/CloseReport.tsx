import { useState } from "preact/hooks";
import { ApiError } from "../../api/http";
import type { Report } from "../../api/moderation";
import { checkReason } from "../../moderation/acts";
import { listFailure } from "../../moderation/failures";
import { ReasonField } from "../../ui/ReasonField";
import type { ConsoleModel } from "../model/ConsoleModel";
import { Person } from "./Person";
import { When } from "./When";

interface CloseReportProps {
  readonly model: ConsoleModel;
  readonly report: Report;
  readonly onClosed: (closed: Partial<Report>) => void;
}

/** That a report is dealt with, and how; or by whom it was. */
export function CloseReport({ model, report, onClosed }: CloseReportProps) {
  const [draft, setDraft] = useState("");
  const [why, setWhy] = useState("");
  const [isBusy, setBusy] = useState(false);
  const check = checkReason(draft);
  if (report.status === "closed") return <Closed report={report} />;
  const close = async (): Promise<void> => {
    setBusy(true);
    setWhy("");
    try {
      onClosed(await model.api.closeReport(report.reportId, check.text));
      model.notify("The report is closed.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setWhy(
        error.status === 409
          ? "Somebody else has closed it meanwhile. Load the page again."
          : listFailure(error),
      );
    }
    setBusy(false);
  };
  return (
    <form
      class="act-form close-report"
      onSubmit={(event) => {
        event.preventDefault();
        if (!check.isOver && !isBusy) void close();
      }}
    >
      <ReasonField
        label="Note"
        hint="For those who keep order: what you did, and why."
        draft={draft}
        onDraft={setDraft}
      />
      {why !== "" && (
        <p class="failure" role="alert">
          {why}
        </p>
      )}
      <button type="submit" class="button button-primary" disabled={check.isOver || isBusy}>
        {isBusy ? "Closing …" : "Close the report"}
      </button>
    </form>
  );
}

function Closed({ report: { closedMs, closedBy, closedByName, roomId, note } }: { report: Report }) {
  return (
    <div class="explain">
      <div>
        Closed {closedMs !== null && <When ms={closedMs} />} by{" "}
        {closedBy !== null && <Person name={closedByName} userId={closedBy} room={roomId} />}.
      </div>
      {note !== "" && (
        <p>
          <bdi>{note}</bdi>
        </p>
      )}
    </div>
  );
}
