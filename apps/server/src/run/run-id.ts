import { createHash } from 'node:crypto'

/** The id of a run that is asked for once, whoever asks and however often: the same for the same reason. */
export function runIdFor(...reason: string[]): string {
  const hash = createHash('sha256').update(reason.join(' ')).digest('hex')
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
