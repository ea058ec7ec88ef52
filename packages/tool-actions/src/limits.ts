/** How deeply arguments may be nested. What is deeper is unknown. */
export const maxDepth = 48

/** How many values arguments may have, the inner ones included. */
export const maxValues = 20_000

/** How long arguments may be as JSON text, in UTF-16 code units. */
export const maxLength = 1_048_576

/** How many further actions a tool call may amount to: as many as an action may have on the wire. */
export const maxActions = 256

/** How many arguments are members of `meta` of their own: `meta` has a limit, and callers add to it. */
export const maxMetaArguments = 200

/** How often a tool may be called through another one, and JSON be a text in JSON. */
export const maxNesting = 4
