import { counted } from '../words/counted.ts'
import type { Migration, StatementVerdict } from './release.ts'

/** Statements that the release that serves may not survive, or that cannot be undone by going back, and no person accepted. */
export const refusedStatements = ({ verdicts }: Migration): StatementVerdict[] =>
  verdicts.filter(({ isSafe, accepted }) => !isSafe && accepted === null)

/** Those a person says are safe all the same, with why. */
export const acceptedStatements = ({ verdicts }: Migration): StatementVerdict[] =>
  verdicts.filter(({ isSafe, accepted }) => !isSafe && accepted !== null)

/** @example '20261104_drop_body, line 3: drops column sites.body' */
export const inFile = (
  { version, name }: Pick<Migration, 'version' | 'name'>,
  { line, why }: StatementVerdict,
): string => `${version}_${name}, line ${line}: ${why}`

/** The first refused statements of several migrations in one sentence, and how many there are besides. */
export function refusedInWords(migrations: Migration[], most = 3): string {
  const all = migrations.flatMap(migration => refusedStatements(migration).map(verdict => inFile(migration, verdict)))
  const rest = all.length - most
  return [...all.slice(0, most), ...(rest > 0 ? [`${counted(rest, 'statement')} more`] : [])].join('; ')
}
