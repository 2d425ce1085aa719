import { useEffect, useMemo } from "preact/hooks";
import type { Report, ReportStatus } from "../../api/moderation";
import type { ConsoleModel } from "../model/ConsoleModel";
import { Listing } from "../model/Listing";
import { hashOf } from "../route";
import { ListState } from "./ListState";
import { Person } from "./Person";
import { When } from "./When";

const STATUSES: readonly { readonly status: ReportStatus; readonly name: string }[] = [
  { status: "open", name: "Open" },
  { status: "closed", name: "Closed" },
];

/** What people have reported. */
export function ReportsView({ model, status }: { model: ConsoleModel; status: ReportStatus }) {
  const listing = useMemo(
    () => new Listing<Report>((cursor) => model.api.reports(status, cursor)),
    [model, status],
  );
  useEffect(() => void listing.refresh(), [listing]);
  return (
    <>
      <header class="view-head">
        <h1>Reports</h1>
        <nav class="subtabs" aria-label="Which reports">
          {STATUSES.map((one) => (
            <a
              key={one.status}
              class="tab"
              href={hashOf({ type: "reports", status: one.status })}
              aria-current={one.status === status ? "page" : undefined}
            >
              {one.name}
            </a>
          ))}
        </nav>
      </header>
      <ul class="reports">
        {listing.items.value?.map((report) => (
          <Item key={report.reportId} report={report} />
        ))}
      </ul>
      <ListState
        listing={listing}
        empty={
          status === "open"
            ? "No open reports. It is a quiet evening."
            : "No closed reports; those that were are deleted after a while."
        }
      />
    </>
  );
}

function Item({ report }: { report: Report }) {
  const { reportId, roomId, reporterId, reportedId, reason, madeMs, note, closedBy } = report;
  const { reporterName, reportedName, closedByName } = report;
  return (
    <li class="report-item">
      <a class="report-link" href={hashOf({ type: "report", reportId })}>
        <bdi>{reason}</bdi>
      </a>
      <div class="report-facts">
        <When ms={madeMs} /> in <span class="mono">{roomId}</span> · about{" "}
        <Person name={reportedName} userId={reportedId} room={roomId} /> · by{" "}
        <Person name={reporterName} userId={reporterId} room={roomId} />
      </div>
      {closedBy !== null && (
        <div class="report-facts">
          Closed by <Person name={closedByName} userId={closedBy} room={roomId} />
          {note !== "" && (
            <>
              : <bdi>{note}</bdi>
            </>
          )}
        </div>
      )}
    </li>
  );
}
