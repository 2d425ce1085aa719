import { Dialog } from "./Dialog";

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["W", "A", "S", "D"], "Walk; the arrow keys do it too"],
  [["Shift"], "Run"],
  [["Q", "E"], "Look around; so does dragging"],
  [["Enter"], "Chat; Enter sends, Esc goes back to the room"],
  [["1", "…", "8"], "Emotes: cheers, laugh, clap, heart …"],
  [["R"], "Open the emote wheel"],
  [["F"], "Dance, until you move"],
  [["V"], "Wave; G does it too"],
  [["X"], "Sit down on the nearest free seat; X or a move key stands up"],
  [["P"], "Who is here; P or Esc closes the list"],
  [["?"], "This page"],
];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="How to get around" onClose={onClose}>
      <p>
        Click the floor to walk there, a seat to sit down, a person or their name to walk over to them or to
        report them. Any move key stands you up again.
      </p>
      <table class="keys">
        <caption class="sr-only">Keys and what they do</caption>
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={what}>
              <th scope="row">{keys.map((key) => (key === "…" ? " … " : <kbd key={key}>{key}</kbd>))}</th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        Talking is done in writing. <em>Talk ring</em> only shows others that you speak into your microphone,
        to somebody beside you for one; nobody here hears you.
      </p>
      <p class="faint">
        On a phone: the left thumb walks, the right one looks around, a tap walks there. Keys walk only while
        the room has the focus, so typing never moves you.
      </p>
    </Dialog>
  );
}
