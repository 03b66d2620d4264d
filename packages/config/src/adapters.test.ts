import { type AnyWord, adapterTags } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { describeAdapters } from './describe-adapter.ts'
import { parseConfig } from './parse-config.ts'
import { registries } from './registries.ts'
import { configAsJsonSchema } from './schema.ts'
import { configWith } from './testing/config-with.ts'
import * as words from './words.ts'

const all = Object.entries(registries).flatMap(([kind, registry]) =>
  Object.entries<AnyWord>(registry).map(([name, word]) => [kind, name, word.settings, word] as const),
)

test('a name means one adapter, whatever its kind, and is the word people import', () => {
  const names = all.map(([, name]) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const [, name, , word] of all) expect(words).toHaveProperty(name, word)
})

describe.each(all)('the %s %s', (kind, name, settings) => {
  test('says its kind, its name, what it is and how it is written', () => {
    expect(settings).toMatchObject({
      kind,
      name,
      docs: { title: expect.any(String), about: expect.stringMatching(/\.$/) },
    })
    expect(settings.docs.examples).not.toEqual([])
  })

  test.each(settings.docs.examples.map(said => [said]))(
    'takes what its word makes of %j, and nothing beside it',
    said => {
      const made = settings.word(...said)
      expect(made).toHaveProperty(adapterTags[settings.kind], name)
      expect(settings.schema.safeParse(made)).toMatchObject({ success: true })
      // A config travels as JSON.
      expect(JSON.parse(JSON.stringify(made))).toEqual(made)
      expect(settings.schema.safeParse({ ...Object(made), volume: 11 })).toMatchObject({ success: false })
      for (const each of settings.env(settings.schema.parse(made))) {
        expect(each).toMatchObject({
          name: expect.stringMatching(/^[A-Z][A-Z0-9_]*$/),
          about: expect.stringMatching(/./),
        })
      }
    },
  )

  test('describes every setting', () => {
    const described = describeAdapters().find(each => each.kind === kind && each.name === name)
    for (const { fields } of described?.shapes ?? [])
      for (const field of fields) expect(field.about, field.name).not.toBe('')
    expect(described?.shapes.length).toBeGreaterThan(0)
  })

  test('is refused by its nearest name where a config misspells it', () => {
    const tag = adapterTags[settings.kind]
    const misspelt = { ...Object(settings.word(...(settings.docs.examples[0] ?? []))), [tag]: `${name}x` }
    expect(() => parseConfig(configWith(settings.kind, misspelt))).toThrow(`${name}x"; did you mean "${name}"?`)
  })
})

test('an example stands in a description as it is typed', () => {
  const examples = describeAdapters().flatMap(each => each.examples)
  expect(examples).toContain("slack('#dev', { webhookUrlEnv: 'SLACK_DEV_WEBHOOK_URL' })")
  expect(examples).toContain("local({ kind: 'static', rewrites: { '/api/*': 'backend' }, spa: true })")
})

test('a form has what it needs of each field', () => {
  const slack = describeAdapters().find(({ name }) => name === 'slack')
  expect(slack?.env.map(each => each.name)).toEqual(['SLACK_WEBHOOK_URL', 'SLACK_SIGNING_SECRET'])
  expect(slack?.shapes).toEqual([
    {
      name: 'slack',
      fields: [
        expect.objectContaining({ name: 'name', takes: 'text', isRequired: true }),
        expect.objectContaining({ label: 'webhook URL env', isRequired: false, whenLeftOut: 'SLACK_WEBHOOK_URL' }),
      ],
    },
  ])
  const local = describeAdapters().find(({ name }) => name === 'local')
  expect(local?.shapes.map(({ name }) => name)).toEqual(['postgres', 'node', 'static'])
})

test('the schema can be said as JSON, with the settings of every adapter', () => {
  const said = JSON.stringify(configAsJsonSchema())
  for (const [, name] of all) expect(said).toContain(`"const":"${name}"`)
})
