import type { BarModel } from "./BarModel";

/** What is said in passing. The place is always there, so that screen readers hear what comes. */
export function Notices({ model }: { model: BarModel }) {
  return (
    <div class="notices" role="status">
      {model.notices.value.map(({ id, text }) => (
        <p key={id} class="notice">
          {text}
        </p>
      ))}
    </div>
  );
}
