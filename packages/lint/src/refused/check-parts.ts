import type { Refusal } from '@gantry/workflow'
import { fieldOf, fieldsOf, filterKeysOf, isEmpty, itemsOf, textOf, type Value, valueAt } from '@gantry/workflow'
import type { LintFile } from '../tree/lint-file.ts'

/** What GitHub asks of some parts beside the shape its schema gives them. */
export function checkParts(file: LintFile): Refusal[] {
  const jobs = fieldOf(file.root, 'jobs')
  const isBare = jobs?.value.kind === 'map' && jobs.value.fields.length === 0
  return [
    ...(jobs && isBare ? [{ at: jobs.at, message: 'expected jobs to hold at least one job, got none' }] : []),
    ...file.jobs.flatMap(({ value }) => [
      ...withoutImage('container', valueAt(value, 'container')),
      ...fieldsOf(valueAt(value, 'services')).flatMap(({ key, value: service }) =>
        withoutImage(`service ${key}`, service),
      ),
    ]),
    ...file.triggers.flatMap(({ event, value }) =>
      fieldsOf(value)
        .filter(({ key }) => filterKeysOf(event).includes(key))
        .flatMap(({ key, value: patterns }) => withoutText(`${key} of ${event}`, patterns)),
    ),
    ...fieldsOf(valueAt(file.root, 'on', 'workflow_dispatch', 'inputs')).flatMap(({ key, at, value }) => {
      const isChoice = textOf(valueAt(value, 'type')) === 'choice'
      const options = itemsOf(valueAt(value, 'options'))
      if (isChoice === options.length > 0) return []
      const got = isChoice ? 'got a choice without' : 'got some for another type'
      return [{ at, message: `expected ${key} to have options when it is a choice, ${got}` }]
    }),
  ]
}

const withoutText = (what: string, patterns: Value): Refusal[] =>
  (patterns.kind === 'list' ? patterns.items : [patterns])
    .filter(each => each.kind === 'scalar' && textOf(each) === '')
    .map(at => ({ at, message: `expected ${what} to hold texts, got nothing` }))

const withoutImage = (what: string, container: Value | undefined): Refusal[] =>
  container?.kind === 'map' && isEmpty(valueAt(container, 'image'))
    ? [{ at: container, message: `expected ${what} to have an image, got none` }]
    : []
