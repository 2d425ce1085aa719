/** Two seconds of noise, looped, are long enough for nobody to notice. */
const NOISE_S = 4;
const FADE_S = 1.2;
/** Seconds between two clinks of glasses, at least and at most. */
const CLINK_S = [4, 11] as const;
/** A slow chord, as from a jukebox in the next room: Hz. */
const CHORDS: readonly (readonly number[])[] = [
  [110, 164.81, 207.65, 246.94],
  [92.5, 138.59, 174.61, 220],
  [73.42, 146.83, 185, 220],
  [82.41, 123.47, 185, 207.65],
];
const CHORD_S = 6;

/** The sound of a bar, made here: murmur, a far jukebox, now and then a glass. No file is loaded. */
export class Ambience {
  #context: AudioContext | null = null;
  #master: GainNode | null = null;
  #timers: number[] = [];

  /** @param volume 0 to 1. Called again, only the volume changes. */
  play(volume: number): void {
    if (this.#context === null) this.#open();
    const context = this.#context;
    // Browsers keep silent until the page has been clicked: entering was a click.
    void context?.resume();
    if (context === null || this.#master === null) return;
    this.#master.gain.setTargetAtTime(volume * volume, context.currentTime, FADE_S / 3);
  }

  stop(): void {
    for (const timer of this.#timers) window.clearTimeout(timer);
    this.#timers = [];
    void this.#context?.close();
    this.#context = null;
    this.#master = null;
  }

  #open(): void {
    const context = new AudioContext();
    const master = context.createGain();
    master.gain.value = 0;
    master.connect(context.destination);
    this.#context = context;
    this.#master = master;
    murmur(context, master, 320, 0.5, 0.11);
    murmur(context, master, 720, 0.22, 0.17);
    this.#chord(0);
    this.#clinkLater();
  }

  #chord(index: number): void {
    if (this.#context === null || this.#master === null) return;
    const notes = CHORDS[index % CHORDS.length]!;
    for (const hz of notes) hum(this.#context, this.#master, hz);
    this.#later(CHORD_S, () => this.#chord(index + 1));
  }

  #clinkLater(): void {
    const [least, most] = CLINK_S;
    this.#later(least + Math.random() * (most - least), () => {
      if (this.#context !== null && this.#master !== null) clink(this.#context, this.#master);
      this.#clinkLater();
    });
  }

  #later(seconds: number, act: () => void): void {
    const timer = window.setTimeout(() => {
      this.#timers = this.#timers.filter((other) => other !== timer);
      act();
    }, seconds * 1000);
    this.#timers.push(timer);
  }
}

/** Voices that one does not understand: noise in a narrow band that swells and ebbs. */
function murmur(context: AudioContext, out: AudioNode, hz: number, level: number, swellHz: number): void {
  const source = context.createBufferSource();
  source.buffer = noise(context);
  source.loop = true;
  const band = context.createBiquadFilter();
  band.type = "bandpass";
  band.frequency.value = hz;
  band.Q.value = 0.9;
  const gain = context.createGain();
  gain.gain.value = level;
  const swell = context.createOscillator();
  swell.frequency.value = swellHz;
  const depth = context.createGain();
  depth.gain.value = level * 0.35;
  swell.connect(depth).connect(gain.gain);
  source.connect(band).connect(gain).connect(out);
  source.start();
  swell.start();
}

function noise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate * NOISE_S, context.sampleRate);
  const samples = buffer.getChannelData(0);
  let last = 0;
  for (let index = 0; index < samples.length; index++) {
    last = last * 0.97 + (Math.random() * 2 - 1) * 0.12;
    samples[index] = last;
  }
  return buffer;
}

function hum(context: AudioContext, out: AudioNode, hz: number): void {
  const now = context.currentTime;
  const tone = context.createOscillator();
  tone.type = "triangle";
  tone.frequency.value = hz;
  tone.detune.value = (Math.random() - 0.5) * 8;
  const soft = context.createBiquadFilter();
  soft.type = "lowpass";
  soft.frequency.value = 520;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(0.035, now + 1.6);
  gain.gain.linearRampToValueAtTime(0, now + CHORD_S + 1.4);
  tone.connect(soft).connect(gain).connect(out);
  tone.start(now);
  tone.stop(now + CHORD_S + 1.5);
}

function clink(context: AudioContext, out: AudioNode): void {
  const now = context.currentTime;
  const base = 2300 + Math.random() * 900;
  for (const ratio of [1, 1.51, 2.37]) {
    const tone = context.createOscillator();
    tone.frequency.value = base * ratio;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.02 / ratio, now);
    gain.gain.exponentialRampToValueAtTime(0.0001, now + 0.5 / ratio);
    tone.connect(gain).connect(out);
    tone.start(now);
    tone.stop(now + 0.6);
  }
}
