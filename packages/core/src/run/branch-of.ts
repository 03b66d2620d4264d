import * as z from 'zod'
import type { RunState } from './run.ts'

const WithHead = z.object({
  pull_request: z
    .object({ head: z.object({ ref: z.string() }) })
    .optional()
    .catch(undefined),
})

/** The branch that was pushed. A pull request's runs have a ref of their own; people know them by their branch. */
export function branchOf({ ref, eventPayload }: Pick<RunState, 'ref' | 'eventPayload'>): string {
  return WithHead.parse(eventPayload).pull_request?.head.ref ?? ref.replace(/^refs\/(heads|tags)\//, '')
}
