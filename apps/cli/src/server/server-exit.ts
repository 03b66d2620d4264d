import type { ExitCode } from '../command/command.ts'

/** What the server exits with means the same; anything else, such as a signal's number, is a failure of its own. */
export const exitCodeOfServer = (code: number): ExitCode => (code === 0 || code === 1 || code === 2 ? code : 3)
