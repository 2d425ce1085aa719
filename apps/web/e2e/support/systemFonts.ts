import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const KEPT = `${MODULES}.cache/other-fonts/`;

/** As fontconfig wants to be told that a machine has one family, and nothing else. */
const CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${MODULES}@expo-google-fonts/noto-sans/400Regular</dir>
  <dir>${MODULES}@expo-google-fonts/noto-sans/700Bold</dir>
  <cachedir>${KEPT}cache</cachedir>
</fontconfig>
`;

/**
 * The environment of a browser on a machine whose only font is Noto Sans: higher lines and wider
 * letters than most others, no emoji, and none of the scripts beyond Latin, Greek and Cyrillic.
 */
export function withNotoAlone(): Record<string, string> {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(`${KEPT}fonts.conf`, CONFIGURATION);
  const environment = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(environment), FONTCONFIG_FILE: `${KEPT}fonts.conf` };
}
