import type { ServiceLine } from '../service-line.ts'
import type { LineTerm } from './line-term.ts'

/** Whether nothing but where lines are from and how bad they are is asked for: a few things that stand for millions of lines. */
export function isOfLabels(term: LineTerm | null): boolean {
  if (term === null) return true
  switch (term.kind) {
    case 'and':
    case 'or':
      return term.of.every(isOfLabels)
    case 'not':
      return isOfLabels(term.of)
    case 'text':
      return false
    default:
      return ['service', 'environment', 'release', 'level'].includes(term.name ?? '')
  }
}

/** Counted as an error in a histogram. */
export const isErrorLine = ({ level }: Pick<ServiceLine, 'level'>): boolean => level === 'error' || level === 'fatal'
