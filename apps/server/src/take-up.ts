/** What a start takes up, one after the other, until it is ended; what fails is said, and the rest goes on. */
export async function takeUpEach(
  log: { error(facts: object, message: string): void },
  say: (line: string) => void,
  tasks: Record<string, () => Promise<unknown>>,
  ending: AbortSignal,
): Promise<void> {
  for (const [what, takeUp] of Object.entries(tasks)) {
    if (ending.aborted) return
    try {
      await takeUp()
    } catch (cause) {
      log.error({ err: cause, what }, 'not taken up whole')
      say(`warning: ${what} could not be taken up whole: ${cause instanceof Error ? cause.message : cause}`)
    }
  }
}
