/** What bounds the analysis of a command. Beyond any of these the command is unknown. */
export const shellLimits = {
  /** How long a command may be, in UTF-16 code units. A longer one is judged by its text alone. */
  maxLength: 65_536,
  /** How deeply substitutions, compound commands and scripts in arguments may be nested. */
  maxDepth: 48,
  /** How many parentheses or braces may be open at once, counted without regard to quotes. */
  maxOpen: 200,
  /** How often `<<` may stand in a text, counted without regard to quotes. */
  maxHereDocuments: 200,
  /** How many steps the walk may take: commands, words, unrolled loops. */
  maxSteps: 20_000,
  /** How many words all commands may have that the line runs, one inside of another included. */
  maxWords: 4096,
  /** As how many of them a pattern such as `src/*` counts, which is compared with every rule. */
  patternWords: 8,
  /** How many places are told of which it cannot be known what they do. */
  maxReasons: 1024,
  /** How many words the braces of one word may become. */
  maxBraceWords: 64,
  /** How many words are looked at once more, because some may become several. */
  maxRepeated: 1024,
  /** How often the body of a loop over known words is walked. */
  maxUnrolled: 16
} as const
