/** A clock that moves when it is told to. */
export class Clock {
  at: number = Date.UTC(2026, 10, 22, 9)

  readonly now = (): number => this.at

  pass(ms: number): void {
    this.at += ms
  }
}
