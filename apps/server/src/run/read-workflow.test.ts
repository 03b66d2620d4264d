import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWorkflow as read } from '@gantry/workflow'
import { expect, it } from 'vitest'
import { workflowReader } from './read-workflow.ts'

const file = (name: string) =>
  `name: ${name}\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n`

function counting(mostChars = 10_000) {
  const texts: string[] = []
  const readOnce = workflowReader((path, text) => {
    texts.push(text)
    return read(path, text)
  }, mostChars)
  return { readOnce, texts }
}

it('reads a text once, however often it is asked for, and another one or another path anew', () => {
  const { readOnce, texts } = counting()
  const first = readOnce('a.yml', file('one'))
  for (let time = 0; time < 5; time++) expect(readOnce('a.yml', file('one'))).toBe(first)
  expect(texts).toHaveLength(1)
  expect(readOnce('a.yml', file('two')).name).toBe('two')
  expect(readOnce('b.yml', file('one')).path).toBe('b.yml')
  expect(texts).toHaveLength(3)
})

it('refuses a text each time with the fault that was found once', () => {
  const { readOnce, texts } = counting()
  const broken = file('x').replace('runs-on', 'runs-onn')
  for (let time = 0; time < 3; time++)
    expect(() => readOnce('a.yml', broken)).toThrow('expected job a to have "runs-on"')
  expect(texts).toHaveLength(1)
})

it('answers with what nobody can change for the others', () => {
  const { readOnce } = counting()
  const { jobs } = readOnce('a.yml', file('one'))
  expect(() => jobs.pop()).toThrow(TypeError)
  expect(() => Object.assign(jobs[0]?.steps[0] ?? {}, { run: 'rm' })).toThrow(TypeError)
})

it('forgets the text that was not asked for longest when there are too many', () => {
  const { readOnce, texts } = counting(3 * file('one').length)
  for (const name of ['one', 'two', 'one', 'six', 'one', 'two']) readOnce('a', file(name))
  expect(texts.map(text => /name: (\w+)/.exec(text)?.[1])).toEqual(['one', 'two', 'six', 'two'])
})

it('is how every part of the server reads workflow files', () => {
  const src = join(import.meta.dirname, '..')
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    name => /(?<!\.test)\.ts$/.test(name) && !name.startsWith('testing/'),
  )
  const own = sources.filter(name =>
    /import [^;]*\breadWorkflow\b[^;]*? from '@gantry\/workflow'/.test(readFileSync(join(src, name), 'utf8')),
  )
  expect(own).toEqual(['run/read-workflow.ts'])
})
