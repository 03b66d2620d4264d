/** One at a time, first come first served: whoever has the turn has the thing for itself until it gives it back. */
export interface Turns {
  take(): Promise<void>
  giveBack(): void
}

export function turns(): Turns {
  const waiting: (() => void)[] = []
  let isTaken = false
  return {
    take() {
      if (isTaken) return new Promise(resolve => waiting.push(resolve))
      isTaken = true
      return Promise.resolve()
    },
    giveBack() {
      const next = waiting.shift()
      if (next) next()
      else isTaken = false
    },
  }
}
