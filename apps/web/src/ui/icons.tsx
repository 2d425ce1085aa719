import type { ComponentChildren } from "preact";

/** Line icons of 24 units; they say nothing to a screen reader, their buttons do. */
function icon(children: ComponentChildren) {
  return function Icon() {
    return (
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        {children}
      </svg>
    );
  };
}

export const ChatIcon = icon(<path d="M4 5h16v11H10l-5 4v-4H4z" />);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.2" />
    <path d="M3 19c0-3.4 2.6-5.6 6-5.6s6 2.2 6 5.6" />
    <path d="M15.5 5.2a3.2 3.2 0 0 1 0 5.9M17.5 14c2.2.7 3.5 2.5 3.5 5" />
  </>,
);
export const SettingsIcon = icon(
  <>
    <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="12" r="2" />
    <circle cx="15" cy="17" r="2" />
  </>,
);
export const HelpIcon = icon(
  <>
    <path d="M9 9a3 3 0 1 1 4.3 2.7c-.9.45-1.3 1-1.3 1.9v.4" />
    <path d="M12 17.5v.1" />
    <circle cx="12" cy="12" r="9" />
  </>,
);
export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2" />,
);
export const LeaveIcon = icon(<path d="M14 4H5v16h9M10 12h10M16.5 8.5 20 12l-3.5 3.5" />);
export const SmileIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M8.5 14.5a4.3 4.3 0 0 0 7 0M9 9.5v.1M15 9.5v.1" />
  </>,
);
export const DanceIcon = icon(
  <>
    <circle cx="13" cy="4.5" r="2" />
    <path d="m6 8 4 2 4-1 4-3M12 9.5 11 14l3 2.5V21M11 14l-4 2-1 4" />
  </>,
);
export const WaveIcon = icon(
  <path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11 4a1.5 1.5 0 0 1 3 0v7-5a1.5 1.5 0 0 1 3 0v8c0 4-2.5 7-6 7-3 0-4.5-1.5-6-4l-2-3.5a1.5 1.5 0 0 1 2.5-1.5z" />,
);
/** A ring on the floor around somebody: no microphone, which would promise a voice. */
export const RingIcon = icon(
  <>
    <circle cx="12" cy="5" r="2.2" />
    <path d="M9.5 17v-4.5a2.5 2.5 0 0 1 5 0V17" />
    <path d="M8 13.6c-3 .6-5 1.8-5 3.2 0 2 4 3.7 9 3.7s9-1.7 9-3.7c0-1.4-2-2.6-5-3.2" />
  </>,
);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const DownIcon = icon(<path d="m6 9 6 6 6-6" />);
export const SendIcon = icon(<path d="M4 12 20 4l-4.5 16-4-6.5zM11.5 13.5 20 4" />);
export const WalkIcon = icon(
  <>
    <circle cx="13" cy="4.5" r="2" />
    <path d="m12 9-1 5 3 3 1 4M11 14l-2 3-2 4M12 9l-3.5 1.5L7 14M12 9l3 2.5 3 .5" />
  </>,
);
export const MutedIcon = icon(<path d="M4 9.5h3L12 5v14l-5-4.5H4zM16 9.5l5 5M21 9.5l-5 5" />);
export const MoreIcon = icon(<path d="M5 12v.1M12 12v.1M19 12v.1" />);
export const LockIcon = icon(
  <>
    <rect x="5" y="10.5" width="14" height="9.5" rx="2" />
    <path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />
  </>,
);
export const OpenLockIcon = icon(
  <>
    <rect x="5" y="10.5" width="14" height="9.5" rx="2" />
    <path d="M8 10.5V8a4 4 0 0 1 7.6-1.7" />
  </>,
);
