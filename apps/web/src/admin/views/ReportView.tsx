import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/http";
import type { FullReport } from "../../api/moderation";
import { listFailure } from "../../moderation/failures";
import type { ModerationVerb } from "../../net/realtime/types";
import { EvidenceMap } from "../map/EvidenceMap";
import type { ConsoleModel } from "../model/ConsoleModel";
import { nameIn, timelineOf } from "../model/timeline";
import { auditOf, hashOf } from "../route";
import { CloseReport } from "./CloseReport";
import { PersonId } from "./PersonId";
import { Timeline } from "./Timeline";
import { When } from "./When";

const ACTS: readonly { readonly action: ModerationVerb; readonly name: string }[] = [
  { action: "mute", name: "Mute" },
  { action: "kick", name: "Kick" },
  { action: "ban", name: "Ban" },
];

/** One report: what is said of whom, what was seen and heard, and what to do about it. */
export function ReportView({ model, reportId }: { model: ConsoleModel; reportId: string }) {
  const [report, setReport] = useState<FullReport | null>(null);
  const [why, setWhy] = useState("");
  const load = async (): Promise<void> => {
    setWhy("");
    try {
      setReport(await model.api.fullReport(reportId));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setWhy(
        error.status === 404
          ? "There is no such report; they are deleted after a while."
          : listFailure(error),
      );
    }
  };
  // Read once: every look at it is a line in the audit.
  useEffect(() => void load(), [model, reportId]); // eslint-disable-line react-hooks/exhaustive-deps -- `load` is another one in every rendering
  return (
    <>
      <header class="view-head">
        <div>
          <p class="crumb">
            <a href={hashOf({ type: "reports", status: report?.status ?? "open" })}>Reports</a>
          </p>
          <h1>{report === null ? "Report" : `About ${nameIn(report.evidence, report.reportedId)}`}</h1>
        </div>
      </header>
      {report === null && why === "" && <p role="status">Just a moment …</p>}
      {why !== "" && (
        <p class="failure poll-banner" role="alert">
          <span>{why}</span>
          <button type="button" class="button button-small" onClick={() => void load()}>
            Try again
          </button>
        </p>
      )}
      {report !== null && (
        <Detail model={model} report={report} onClosed={(closed) => setReport({ ...report, ...closed })} />
      )}
    </>
  );
}

interface DetailProps {
  readonly model: ConsoleModel;
  readonly report: FullReport;
  readonly onClosed: (closed: Partial<FullReport>) => void;
}

function Detail({ model, report, onClosed }: DetailProps) {
  const { evidence, roomId, reportedId, reporterId, reason, madeMs } = report;
  const atMs = useSignal(evidence.toMs);
  const name = nameIn(evidence, reportedId);
  return (
    <div class="report-grid">
      <section class="panel-flat report-said" aria-label="The report">
        <blockquote class="act-reason">
          <bdi>{reason}</bdi>
        </blockquote>
        <p class="report-facts">
          <When ms={madeMs} /> in <a href={hashOf({ type: "room", roomId })}>{roomId}</a>
        </p>
        <dl class="involved">
          <dt>
            <span class="tag tag-bad">reported</span>
          </dt>
          <dd>
            <bdi translate={false}>{name}</bdi> <PersonId userId={reportedId} room={roomId} />
          </dd>
          <dt>
            <span class="tag tag-aqua">reporter</span>
          </dt>
          <dd>
            <bdi translate={false}>{nameIn(evidence, reporterId)}</bdi>{" "}
            <PersonId userId={reporterId} room={roomId} />
          </dd>
        </dl>
        <div class="row-acts">
          {ACTS.map((act) => (
            <button
              key={act.action}
              type="button"
              class="button"
              onClick={() =>
                model.ask({ action: act.action, userId: reportedId, name, roomId, roomName: roomId })
              }
            >
              {act.name} {name}
            </button>
          ))}
          <a class="button" href={hashOf(auditOf({ room: roomId, user: reportedId }))}>
            What came before
          </a>
        </div>
        <CloseReport model={model} report={report} onClosed={onClosed} />
      </section>
      <Timeline
        entries={timelineOf(evidence, report)}
        atMs={atMs}
        fromMs={evidence.fromMs}
        toMs={evidence.toMs}
      />
      <EvidenceMap evidence={evidence} involved={report} atMs={atMs} />
    </div>
  );
}
