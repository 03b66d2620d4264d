import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { oneJob } from '../testing/workflow-texts.ts'
import { triggeredBy } from '../trigger/triggered-by.ts'
import { eventNames, filterKeysOf, typesOf, usualTypesOf } from './github-events.ts'
import { readWorkflow } from './read-workflow.ts'

interface Definition {
  'one-of'?: string[]
  'allowed-values'?: string[]
  mapping?: { properties?: Record<string, string> }
}

/** The schema GitHub's own editor support and runner check workflow files by. */
const definitions = readDefinitions()
const properties = definitions['on-mapping-strict']?.mapping?.properties ?? {}
/** Not filters but settings, read elsewhere. */
const unfiltered = ['schedule', 'workflow_call', 'workflow_dispatch']

describe('what GitHub knows of its events', () => {
  test('the events are those of its schema', () => {
    expect([...eventNames].sort()).toEqual(Object.keys(properties).sort())
  })

  test.each(eventNames.filter(event => !unfiltered.includes(event)))('%s has the filters of its schema', event => {
    expect([...filterKeysOf(event)].sort()).toEqual(Object.keys(filtersIn(event)).sort())
  })

  test.each(eventNames.filter(event => !unfiltered.includes(event)))('%s has the types of its schema', event => {
    const activity = filtersIn(event)['types']
    const { 'one-of': kinds } = definitions[activity ?? ''] ?? {}
    const allowed = definitions[kinds?.[0] ?? '']?.['allowed-values']
    const expected = event === 'repository_dispatch' ? undefined : (allowed ?? [])
    expect(typesOf(event) && [...(typesOf(event) ?? [])].sort()).toEqual(expected && [...expected].sort())
  })
})

describe.each(eventNames.filter(event => usualTypesOf(event)))('%s without types', event => {
  const workflow = readWorkflow('ci.yml', oneJob('- run: a').replace('on: push', `on: ${event}`))
  const starts = (action: string) => triggeredBy(workflow, { name: event, ref: 'refs/heads/main', payload: { action } })

  test('starts for its usual types and for no other', () => {
    const usual = event.startsWith('pull_request') && /request(_target)?$/.test(event)
    const documented = usual ? ['opened', 'synchronize', 'reopened'] : typesOf(event)
    for (const type of typesOf(event) ?? [])
      expect([type, starts(type).runs]).toEqual([type, documented?.includes(type)])
    expect(starts('of-tomorrow')).toEqual({
      runs: false,
      why: `type of-tomorrow is not among ${documented?.join(', ')}`,
    })
  })
})

describe('a type that is not of the event', () => {
  test.each([
    [
      'a word',
      'on: { watch: { types: starred } }',
      'ci.yml:1:23: expected types of watch to be among started, got "star',
    ],
    [
      'one of a list',
      'on: { label: { types: [created, edit] } }',
      'ci.yml:1:33: expected types of label to be among cre',
    ],
    ['a number', 'on: { label: { types: [1] } }', 'got "1"'],
    ['a mapping', 'on: { label: { types: { a: b } } }', /each of types to be a single value, got a mapping$/],
    ['an expression', 'on: { label: { types: "${{ vars.TYPES }}" } }', 'got "${{ vars.TYPES }}"'],
    ['the nearest word', 'on: { issues: { types: [labelled] } }', 'got "labelled"; did you mean "labeled"?'],
  ])('is refused: %s', (_, on, message) => {
    expect(() => readWorkflow('ci.yml', oneJob('- run: a').replace('on: push', on))).toThrow(message)
  })

  test('is refused once for each', () => {
    const text = oneJob('- run: a').replace('on: push', 'on: { issues: { types: [open, opened, close] } }')
    expect(() => readWorkflow('ci.yml', text)).toThrow(/got "open".* \(and 1 more\)$/)
  })
})

function filtersIn(event: string): Record<string, string> {
  const { 'one-of': kinds } = definitions[properties[event] ?? ''] ?? {}
  return definitions[kinds?.[1] ?? '']?.mapping?.properties ?? {}
}

function readDefinitions(): Record<string, Definition | undefined> {
  const file = new URL('./workflow-v1.0.min.json', import.meta.resolve('@actions/workflow-parser'))
  const schema: { definitions: Record<string, Definition> } = JSON.parse(readFileSync(fileURLToPath(file), 'utf8'))
  return schema.definitions
}
