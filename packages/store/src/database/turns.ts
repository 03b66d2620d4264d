/** A fair queue for one thing: whoever asks first gets it first, and keeps it until done. */
export function turns(): { take(): Promise<void>; give(): void } {
  const waiting: (() => void)[] = []
  let isTaken = false
  return {
    take() {
      if (!isTaken) {
        isTaken = true
        return Promise.resolve()
      }
      return new Promise(resolve => waiting.push(resolve))
    },
    give() {
      const next = waiting.shift()
      if (next) next()
      else isTaken = false
    },
  }
}
