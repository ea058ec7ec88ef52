/** Who asks, from the outside in. What is not known is absent. */
export interface Asking {
  /** @defaultValue `local` */
  readonly tenant?: string
  /** The name that a credential gives whoever asks. It may not approve what it asks for. */
  readonly caller?: string
  /** Where the request comes from, such as a credential or a peer address. It has quotas. */
  readonly source?: string
  /** What the request is called in the logs of the server. */
  readonly requestId?: string
  /** The trace that the request belongs to: 32 hexadecimal digits. */
  readonly traceId?: string
  /** What a verdict depends on besides the action, such as a working directory. Approvals bind it. */
  readonly context?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
}
