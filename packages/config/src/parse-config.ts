import { GantryError } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { didYouMean } from '@gantry/core/words'
import type * as z from 'zod'
import { checkConfig } from './check-config.ts'
import { referenceFaults } from './check-references.ts'
import type { ConfigFault } from './config-fault.ts'
import { GantryConfig } from './schema.ts'
import { keysAt } from './schema-keys.ts'

/**
 * Reads what `gantry.config.ts` exports. Strict: a typo is an error with its path and the nearest right word.
 * @throws GantryError CONFIG_INVALID, with every fault in `facts.faults`
 */
export function parseConfig(input: unknown): Config {
  const parsed = GantryConfig.safeParse(input)
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap(issue => faultsOf(issue, input)))
  const faults = [...referenceFaults(GantryConfig, parsed.data), ...checkConfig(parsed.data)]
  if (faults.length > 0) throw invalid(faults)
  return parsed.data
}

function invalid(faults: ConfigFault[]): GantryError {
  const lines = faults.map(fault => (fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`))
  return new GantryError('CONFIG_INVALID', lines.join('\n'), { faults })
}

function faultsOf(issue: z.core.$ZodIssue, input: unknown): ConfigFault[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(GantryConfig, issue.path, input)
    return issue.keys.map(key => ({
      path: [...path, key].join('.'),
      message: `not a known field${didYouMean(key, known)}`,
    }))
  }
  const received = valueAt(input, issue.path)
  if (issue.code === 'invalid_value')
    return [{ path: path.join('.'), message: expectedOneOf(issue.values.map(String), received) }]
  if (issue.code === 'invalid_key') {
    return [
      { path: path.join('.'), message: 'not a usable name: lower-case letters, digits and dashes, a letter first' },
    ]
  }
  if (issue.code === 'invalid_union') return insideMeant(issue, input) ?? [unionFault(issue, path, received)]
  return [
    {
      path: path.join('.'),
      message: received === undefined ? missing(issue) : `${plain(issue.message)}, got ${shown(received)}`,
    },
  ]
}

/** Faults within the one form that was meant: the others are of another kind altogether. Null when it is not clear which. */
function insideMeant({ errors, path }: z.core.$ZodIssueInvalidUnion, input: unknown): ConfigFault[] | null {
  const isOtherKind = (issue: z.core.$ZodIssue) => issue.code === 'invalid_type' && issue.path.length === 0
  const [meant, ...others] = errors.filter(issues => !issues.some(isOtherKind))
  if (!meant || others.length > 0 || errors.length < 2) return null
  return meant.flatMap(issue => faultsOf({ ...issue, path: [...path, ...issue.path] }, input))
}

function unionFault(issue: z.core.$ZodIssueInvalidUnion, path: string[], received: unknown): ConfigFault {
  const choices =
    issue.discriminator === undefined ? [] : keysAt(GantryConfig, issue.path, undefined, issue.discriminator)
  if (choices.length > 0) return { path: path.join('.'), message: expectedOneOf(choices, received) }
  const wanted = [...new Set(issue.errors.flatMap(errors => errors.map(each => plain(each.message))))].join(', or: ')
  return { path: path.join('.'), message: `${wanted || plain(issue.message)}, got ${shown(received)}` }
}

function expectedOneOf(choices: string[], received: unknown): string {
  const near = typeof received === 'string' ? didYouMean(received, choices) : ''
  return `expected ${choices.map(choice => `"${choice}"`).join(' or ')}, got ${shown(received)}${near}`
}

/** zod says what came as a kind; the value itself says more. */
const plain = (message: string): string => message.replace(/^Invalid input: /, '').replace(/, received \w+$/, '')

const missing = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type'
    ? `expected ${issue.expected}, but it is missing`
    : `${issue.message}, but it is missing`

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
