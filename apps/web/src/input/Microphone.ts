import { levelDb, SpeakingGate } from "./SpeakingGate";

/** `insecure` is a page that did not come over HTTPS, `busy` what another program may hold. */
export type MicrophoneState = "off" | "asking" | "on" | "denied" | "missing" | "insecure" | "busy";

/** Often enough for speech, seldom enough for a battery. */
const PERIOD_MS = 60;

/**
 * Listens to how loud the microphone is, once it was allowed, to show who speaks. The sound is
 * measured in this page and thrown away: nothing is recorded, nothing is sent.
 */
export class Microphone {
  readonly #tell: (state: MicrophoneState, isSpeaking: boolean) => void;
  #stream: MediaStream | null = null;
  #context: AudioContext | null = null;
  #timer: number | undefined;
  /** Whoever was asked before the last `stop` answers in vain. */
  #turn = 0;

  constructor(tell: (state: MicrophoneState, isSpeaking: boolean) => void) {
    this.#tell = tell;
  }

  async start(): Promise<void> {
    this.stop();
    const turn = this.#turn;
    this.#tell("asking", false);
    try {
      const stream = await openMicrophone();
      if (turn === this.#turn) this.#listen(stream);
      else close(stream);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.stop();
      this.#tell(microphoneTrouble(error), false);
    }
  }

  stop(): void {
    this.#turn += 1;
    window.clearInterval(this.#timer);
    if (this.#stream !== null) close(this.#stream);
    void this.#context?.close();
    this.#stream = null;
    this.#context = null;
    this.#tell("off", false);
  }

  #listen(stream: MediaStream): void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    // Not connected to anything that sounds.
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const gate = new SpeakingGate();
    this.#stream = stream;
    this.#context = context;
    stream.getAudioTracks()[0]?.addEventListener("ended", () => this.stop());
    this.#tell("on", false);
    this.#timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#tell("on", gate.update(levelDb(samples), performance.now()));
    }, PERIOD_MS);
  }
}

/** Why a microphone cannot be heard. @throws what no browser says of a microphone. */
export function microphoneTrouble(error: unknown): MicrophoneState {
  if (error instanceof InsecurePageError) return "insecure";
  if (!(error instanceof DOMException)) throw error;
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  return error.name === "NotFoundError" ? "missing" : "busy";
}

/** Browsers hide their devices from pages that did not come over HTTPS. */
export class InsecurePageError extends Error {}

async function openMicrophone(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new InsecurePageError("No devices on this page.");
  return devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
}

function close(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
