/** Who comes to the simulated bar, and what they say. */

export const AVATAR_IDS = ["amber", "birch", "cedar", "dahlia", "ember", "fern", "ginger", "hazel"] as const;

/** In several scripts, since the drawing of names has to manage them. */
// A table, several to the line.
// prettier-ignore
export const NAMES = [
  "Mira", "Tomás", "Søren", "Aiko", "Zeynep", "Otto", "Léa", "Kofi", "Ingrid", "Ravi",
  "雪", "Dário", "Noor", "Björn", "Chiara", "Юлия", "Sam", "Wanjiru", "Émile", "Hana",
  "ليلى", "Piotr", "Ximena", "Jonas", "Nkechi", "Maeve", "Theo 🎸", "Anouk", "Luca", "Priya",
] as const;

export const SMALL_TALK = [
  "Is this seat taken?",
  "I love this song.",
  "Next round is on me!",
  "Did anyone see where the bartender went?",
  "The lamps in here are so warm.",
  "Who is up for a dance?",
  "First time here? Welcome!",
  "I could stay in this corner all night.",
  "Something with ginger, please.",
  "What a week.",
  "Look at that street outside, so quiet.",
  "One more, and then I really have to go 😄",
] as const;

export const ANSWERS = [
  "Ha, exactly!",
  "Cheers to that 🍻",
  "I was just thinking the same.",
  "No way!",
  "Tell me more.",
  "Come over here, I can hardly hear you.",
] as const;

export const GREETINGS = ["Welcome,", "Good evening,", "Hey,", "Come on in,"] as const;
