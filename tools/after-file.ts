const cleanUps: (() => void)[] = []

/** Done when the file of tests ends that runs now: a module that another file has read before could register no hook any more. */
export const afterFile = (cleanUp: () => void): void => void cleanUps.push(cleanUp)

/** Called when a file of tests has ended. */
export function cleanUpAfterFile(): void {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
}
