import { fieldsOf, itemsOf, textOf, valueAt } from '@gantry/workflow'
import type { LintJob } from './lint-file.ts'

/** Keys a job's `matrix` context has, in lower case; undefined when an expression decides. */
export function matrixKeys(job: LintJob): Set<string> | undefined {
  const strategy = valueAt(job.value, 'strategy')
  const matrix = valueAt(strategy, 'matrix')
  if (strategy !== undefined && strategy.kind !== 'map') return undefined
  if (matrix === undefined) return new Set()
  if (matrix.kind !== 'map') return undefined
  const include = valueAt(matrix, 'include')
  const isOpen = include !== undefined && (include.kind !== 'list' || include.items.some(item => item.kind !== 'map'))
  if (isOpen && textOf(include) !== '') return undefined
  const vectors = fieldsOf(matrix).filter(({ key }) => key !== 'include' && key !== 'exclude')
  const added = itemsOf(include).flatMap(fieldsOf)
  return new Set([...vectors, ...added].map(({ key }) => key.toLowerCase()))
}

/** The values a key can have, when all of them stand in the file. */
export function matrixValues(job: LintJob, key: string): string[] | undefined {
  const matrix = valueAt(job.value, 'strategy', 'matrix')
  if (matrixKeys(job) === undefined || matrix === undefined) return undefined
  const vector = valueAt(matrix, key)
  const values = [...itemsOf(vector), ...itemsOf(valueAt(matrix, 'include')).flatMap(item => valueAt(item, key) ?? [])]
  const texts = values.map(textOf)
  return texts.some(text => text === '' || text.includes('${{')) ? undefined : [...new Set(texts)]
}
